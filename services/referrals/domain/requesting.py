"""How a referral begins: as a sector's new request, or as one that was sent on."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.handover import HandoverContent
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.domain.sharing import Basis, Sharing


def new_referral(
    by: Actor,
    *,
    id: UUID,
    need_id: UUID,
    sharing: Sharing,
    to_service_id: UUID | None,
    basis: Basis,
    reason: str,
    return_scope: ReturnScope,
    approached_on: date | None,
    guarantee: str | None,
    handover: HandoverContent | None,
    anonymous: bool,
    at: datetime,
) -> Referral:
    """A new referral from the caller's sector. Whether it may be made was asked before."""
    if by.authority is None:
        raise NotFound()
    referral = Referral(
        id=id,
        authority=by.authority,
        case_id=sharing.case_id,
        need_id=need_id,
        from_sector=sharing.from_sector,
        from_unit=by.unit,
        requested_by=by.subject,
        to_sector=sharing.to_sector,
        to_unit=sharing.to_unit,
        to_service_id=to_service_id,
        to_authority=sharing.to_authority,
        basis=basis,
        return_scope=return_scope,
        approached_on=approached_on,
        guarantee=guarantee,
        requested_at=at,
        reason=reason,
        handover=handover,
        anonymous=anonymous,
    )
    referral.note_request(by=by, at=at)
    return referral


def successor_of(
    referral: Referral,
    *,
    by: Actor,
    id: UUID,
    to: Place,
    basis: Basis,
    reason: str,
    handover: HandoverContent | None,
    at: datetime,
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
        reason=reason,
        handover=handover,
    )
    onward.note_request(by=by, at=at)
    return onward
