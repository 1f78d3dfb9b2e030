"""The release gate (slip-kontrol): nobody is let go before somebody has caught them.

A sector may let go when every unsettled need it owns is caught by another sector (I2), and, if it holds the case, when
somebody has given a receipt that takes the holding (I3). With nothing to hand on it rests on other ground: every sector
asked, and the citizen heard (I6). The same answer serves the dry run and the refusal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.cases.domain import pauses
from services.cases.domain.catch import KnownReferral, counting
from services.cases.domain.ending import ReleaseGround
from services.cases.domain.need import Need
from services.cases.domain.policies import Policies
from services.cases.domain.record import CaseRecord
from services.cases.domain.screening import heard, not_screened

Code = Literal[
    "need-not-referred",
    "referral-not-accepted",
    "first-contact-missing",
    "receipt-missing",
    "plan-not-agreed",
    "screening-missing",
    "citizen-not-heard",
    "need-open-in-own-sector",
    "coordinator-missing",
    "no-sector-takes-holding",
    "sector-not-released",
    "told-by-own-link",
]


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that does not hold, for whom one waits, since when, and by when it should have come."""

    code: Code
    need_id: UUID | None = None
    referral_id: UUID | None = None
    waiting_for_sector: str | None = None
    waiting_for_unit: str | None = None
    since: datetime | None = None
    due_at: datetime | None = None
    waiting_for_authority: str | None = None  # where the sector is of another


@dataclass(frozen=True, slots=True)
class HandOver:
    """One need, and the referral by which it is caught."""

    need: Need
    referral: KnownReferral


@dataclass(frozen=True, slots=True)
class GateView:
    """What the gate finds for one sector, and on which ground it would let go."""

    ground: ReleaseGround
    unmet: tuple[Unmet, ...]
    hand_overs: tuple[HandOver, ...]
    taker: KnownReferral | None

    @property
    def releasable(self) -> bool:
        return not self.unmet


def look(case: CaseRecord, sector: str, ground: ReleaseGround | None = None) -> GateView:
    """Look through the gate for `sector`. Without a ground: handed on while it has needs to see to or holds the case,
    else that no needs are left.

    A catch supports one release: the referrals that earlier releases rested on open the gate no more. A catch by
    another authority opens it for as long as it stands: nobody here takes the need over from whoever lets go. And
    nobody there can take the case. Which referrals still catch a need, `catch.py` says; an offer to hold the case
    outlives its need, but not the need's coming back.
    """
    holds, owed = case.holder.sector == sector, case.owes(sector)
    involvement = case.involvement(sector)
    since = involvement.since if involvement else case.opened_at
    spent = case.spent
    known = case.referrals.values()
    mine = {r.id for r in known if (_stands_elsewhere(r, case) if r.id in spent else _by(r, sector, case))}
    catches = {need.id: _furthest(r for r in counting(need, known, spent) if r.id in mine) for need in owed}
    missing = {need.id: list(needs_a_catch(need, catches[need.id], case.policies)) for need in owed}
    hand_overs = tuple(HandOver(need, r) for need in owed if (r := catches[need.id]) and not missing[need.id])
    chosen = ground or ("needs-handed-on" if owed or holds else "no-needs-left")
    taker = _taker(r for r in known if r.id in mine and (r.acted or chosen == "override") and not _of_before(r, case))
    unmet: list[Unmet] = []
    if chosen == "needs-handed-on":
        unmet += [one for need in owed for one in missing[need.id]]
    if chosen == "no-needs-left":
        unmet += [_open(need) for need in owed]
    if chosen == "no-needs-left" or (chosen == "needs-handed-on" and not owed and not holds):
        unmet += not_asked(case, since)
    if chosen != "override":
        unmet += _by_policy(case, taker, since, holds=holds)
    if holds and taker is None:
        unmet.append(Unmet("no-sector-takes-holding", since=since))
    return GateView(chosen, tuple(sorted(unmet, key=_urgency)), hand_overs, taker)


