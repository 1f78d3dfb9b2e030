"""Who is between chairs: the one place that says what in a case needs somebody's eyes, and on whose list it stands.

What is found here is foreseen too: a finding names the moment from which it is true, so that no list is wrong because
a clock was late. The watch list is a cache of this, and can be built anew from the cases at any time.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.domain import pauses
from services.cases.domain.attention import URGENCY, Kind, WatchItem, at_moment, in_order
from services.cases.domain.catch import KnownReferral, counting
from services.cases.domain.days import day_of, start_of
from services.cases.domain.need import Need
from services.cases.domain.organisation import Absence
from services.cases.domain.policies import Policies
from services.cases.domain.record import CaseRecord


@dataclass(frozen=True, slots=True)
class Assessed:
    """The latest assessment by one criteria set: whether it selects the citizen, and who sees to them if not."""

    assessment_id: UUID
    at: datetime
    selected: bool
    path_sector: str | None


@dataclass(frozen=True, slots=True)
class Around:
    """What bears on a case and stands outside of it."""

    absences: tuple[Absence, ...] = ()  # of the coordinator, where nobody stands in
    assessed: tuple[Assessed, ...] = ()


NOTHING = Around()


def foreseen(case: CaseRecord, around: Around = NOTHING) -> tuple[WatchItem, ...]:
    """All that is so, or will be so if nobody does anything; most urgent first."""
    if case.status == "closed":
        return in_order([*_moved(case), *_still_owed(case)])
    states, spent = case.catch_states(), case.spent
    found: list[WatchItem] = []
    for need in case.needs.values():
        counts = counting(need, case.referrals.values(), spent)
        fresh = [r for r in case.referrals.values() if r.need_id == need.id and r.id not in spent]
        mine = [r for r in fresh if r in counts or (not r.live and not r.of_before(need))]
        found += _of_need(case, need, states[need.id], mine)
        if not need.settled and states[need.id] != "caught":
            found += [item for r in mine if r.live for item in _of_referral(case, need, r)]
    return in_order([*found, *_of_citizen(case), *_of_coordinator(case, around), *_of_assessments(case, around)])


def watch(case: CaseRecord, at: datetime, around: Around = NOTHING) -> list[WatchItem]:
    """What needs somebody's eyes at that moment, most urgent first."""
    return at_moment(foreseen(case, around), at)


def sees_to(case: CaseRecord, need: Need) -> str:
    """The sector that answers for a need: its owner, or the holder when the owner has let go."""
    return need.owner_sector if _has_part(case, need.owner_sector) else case.holder.sector


def unit_of(case: CaseRecord, sector: str) -> str | None:
    """The unit in which a sector has its part in the case."""
    stretch = case.holder if case.holder.sector == sector else case.involvement(sector)
    return stretch.unit if stretch else None


def rules_of(policies: Policies) -> str:
    """A mark of the rules by which cases were looked at: another mark, and they are to be looked at again."""
    return hashlib.sha256(repr((policies, sorted(URGENCY.items()), _EDITION)).encode()).hexdigest()[:16]


_EDITION = 7  # raise it when this file finds something else than before


def _of_need(case: CaseRecord, need: Need, state: str, mine: list[KnownReferral]) -> Iterator[WatchItem]:
    if state == "caught-then-lost" and need.catch_lost_at and need.handed_on:
        lost = case.referrals.get(need.handed_on.referral_id)
        for sector in dict.fromkeys((case.holder.sector, sees_to(case, need))):
            yield _item(case, "caught-then-lost", sector, need.catch_lost_at, need.id, _named(lost))
        return
    if need.setting_aside and need.state == "set-aside":
        yield from _revisit(case, need, need.setting_aside.revisit_by_sector, need.setting_aside.revisit_on)
        return
    if need.settled or (need.state == "handed-on" and state == "caught"):
        return
    ended = [r for r in mine if not r.live and r.ended_at]
    if ended and not any(r.live for r in mine):
        last = max(ended, key=lambda r: r.ended_at or r.requested_at)
        since = last.ended_at or last.requested_at
        yield _item(case, "referral-without-successor", sees_to(case, need), since, need.id, _named(last))
    elif state == "uncaught":
        yield _item(case, "need-uncaught", sees_to(case, need), need.reopened_at or need.registered_at, need.id)


def _revisit(case: CaseRecord, need: Need, owes: str, day: date) -> Iterator[WatchItem]:
    # A sector without a part in the case owes the question all the same; then the holder sees that it is asked.
    for sector in (owes,) if _has_part(case, owes) else (owes, case.holder.sector):
        yield _item(case, "revisit-due", sector, start_of(day), need.id, due_on=day)


def _of_referral(case: CaseRecord, need: Need, referral: KnownReferral) -> Iterator[WatchItem]:
    # The receiver has to act, and whoever answers for the need is responsible until the citizen is caught.
    for sector in _expected(case, need, referral):
        yield from _of_days(case, need, pauses.as_told_to(referral, sector), sector)
    lapses = None if referral.caught or referral.anonymous else _basis_lapses(case, referral)
    if lapses:
        warned = start_of(lapses - timedelta(days=case.policies.consent_expiring_days))
        since = max(referral.requested_at, warned)
        yield _item(case, "consent-expiring", sees_to(case, need), since, need.id, referral.id, due_on=lapses)


