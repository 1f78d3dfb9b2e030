"""An alarm is told to a person, who says that they have seen it; when nobody does in time, it goes to the team lead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from chassis.actor import Actor
from services.cases.domain.attention import WatchItem, at_moment
from services.cases.domain.catch import KnownReferral
from services.cases.domain.errors.watching import AlreadyAcknowledged
from services.cases.domain.events import NeedReopened
from services.cases.domain.record import CaseRecord
from services.cases.domain.responsibility import latest
from services.cases.domain.watching import sees_to, unit_of

Cause = Literal[
    "caught-then-lost",
    "citizen-says-not-caught",
    "consent-expiring",
    "coordinator-absent",
    "first-contact-overdue",
    "guarantee-at-risk",
    "guarantee-missed",
    "hold-over",
    "moved-not-received",
    "need-reopened",
    "referral-entered-in-error",
    "referral-failed",
    "referral-rejected",
    "revisit-due",
]

# Findings that are told when they come true. The others are work that the worklist shows anyway, or (a referral
# without successor) have been told by what brought them about.
TOLD: dict[str, Cause] = {
    "caught-then-lost": "caught-then-lost",
    "citizen-says-not-caught": "citizen-says-not-caught",
    "consent-expiring": "consent-expiring",
    "coordinator-absent": "coordinator-absent",
    "first-contact-overdue": "first-contact-overdue",
    "guarantee-at-risk": "guarantee-at-risk",  # or missed: see `_cause`
    "hold-over": "hold-over",
    "moved-not-received": "moved-not-received",
    "revisit-due": "revisit-due",
}
# What becomes of a referral, and is an alarm to whoever answers for its need. One that its sender took back is none.
REFUSED: dict[str, Cause] = {
    "entered-in-error": "referral-entered-in-error",
    "failed": "referral-failed",
    "rejected": "referral-rejected",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that has to be told to one sector: to a person there, else in its unit."""

    cause: Cause
    sector: str
    unit: str | None
    subject: str | None
    since: datetime
    need_id: UUID | None = None
    referral_id: UUID | None = None
    about_id: UUID | None = None
    item_id: UUID | None = None  # the finding it tells of

    def occurrence(self, case_id: UUID) -> UUID:
        """What is told of once has one occurrence, however often it is found."""
        what = (self.cause, self.sector, self.need_id, self.referral_id, self.about_id, self.since.timestamp())
        return uuid5(case_id, "|".join(map(str, what)))