def _by(referral: KnownReferral, sector: str, case: CaseRecord) -> bool:
    """Sent by this sector, or by one that has let go and left the need behind. Nobody is caught by who lets go."""
    left = referral.from_sector != case.holder.sector and case.involvement(referral.from_sector) is None
    another = referral.to_sector != sector or not referral.takes_part
    return another and (referral.from_sector == sector or left)


def _of_before(referral: KnownReferral, case: CaseRecord) -> bool:
    need = case.needs.get(referral.need_id)
    return need is not None and referral.of_before(need)


def _stands_elsewhere(referral: KnownReferral, case: CaseRecord) -> bool:
    """Still what its need rests on: no release has moved the need out of that authority's hands."""
    need = case.needs.get(referral.need_id)
    handed_on = need.handed_on if need else None
    return not referral.takes_part and handed_on is not None and handed_on.referral_id == referral.id


def _furthest(referrals: Iterable[KnownReferral]) -> KnownReferral | None:
    return max(referrals, key=lambda r: (r.caught, bool(r.accepted_at), r.requested_at), default=None)


def needs_a_catch(need: Need, referral: KnownReferral | None, policies: Policies) -> Iterator[Unmet]:
    """What is missing before the need is caught by way of this referral."""
    if referral is None:
        since = need.registered_at
        refer_by = _after(since, policies.refer_within_days)
        yield Unmet("need-not-referred", need.id, None, need.owner_sector, None, since, refer_by)
        return
    # The receiver of an anonymous one may be who reads this: it is said to wait for whoever gave the citizen the code.
    about, unit = (None, None) if referral.anonymous else (referral.id, referral.to_unit)
    facts = (need.id, about, need.owner_sector if referral.anonymous else referral.to_sector, unit)
    referral = pauses.as_told_to(referral)
    started, elsewhere = referral.accepted_at or referral.requested_at, referral.to_authority
    if referral.accepted_at is None:
        asked = referral.requested_at
        yield Unmet("referral-not-accepted", *facts, asked, _after(asked, policies.accept_within_days), elsewhere)
    if referral.contact_held_at is None:
        due = pauses.put_off(referral, started, policies.first_contact_within_days)
        yield Unmet("first-contact-missing", *facts, started, due, elsewhere)
    if referral.receipt is None:
        due = pauses.put_off(referral, started, policies.receipt_within_days)
        yield Unmet("receipt-missing", *facts, started, due, elsewhere)


def _after(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)


def _open(need: Need) -> Unmet:
    return Unmet("need-open-in-own-sector", need.id, None, need.owner_sector, None, need.registered_at)


def not_asked(case: CaseRecord, since: datetime) -> Iterator[Unmet]:
    """Who has not been asked whether they can help, and whether the citizen has not been heard (I6)."""
    for sector in not_screened(case.screenings.values(), since):
        yield Unmet("screening-missing", waiting_for_sector=sector, since=since)
    if not heard(case.hearings.values(), since):
        yield Unmet("citizen-not-heard", since=since)


def _by_policy(case: CaseRecord, taker: KnownReferral | None, since: datetime, *, holds: bool) -> Iterator[Unmet]:
    if case.policies.release_needs_plan and case.plan_stated_at is None:
        yield Unmet("plan-not-agreed", waiting_for_sector=case.holder.sector, since=since)
    if not (case.policies.coordinator_required and holds and taker and taker.receipt):
        return
    if taker.receipt.coordinator is None:
        facts = (taker.id, taker.to_sector, taker.to_unit, taker.receipt.at)
        yield Unmet("coordinator-missing", None, *facts)


def _taker(referrals: Iterable[KnownReferral]) -> KnownReferral | None:
    """The first who gave a receipt that takes the holding: a standing offer, also when its need has been met since."""
    offers = [(r.receipt.at, r) for r in referrals if r.receipt and r.offers_to_hold]
    return min(offers, key=lambda offer: offer[0])[1] if offers else None


def _urgency(one: Unmet) -> tuple[bool, float]:
    return one.due_at is None, one.due_at.timestamp() if one.due_at else 0.0
