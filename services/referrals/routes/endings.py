"""How a referral ends, other than by a no at the start: completed, failed, cancelled, or a mistake."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import problems, room
from services.referrals.domain.errors import (
    NotPossibleNow,
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    OnlyTheSender,
    ReceiptIsIrrevocable,
    SectorHasLetGo,
)
from services.referrals.permissions import ReferralWriter
from services.referrals.routes.given import Step
from services.referrals.schemas.requests import CancellationRequest, CompletionRequest, FailureRequest
from services.referrals.schemas.steps import EntryInErrorRequest
from services.referrals.schemas.views import Referral
from services.referrals.use_cases import cancel_referral as cancelling
from services.referrals.use_cases import complete_referral as completing
from services.referrals.use_cases import enter_in_error as entering
from services.referrals.use_cases import fail_referral as failing

router = room(tags=["referrals"])

_REFUSED = (NotFound, Stale, InvalidTransition)
_RECEIVER = (OnlyTheReceiver, OnlyTheAddressedUnit)
_SENDER = (OnlyTheSender, SectorHasLetGo, NotPossibleNow)


@router.post("/referrals/{referral_id}/completion", responses=problems(*_RECEIVER, *_REFUSED))
async def complete_referral(referral_id: UUID, body: CompletionRequest, actor: ReferralWriter, step: Step) -> Referral:
    """Complete: the receiver has done what it was asked to do."""
    await completing.complete_referral(
        step.referrals, actor, referral_id, outcome=body.outcome, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)


@router.post("/referrals/{referral_id}/failure", responses=problems(*_RECEIVER, *_REFUSED, ReceiptIsIrrevocable))
async def fail_referral(referral_id: UUID, body: FailureRequest, actor: ReferralWriter, step: Step) -> Referral:
    """Give up. Responsibility stays with the sender, who is told. Refused after a receipt that takes holding."""
    await failing.fail_referral(
        step.referrals, actor, referral_id, reason=body.reason_code, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)


@router.post(
    "/referrals/{referral_id}/cancellation",
    responses=problems(*_SENDER, *_REFUSED, ReceiptIsIrrevocable),
)
async def cancel_referral(referral_id: UUID, body: CancellationRequest, actor: ReferralWriter, step: Step) -> Referral:
    """Take the request back. Refused after a receipt that takes holding, and to a sender that has let the case go.

    Where `returnScope` keeps from the sender how far the referral is, the refusal does too (`not-possible-now`).
    """
    await cancelling.cancel_referral(
        step.referrals, actor, referral_id, because=body.because, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)


@router.post(
    "/referrals/{referral_id}/entry-in-error",
    responses=problems(*_SENDER, *_REFUSED, ReceiptIsIrrevocable),
)
async def enter_referral_in_error(
    referral_id: UUID, body: EntryInErrorRequest, actor: ReferralWriter, step: Step
) -> Referral:
    """Name it a mistake: it was never meant, so it counts nowhere. Also after a rejection; never after a receipt that
    takes holding.
    """
    await entering.enter_in_error(
        step.referrals, actor, referral_id, because=body.because, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)
