"""From accepted to caught: attempts, the first contact, the receipt."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from services.referrals.domain.errors import (
    BeforeTheApproach,
    OnlyTheAddressedUnit,
    OnlyTheReceiver,
    ReceiptAlreadyGiven,
    TimeInTheFuture,
)
from services.referrals.domain.errors.addressing import HoldingStaysInTheAuthority
from services.referrals.domain.errors.steps import CoordinatorNotNamed
from services.referrals.domain.moments import ContactAttempt, FirstContact
from services.referrals.permissions import ReferralReader, ReferralWriter
from services.referrals.routes.given import Reads, Step
from services.referrals.schemas.requests import (
    ContactAttemptRequest,
    FirstContactRequest,
    HandoverReceiptRequest,
)
from services.referrals.schemas.views import ContactAttemptView, Referral
from services.referrals.use_cases import give_receipt as giving
from services.referrals.use_cases import hold_first_contact as holding
from services.referrals.use_cases import record_attempt as recording

router = room(tags=["referrals"])

_REFUSED = (OnlyTheReceiver, OnlyTheAddressedUnit, NotFound, Stale, InvalidTransition)


@router.post(
    "/referrals/{referral_id}/contact-attempts",
    status_code=201,
    responses=problems(*_REFUSED, TimeInTheFuture, BeforeTheApproach),
)
async def record_contact_attempt(
    referral_id: UUID, body: ContactAttemptRequest, actor: ReferralWriter, step: Step
) -> ContactAttemptView:
    """Record a try that did not reach the citizen. However many there are, none of them is a contact."""
    attempt = ContactAttempt(new_id(), body.at, body.channel, body.result, recorded_at=now())
    await recording.record_attempt(step.referrals, actor, referral_id, attempt=attempt, expected=step.expected)
    location = f"/v1/referrals/{referral_id}/contact-attempts/{attempt.id}"
    return step.answer.created(await step.reads.attempt(referral_id, attempt.id), location)


@router.get("/referrals/{referral_id}/contact-attempts", responses=problems(NotFound))
async def list_contact_attempts(
    referral_id: UUID, actor: ReferralReader, reads: Reads, paging: PageRequest
) -> Page[ContactAttemptView]:
    """The tries to reach the citizen, the newest first. The sender sees them only where `returnScope` has dates."""
    return await reads.attempts(referral_id, paging)


@router.get("/referrals/{referral_id}/contact-attempts/{attempt_id}", responses=problems(NotFound))
async def get_contact_attempt(
    referral_id: UUID, attempt_id: UUID, actor: ReferralReader, reads: Reads, answer: Answers
) -> ContactAttemptView:
    """One try to reach the citizen."""
    return answer.ok(await reads.attempt(referral_id, attempt_id))


@router.post(
    "/referrals/{referral_id}/first-contact", responses=problems(*_REFUSED, TimeInTheFuture, BeforeTheApproach)
)
async def record_first_contact(
    referral_id: UUID, body: FirstContactRequest, actor: ReferralWriter, step: Step
) -> Referral:
    """Confirm the first contact that the citizen attended. Only the receiving side can; a no-show is an attempt."""
    contact = FirstContact(body.at, body.channel, tuple(dict.fromkeys(body.present)))
    await holding.hold_first_contact(
        step.referrals, actor, referral_id, contact=contact, expected=step.expected, now=now()
    )
    return await step.shown(referral_id)


@router.post(
    "/referrals/{referral_id}/handover-receipt",
    responses=problems(*_REFUSED, ReceiptAlreadyGiven, HoldingStaysInTheAuthority, CoordinatorNotNamed),
)
async def give_handover_receipt(
    referral_id: UUID, body: HandoverReceiptRequest, actor: ReferralWriter, step: Step
) -> Referral:
    """Give the receipt, once. With `takesHolding` it is an irrevocable offer to hold the case, which nobody of another
    authority can make (`holding-stays-in-the-authority`): the case is the sender's own. A system that makes it names
    the person who will coordinate (`coordinator-not-named`).
    """
    await giving.give_receipt(
        step.referrals,
        actor,
        referral_id,
        receipt_id=new_id(),
        takes_holding=body.takes_holding,
        coordinator=body.coordinator,
        expected=step.expected,
        now=now(),
    )
    return await step.shown(referral_id)