def _of_days(case: CaseRecord, need: Need, referral: KnownReferral, sector: str) -> Iterator[WatchItem]:
    """By when something should come of a referral, on one sector's list. A pause puts all of it off, and ends too."""
    met, told, promised = referral.contact_held_at is not None, referral.promise_told_at, referral.promised_on
    if pauses.rests(referral):
        told, promised = referral.missed_told_at, referral.missed_on
    if told and promised and not met:
        yield _item(case, "guarantee-at-risk", sector, told, need.id, _named(referral), due_on=promised)
    if referral.accepted_at and not met:
        late = pauses.put_off(referral, referral.accepted_at, case.policies.first_contact_within_days)
        if late:
            yield _receivers(case, "first-contact-overdue", sector, referral, late, day_of(late))
    last = pauses.last_day(referral, case.policies)
    if last:
        yield _receivers(case, "hold-over", sector, referral, pauses.over_at(last), last)


def _receivers(
    case: CaseRecord, kind: Kind, sector: str, referral: KnownReferral, since: datetime, due_on: date
) -> WatchItem:
    """A finding on a sector's list for which the receiver has to act: in its own unit, where it has a part."""
    receives = referral.takes_part and sector == referral.to_sector
    return WatchItem(
        kind,
        sector,
        referral.to_unit if receives else unit_of(case, sector),
        since,
        referral.need_id,
        _named(referral),
        due_on=due_on,
        responsible_unit=referral.to_unit if referral.takes_part else None,
    )


def _named(referral: KnownReferral | None) -> UUID | None:
    """The referral's id, unless its receiver must not learn of it: the receiver may be who reads."""
    return None if referral is None or referral.anonymous else referral.id


def _expected(case: CaseRecord, need: Need, referral: KnownReferral) -> Iterable[str]:
    """On whose lists it stands: the receiver's, which is of this authority or has lists of its own, and that of whoever
    answers for the need."""
    return dict.fromkeys((referral.to_sector, sees_to(case, need)) if referral.takes_part else (sees_to(case, need),))


def _basis_lapses(case: CaseRecord, referral: KnownReferral) -> date | None:
    """The last day of the consent the referral would rest on; None when none ends, or it never rested on one."""
    asked = day_of(referral.requested_at)
    covering = [
        c.valid_until
        for c in case.consents.values()
        if (c.from_sector, c.to_sector, c.to_authority)
        == (referral.from_sector, referral.to_sector, referral.to_authority)
        and c.to_unit in (None, referral.to_unit)
        and c.in_force(asked)
    ]
    days = [day for day in covering if day is not None]
    return max(days) if days and len(days) == len(covering) else None


def _of_citizen(case: CaseRecord) -> Iterator[WatchItem]:
    for alarm in case.citizen_alarms.values():
        need = case.needs.get(alarm.need_id) if alarm.need_id else None
        sectors = (case.holder.sector, sees_to(case, need)) if need else (case.holder.sector,)
        for sector in dict.fromkeys(sectors) if alarm.stands else ():
            yield _item(case, "citizen-says-not-caught", sector, alarm.raised_at, alarm.need_id, about_id=alarm.id)


def _of_coordinator(case: CaseRecord, around: Around) -> Iterator[WatchItem]:
    holder = case.holder
    for absence in around.absences:
        last = absence.last_day
        if last and (last - absence.first_day).days + 1 <= case.policies.absence_watch_days:
            continue
        yield WatchItem(
            "coordinator-absent",
            holder.sector,
            holder.unit,
            max(holder.since, start_of(absence.first_day)),
            about_id=absence.id,
            until=start_of(absence.back_on) if absence.back_on else None,
            responsible_unit=holder.unit,
        )


def _of_assessments(case: CaseRecord, around: Around) -> Iterator[WatchItem]:
    """Selected by no set, and no sector that was named for the path instead has a part in the case."""
    placed = any(one.selected or (one.path_sector and _has_part(case, one.path_sector)) for one in around.assessed)
    if around.assessed and not placed:
        last = max(around.assessed, key=lambda one: one.at)
        yield _item(case, "not-selected-without-path", case.holder.sector, last.at, about_id=last.assessment_id)


def _moved(case: CaseRecord) -> Iterator[WatchItem]:
    closure = case.closure
    if closure and closure.awaits_receipt:
        yield _item(case, "moved-not-received", closure.by_sector, closure.at)


def _still_owed(case: CaseRecord) -> Iterator[WatchItem]:
    """A question that was owed when the case closed is owed still, by whoever held it last: unless nobody is there to
    be asked."""
    there = case.closure is not None and case.closure.ground not in ("citizen-died", "citizen-moved")
    for need in case.needs.values():
        if there and need.setting_aside and need.state == "set-aside":
            day = need.setting_aside.revisit_on
            yield _item(case, "revisit-due", case.holder.sector, start_of(day), need.id, due_on=day)


def _item(
    case: CaseRecord,
    kind: Kind,
    sector: str,
    since: datetime,
    need_id: UUID | None = None,
    referral_id: UUID | None = None,
    *,
    about_id: UUID | None = None,
    due_on: date | None = None,
) -> WatchItem:
    """A finding on the list of a sector that itself has to act: by its coordinator, else in its unit."""
    coordinator, unit = case.coordinator, unit_of(case, sector)
    person = coordinator.subject if coordinator and coordinator.sector == sector else None
    return WatchItem(
        kind,
        sector,
        unit,
        since,
        need_id,
        referral_id,
        about_id,
        due_on,
        responsible_subject=person,
        responsible_unit=unit,
    )


def _has_part(case: CaseRecord, sector: str) -> bool:
    return sector == case.holder.sector or case.involvement(sector) is not None
