"""How a referral begins: as a sector's new request, or as one that was sent on."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.handover import HandoverContent
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.domain.sharing import Basis, Sharing


@dataclass(frozen=True, slots=True)
class Asking:
    """What the sender asks, and in which words."""

    need_id: UUID
    reason: str
    return_scope: ReturnScope
    approached_on: date | None
    guarantee: str | None
    handover: HandoverContent | None
    anonymous: bool


def new_referral(
    by: Actor, asking: Asking, *, id: UUID, sharing: Sharing, to_service_id: UUID | None, basis: Basis, at: datetime
) -> Referral:
    """A new referral from the caller's sector. Whether it may be made was asked before."""
    if by.authority is None:
        raise NotFound()
    referral = Referral(
        id=id,
        authority=by.authority,
        case_id=sharing.case_id,
        need_id=asking.need_id,
        from_sector=sharing.from_sector,
        from_unit=by.unit,
        requested_by=by.subject,
        to_sector=sharing.to_sector,
        to_unit=sharing.to_unit,
        to_service_id=to_service_id,
        to_authority=sharing.to_authority,
        basis=basis,
        return_scope=asking.return_scope,
        approached_on=asking.approached_on,
        guarantee=asking.guarantee,
        requested_at=at,
        reason=asking.reason,
        handover=asking.handover,
        anonymous=asking.anonymous,
    )
    referral.note_request(by=by, at=at)
    return referral


@dataclass(frozen=True, slots=True)
class Words:
    """The sender's words, as they were written last."""

    reason: str
    handover: HandoverContent | None


def successor_of(
    referral: Referral, words: Words, *, by: Actor, id: UUID, to: Place, basis: Basis, at: datetime
) -> Referral:
    """The same request to somebody else: the same sender, words and day of approach; only the receiver is new."""
    onward = Referral(
        id=id,
        authority=referral.authority,
        case_id=referral.case_id,
        need_id=referral.need_id,
        from_sector=referral.from_sector,
        from_unit=referral.from_unit,
        requested_by=referral.requested_by,
        to_sector=to.sector,
        to_unit=to.unit,
        to_service_id=to.service_id,
        to_authority=to.authority,
        basis=basis,
        return_scope=referral.return_scope,
        # The day the citizen came is counted from once: a request without one is one of the day it was put.
        approached_on=referral.approach_day,
        guarantee=referral.guarantee,
        requested_at=at,
        reason=words.reason,
        handover=words.handover,
    )
    onward.note_request(by=by, at=at)
    return onward
