"""The receiver's answer to a request: yes or no."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import problems, room
from services.referrals.domain.errors import OnlyTheAddressedUnit, OnlyTheReceiver
from services.referrals.domain.errors.handover import NothingIsMissing
from services.referrals.permissions import ReferralWriter
from services.referrals.routes.given import Promises, Step
from services.referrals.schemas.requests import AcceptanceRequest, RejectionRequest
from services.referrals.schemas.views import Referral
from services.referrals.use_cases import accept_referral as accepting
from services.referrals.use_cases import reject_referral as rejecting

router = room(tags=["referrals"])

_REFUSED = problems(OnlyTheReceiver, OnlyTheAddressedUnit, NotFound, Stale, InvalidTransition)


@router.post("/referrals/{referral_id}/acceptance", responses=_REFUSED)
async def accept_referral(
    referral_id: UUID, body: AcceptanceRequest, actor: ReferralWriter, step: Step, guarantees: Promises
) -> Referral:
    """Accept: the receiving sector commits to act. Responsibility for the citizen has not moved.

    The promise of a first contact runs from now. A guarantee that runs from the receiver's receipt has run since the
    day of the request, which is the day we delivered it.
    """
    await accepting.accept_referral(
        step.referrals,
        guarantees,
        actor,
        referral_id,
        responsible_unit=body.responsible_unit,
        expected=step.expected,
        now=now(),
    )
    return await step.shown(referral_id)


@router.post("/referrals/{referral_id}/rejection", responses=_REFUSED | problems(NothingIsMissing))
async def reject_referral(referral_id: UUID, body: RejectionRequest, actor: ReferralWriter, step: Step) -> Referral:
    """Reject, with a code and what to do instead. Responsibility stays with the sender, who is told.

    For `missing-information` only while something is missing that the service asks for (`handoverMissing`), or while a
    question stands unanswered: what else you need to know, ask.
    """
    await rejecting.reject_referral(
        step.referrals,
        actor,
        referral_id,
        reason=body.reason_code,
        suggestion=body.suggestion,
        expected=step.expected,
        now=now(),
    )
    return await step.shown(referral_id)
