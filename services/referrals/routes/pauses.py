"""A pause by the citizen's own choice, and going on after it."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import problems, room
from services.referrals.domain.errors import OnlyTheAddressedUnit, OnlyTheReceiver, UntilInThePast
from services.referrals.permissions import ReferralWriter
from services.referrals.routes.given import Step
from services.referrals.schemas.steps import HoldRequest
from services.referrals.schemas.views import Referral
from services.referrals.use_cases import put_on_hold as pausing
from services.referrals.use_cases import resume_referral as resuming

router = room(tags=["referrals"])

_REFUSED = (OnlyTheReceiver, OnlyTheAddressedUnit, NotFound, Stale, InvalidTransition)


@router.post("/referrals/{referral_id}/hold", responses=problems(*_REFUSED, UntilInThePast))
async def put_referral_on_hold(referral_id: UUID, body: HoldRequest, actor: ReferralWriter, step: Step) -> Referral:
    """Pause, because the citizen wants to. Contact, attempts and receipt stay as they are, and nobody has failed."""
    await pausing.put_on_hold(
        step.referrals, actor, referral_id, until=body.until, because=body.because, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)


@router.post("/referrals/{referral_id}/resumption", responses=problems(*_REFUSED))
async def resume_referral(referral_id: UUID, actor: ReferralWriter, step: Step) -> Referral:
    """Go on from where the pause began: `in-progress` when the citizen has been met, else `accepted`."""
    await resuming.resume_referral(step.referrals, actor, referral_id, expected=step.expected, now=now())
    return await step.shown(referral_id)
