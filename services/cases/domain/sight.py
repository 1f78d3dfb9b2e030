"""What of a case its readers are told. Who has a part of their own in it reads it whole; who reads it only because of a
referral is told whom it is about, how to reach them and what they want help with as far as that referral's basis covers
it, today: by the same rule as on a contact card. A consent that is taken back counts with the next reading.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.catch import KnownReferral
from services.cases.domain.contact_card import CONTACT, NEED, CardGround, covered, resting_on
from services.cases.domain.heard_case import BY_REFERRAL
from services.cases.domain.record import CaseRecord


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader is told of a case beside how it stands: each of these or nothing of it."""

    person: bool = True
    """Who it is."""
    contact: bool = True
    """How to reach the citizen."""
    wants: bool = True
    """What the citizen wants help with."""
    asked_of: frozenset[UUID] = frozenset()
    """The needs that the reader is asked to take on: that they are there, it knows in any case."""

    def shows(self, need_id: UUID | None) -> bool:
        """Whether it is told that there is this need. What is about no need in particular is about the case."""
        return self.wants or need_id is None or need_id in self.asked_of


WHOLE = Sight()


def sight_of(case: CaseRecord, actor: Actor, today: date) -> Sight:
    """What this reader of the case is told of it today."""
    if actor.sector is None or _has_own_ground(case, actor.sector):
        return WHOLE
    asking = [r for r in case.referrals.values() if r.to_sector == actor.sector and r.takes_part]
    found = [covered(_ground(case, referral, actor.sector), actor, today) for referral in asking]
    told = frozenset[str]().union(*(categories for categories in found if categories))
    return Sight(
        person=any(categories is not None for categories in found),
        contact=CONTACT in told,
        wants=NEED in told,
        asked_of=frozenset(referral.need_id for referral in asking),
    )


def _has_own_ground(case: CaseRecord, sector: str) -> bool:
    """It holds the case, a need in it is its own, or it has a part that no referral gave it."""
    part = case.involvement(sector)
    owns = any(need.owner_sector == sector for need in case.needs.values())
    return sector == case.holder.sector or owns or (part is not None and part.because != BY_REFERRAL)


def _ground(case: CaseRecord, referral: KnownReferral, sector: str) -> CardGround:
    need = case.needs.get(referral.need_id)
    on_consent, consent = resting_on(referral, case.consents.values())
    return CardGround(
        referral=referral,
        case_is_open=case.status == "open",
        holding_sector=case.holder.sector,
        need_owner=need.owner_sector if need else "",
        involved=case.involvement(sector) is not None,
        on_consent=on_consent,
        consent=consent,
    )
