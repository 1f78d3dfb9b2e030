"""How a referral ends, other than by a no at the start: completed, failed, cancelled."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, IfMatch, problems, room
from services.referrals.domain.errors import (
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    OnlyTheSender,
    ReceiptIsIrrevocable,
)
from services.referrals.permissions import ReferralWriter
from services.referrals.routes.given import Reads, Store
from services.referrals.schemas.requests import CancellationRequest, CompletionRequest, FailureRequest
from services.referrals.schemas.views import Referral
from services.referrals.use_cases import cancel_referral as cancelling
from services.referrals.use_cases import complete_referral as completing
from services.referrals.use_cases import fail_referral as failing

router = room(tags=["referrals"])

_REFUSED = (NotFound, Stale, InvalidTransition)
_RECEIVER = (OnlyTheReceiver, OnlyTheAddressedUnit)


@router.post("/referrals/{referral_id}/completion", responses=problems(*_RECEIVER, *_REFUSED))
async def complete_referral(
    referral_id: UUID,
    body: CompletionRequest,
    actor: ReferralWriter,
    referrals: Store,
    reads: Reads,
    answer: Answers,
    if_match: IfMatch,
) -> Referral:
    """Complete: the receiver has done what it was asked to do."""
    await completing.complete_referral(
        referrals, actor, referral_id, outcome=body.outcome, expected=if_match, now=now()
    )
    return answer.ok(await reads.referral(referral_id))


@router.post("/referrals/{referral_id}/failure", responses=problems(*_RECEIVER, *_REFUSED, ReceiptIsIrrevocable))
async def fail_referral(
    referral_id: UUID,
    body: FailureRequest,
    actor: ReferralWriter,
    referrals: Store,
    reads: Reads,
    answer: Answers,
    if_match: IfMatch,
) -> Referral:
    """Give up. Responsibility stays with the sender, who is told. Refused after a receipt that takes holding."""
    await failing.fail_referral(referrals, actor, referral_id, reason=body.reason_code, expected=if_match, now=now())
    return answer.ok(await reads.referral(referral_id))


@router.post(
    "/referrals/{referral_id}/cancellation",
    responses=problems(OnlyTheSender, *_REFUSED, ReceiptIsIrrevocable),
)
async def cancel_referral(
    referral_id: UUID,
    body: CancellationRequest,
    actor: ReferralWriter,
    referrals: Store,
    reads: Reads,
    answer: Answers,
    if_match: IfMatch,
) -> Referral:
    """Take the request back. Refused after a receipt that takes holding."""
    await cancelling.cancel_referral(referrals, actor, referral_id, because=body.because, expected=if_match, now=now())
    return answer.ok(await reads.referral(referral_id))
