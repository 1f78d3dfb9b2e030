"""Who of the addressed unit sees to a referral. It is never addressed to a person, so anybody of the unit may."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import problems, room
from services.referrals.domain.errors import ClaimedByAnother, OnlyTheAddressedUnit, OnlyTheReceiver
from services.referrals.permissions import ReferralWriter
from services.referrals.routes.given import Step
from services.referrals.schemas.views import Referral
from services.referrals.use_cases import claim_referral as claiming
from services.referrals.use_cases import return_referral as returning

router = room(tags=["referrals"])

_REFUSED = problems(OnlyTheReceiver, OnlyTheAddressedUnit, NotFound, Stale, InvalidTransition, ClaimedByAnother)


@router.post("/referrals/{referral_id}/claim", responses=_REFUSED)
async def claim_referral(referral_id: UUID, actor: ReferralWriter, step: Step) -> Referral:
    """Take it in hand. Refused while a colleague has it; a team lead may take it over."""
    await claiming.claim_referral(step.referrals, actor, referral_id, expected=step.expected, now=now())
    return await step.shown(referral_id)


@router.post("/referrals/{referral_id}/return", responses=_REFUSED)
async def return_referral(referral_id: UUID, actor: ReferralWriter, step: Step) -> Referral:
    """Hand it back to the unit. A team lead does so for somebody who is away."""
    await returning.return_referral(step.referrals, actor, referral_id, expected=step.expected, now=now())
    return await step.shown(referral_id)
