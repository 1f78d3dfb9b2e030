"""A request is sent on to somebody who may be able to help, and can be followed from either end."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.problems import AlreadyExists
from chassis.sectors import UnknownSector
from services.referrals.domain.errors import (
    NeedHasEnded,
    NeedSetAside,
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    ReceiptIsIrrevocable,
    RedirectLoop,
    SameSector,
    SenderHasLetGo,
    SharingBasisMissing,
)
from services.referrals.domain.errors.addressing import ServiceNotAddressable
from services.referrals.domain.errors.handover import NothingIsMissing
from services.referrals.permissions import ReferralReader, ReferralWriter
from services.referrals.routes.given import Cards, Known, Offers, Promises, Reads, RedirectionStore, Step
from services.referrals.schemas.steps import RedirectionChain, RedirectionRequest, RedirectionView
from services.referrals.use_cases import redirect_referral as redirecting

router = room(tags=["referrals"])

_REFUSED = (OnlyTheReceiver, OnlyTheAddressedUnit, NotFound, Stale, InvalidTransition, ReceiptIsIrrevocable)
_NOT_THERE = (UnknownSector, SameSector, ServiceNotAddressable, RedirectLoop, SharingBasisMissing)
_NOTHING_LEFT = (SenderHasLetGo, NeedHasEnded, NeedSetAside, AlreadyExists)


@router.post(
    "/referrals/{referral_id}/redirection",
    status_code=201,
    responses=problems(*_REFUSED, *_NOT_THERE, *_NOTHING_LEFT, NothingIsMissing),
)
async def redirect_referral(
    referral_id: UUID,
    body: RedirectionRequest,
    actor: ReferralWriter,
    step: Step,
    known: Known,
    redirections: RedirectionStore,
    promises: Promises,
    directory: Offers,
) -> RedirectionView:
    """Send the request on: this referral is rejected, and a linked one puts the sender's words to the new receiver.

    Of the words go on those that the caller reads today: what the basis of this referral does not cover stays with the
    sender, and where not even the reason is covered nothing is sent on (`sharing-basis-missing`).

    Before the first contact only. The sender stays who it is, and stays responsible. Something must permit it to share
    with the new receiver too, and a request does not come to the same unit twice (`redirect-loop`).

    A receiver of another authority than the sender's stays in its own unless it names one (`toAuthority`).
    """
    successor_id = body.id or new_id()
    onward = redirecting.Onward(**body.model_dump(exclude={"id"}))
    await redirecting.redirect_referral(
        step.referrals,
        known,
        redirections,
        promises,
        directory,
        actor,
        referral_id,
        onward,
        successor_id=successor_id,
        expected=step.expected,
        now=now(),
    )
    return step.answer.created(await step.reads.redirection(referral_id), f"/v1/referrals/{referral_id}/redirection")


@router.get("/referrals/{referral_id}/redirection", responses=problems(NotFound))
async def get_redirection(referral_id: UUID, actor: ReferralReader, reads: Reads, answer: Answers) -> RedirectionView:
    """Where this request was sent on to, and why."""
    return answer.ok(await reads.redirection(referral_id))


@router.get("/referrals/{referral_id}/chain", responses=problems(NotFound))
async def get_redirection_chain(
    referral_id: UUID, actor: ReferralReader, reads: Reads, cards: Cards
) -> RedirectionChain:
    """Where a request has been, from whichever of its referrals one asks: the same chain, first receiver first.

    The sender sees all of it. A receiver sees what came to its own sector; of the others only how many there are.
    """
    return await reads.chain(referral_id, cards)