@dataclass(frozen=True, slots=True)
class Notification:
    """An alarm as it was told: to whom, when, until when it waits, and who has acknowledged it."""

    id: UUID
    case_id: UUID
    case_number: str
    cause: Cause
    need_id: UUID | None
    referral_id: UUID | None
    sector: str
    unit: str | None
    subject: str | None
    since: datetime
    told_at: datetime
    escalates_at: datetime
    escalated_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    version: int = 1

    def acknowledge(self, by: str, at: datetime) -> "Notification":
        """Somebody has seen it and takes it on.

        Raises:
            AlreadyAcknowledged.
        """
        if self.acknowledged_at is not None:
            raise AlreadyAcknowledged()
        return replace(self, acknowledged_at=max(at, self.told_at), acknowledged_by=by, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Ear:
    """Whose notifications somebody hears, as plain data: a sector's, of one's own, one's unit's, and, as team lead,
    what nobody acknowledged."""

    sector: str | None
    unit: str | None
    subject: str
    leads: bool

    @classmethod
    def of(cls, actor: Actor) -> "Ear":
        return cls(actor.sector, actor.unit, actor.subject, actor.has("team-lead"))

    def hears(self, told: Notification) -> bool:
        """True when it is addressed to them. Who acts for a whole sector hears all its units."""
        if told.sector != self.sector:
            return False
        if told.subject is not None:
            mine = told.subject == self.subject
        else:
            mine = self.unit is None or told.unit in (None, self.unit)
        return mine or (self.leads and told.escalated_at is not None)


def escalates_at(case: CaseRecord, at: datetime) -> datetime:
    """Until when somebody has to acknowledge what is told now."""
    return at + timedelta(hours=case.policies.acknowledge_within_hours)


def alarms(case: CaseRecord, items: Iterable[WatchItem], at: datetime) -> list[Alarm]:
    """What has to be told, of all that is so: what was told before is recognised by its occurrence."""
    found = [alarm for item in at_moment(items, at) if item.kind in TOLD for alarm in _of_item(case, item)]
    found += _refused(case, at)
    found += [alarm for event in case.events if isinstance(event, NeedReopened) for alarm in _reopened(case, event, at)]
    return list(dict.fromkeys(found))


def _of_item(case: CaseRecord, item: WatchItem) -> Iterator[Alarm]:
    cause, need = _cause(case, item), case.needs.get(item.need_id) if item.need_id else None
    sectors = [item.sector]
    if item.kind == "caught-then-lost" and need and need.handed_on:
        # Whoever let the citizen go on the strength of that catch is told as well (I28).
        sectors.append(need.handed_on.from_sector)
    for sector in dict.fromkeys(sectors):
        unit, subject = _reached(case, sector)
        if item.kind == "coordinator-absent":
            subject = None
        if item.kind in ("first-contact-overdue", "hold-over") and sector == item.sector:
            unit = item.unit
        yield Alarm(
            cause, sector, unit, subject, item.since, item.need_id, item.referral_id, item.about_id, item.id_in(case.id)
        )


def _cause(case: CaseRecord, item: WatchItem) -> Cause:
    """That a promised day has gone by is told, also to who has heard that it came near: it is another thing."""
    mine = (r for r in case.referrals.values() if r.need_id == item.need_id)
    if item.kind == "guarantee-at-risk" and any(r.missed_told_at == item.since for r in mine):
        return "guarantee-missed"
    return TOLD[item.kind]


def _refused(case: CaseRecord, at: datetime) -> Iterator[Alarm]:
    """Referrals whose end is today's news: responsibility has not moved (I4). Whoever answers for the need now is told,
    and who sent it, while that sector has a part in the case."""
    for referral in case.referrals.values():
        cause, need = _came_to(referral), case.needs.get(referral.need_id)
        if case.status == "closed" or referral.ended_at != at or cause is None or need is None:
            continue
        if need.catch_lost_at and need.handed_on and need.handed_on.referral_id == referral.id:
            continue  # told as a catch that is lost
        there = {case.holder.sector, *(part.sector for part in case.involved)}
        for sector in dict.fromkeys((sees_to(case, need), *({referral.from_sector} & there))):
            unit, subject = _reached(case, sector)
            # Whoever sees to the need may be the receiver of one that it must not learn of.
            named = None if referral.anonymous and sector != referral.from_sector else referral.id
            yield Alarm(cause, sector, unit, subject, at, referral.need_id, named)


def _came_to(referral: KnownReferral) -> Cause | None:
    """What is told of its end. Of help that was broken off no more than that somebody has to see to the need anew."""
    if referral.state == "completed" and referral.broken_off:
        return "referral-failed"
    return REFUSED.get(referral.state)


def _reopened(case: CaseRecord, event: NeedReopened, at: datetime) -> Iterator[Alarm]:
    """To whoever sees to it now, and to who handed it on (I7)."""
    sectors = (event.owner_sector, case.holder.sector, event.last_holder)
    for sector in dict.fromkeys(s for s in sectors if s):
        unit, subject = _reached(case, sector)
        yield Alarm("need-reopened", sector, unit, subject, at, event.need_id)


def _reached(case: CaseRecord, sector: str) -> tuple[str | None, str | None]:
    """Where in a sector somebody knows the citizen: its coordinator, now or the last one it had, else its unit."""
    own = [r for r in case.responsibilities.values() if r.sector == sector]
    coordinator = latest(own, "coordinator")
    if coordinator:
        return coordinator.unit, coordinator.subject
    held = latest(own, "holder") or latest(own, "involved")
    return unit_of(case, sector) or (held.unit if held else None), None
