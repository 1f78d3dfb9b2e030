"""What cases hears, and what it makes of it."""

from chassis.database import Transaction
from chassis.envelope import Envelope
from chassis.inbox import Consumer
from contracts.events.referrals import (
    CapacityChangedV1,
    ContactAttemptedV1,
    DeadlineApproachingV1,
    DeadlineMissedV1,
    DeadlineWaivedV1,
    FirstContactHeldV1,
    HandoverReceivedV1,
    ReferralAcceptedV1,
    ReferralCancelledV1,
    ReferralCompletedV1,
    ReferralEnteredInErrorV1,
    ReferralFailedV1,
    ReferralPutOnHoldV1,
    ReferralReassignedV1,
    ReferralRedirectedV1,
    ReferralRejectedV1,
    ReferralRequestedV1,
    ReferralResumedV1,
)
from contracts.events.surveys import InvitationIssuedV1, ResponseSubmittedV1
from services.cases.domain.catch import KnownReferral, Receipt
from services.cases.domain.closing_plan import Room
from services.cases.repository import CaseRepository, LetterRepository, PolicyRepository
from services.cases.repository.allocation import AllocationRepository
from services.cases.repository.capacity import CapacityRepository
from services.cases.repository.enrolments import EnrolmentRepository
from services.cases.use_cases import hear_of_referral as hear
from services.cases.use_cases.enrolments import Enrolling, hear_baseline
from services.cases.use_cases.letters import note_letter

consumer = Consumer("cases")  # the durable consumers' name: never change it casually


@consumer.on(ReferralRequestedV1)
async def requested(event: ReferralRequestedV1, envelope: Envelope, tx: Transaction) -> None:
    referral = KnownReferral(
        event.referral_id,
        event.need_id,
        event.from_sector,
        event.to_sector,
        event.to_unit,
        envelope.time,
        to_authority=event.to_authority,
        anonymous=event.anonymous is True,
        return_scope=event.return_scope,
        consent_id=event.consent_id,
        legal_basis=event.legal_basis,
    )
    promised = referral.promised(event.due_on, envelope.time)
    await hear.hear_requested(CaseRepository(tx), envelope.case_id, promised)


@consumer.on(ReferralAcceptedV1)
async def accepted(event: ReferralAcceptedV1, envelope: Envelope, tx: Transaction) -> None:
    cases, unit = CaseRepository(tx), event.responsible_unit
    await hear.hear_accepted(cases, envelope.case_id, event.referral_id, unit, envelope.time)


@consumer.on(ContactAttemptedV1)
async def contact_attempted(event: ContactAttemptedV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_attempted(CaseRepository(tx), envelope.case_id, event.referral_id, envelope.time)


@consumer.on(FirstContactHeldV1)
async def first_contact_held(event: FirstContactHeldV1, envelope: Envelope, tx: Transaction) -> None:
    cases, link_made_by = CaseRepository(tx), event.link_made_by
    await hear.hear_contact_held(cases, envelope.case_id, event.referral_id, envelope.time, link_made_by)


@consumer.on(HandoverReceivedV1)
async def handover_received(event: HandoverReceivedV1, envelope: Envelope, tx: Transaction) -> None:
    promised = (event.receipt_id, event.takes_holding, event.unit, event.coordinator)
    receipt = Receipt(*promised, envelope.time, link_made_by=event.link_made_by)
    await hear.hear_receipt(CaseRepository(tx), envelope.case_id, event.referral_id, receipt)


@consumer.on(ReferralCompletedV1)
async def completed(event: ReferralCompletedV1, envelope: Envelope, tx: Transaction) -> None:
    cases, broken_off = CaseRepository(tx), event.broken_off is True
    await hear.hear_ended(cases, envelope.case_id, event.referral_id, "completed", envelope.time, broken_off=broken_off)


@consumer.on(ReferralRejectedV1)
async def rejected(event: ReferralRejectedV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_ended(CaseRepository(tx), envelope.case_id, event.referral_id, "rejected", envelope.time)


@consumer.on(ReferralFailedV1)
async def failed(event: ReferralFailedV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_ended(CaseRepository(tx), envelope.case_id, event.referral_id, "failed", envelope.time)


@consumer.on(ReferralCancelledV1)
async def cancelled(event: ReferralCancelledV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_ended(CaseRepository(tx), envelope.case_id, event.referral_id, "cancelled", envelope.time)


@consumer.on(ReferralRedirectedV1)
async def redirected(event: ReferralRedirectedV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_ended(CaseRepository(tx), envelope.case_id, event.referral_id, "redirected", envelope.time)


@consumer.on(ReferralEnteredInErrorV1)
async def entered_in_error(event: ReferralEnteredInErrorV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_ended(CaseRepository(tx), envelope.case_id, event.referral_id, "entered-in-error", envelope.time)


@consumer.on(ReferralPutOnHoldV1)
async def put_on_hold(event: ReferralPutOnHoldV1, envelope: Envelope, tx: Transaction) -> None:
    cases, until = CaseRepository(tx), event.until
    await hear.hear_paused(cases, envelope.case_id, event.referral_id, until, envelope.time)


@consumer.on(ReferralResumedV1)
async def resumed(event: ReferralResumedV1, envelope: Envelope, tx: Transaction) -> None:
    cases, due_on = CaseRepository(tx), event.due_on
    await hear.hear_resumed(cases, envelope.case_id, event.referral_id, envelope.time, due_on)


@consumer.on(DeadlineApproachingV1)
async def deadline_approaching(event: DeadlineApproachingV1, envelope: Envelope, tx: Transaction) -> None:
    cases = CaseRepository(tx)
    await hear.hear_deadline(cases, envelope.case_id, event.referral_id, event.due_on, envelope.time, missed=False)


@consumer.on(DeadlineMissedV1)
async def deadline_missed(event: DeadlineMissedV1, envelope: Envelope, tx: Transaction) -> None:
    cases = CaseRepository(tx)
    await hear.hear_deadline(cases, envelope.case_id, event.referral_id, event.due_on, envelope.time, missed=True)


@consumer.on(DeadlineWaivedV1)
async def deadline_waived(event: DeadlineWaivedV1, envelope: Envelope, tx: Transaction) -> None:
    await hear.hear_waived(CaseRepository(tx), envelope.case_id, event.referral_id, envelope.time)


@consumer.on(ReferralReassignedV1)
async def reassigned(event: ReferralReassignedV1, envelope: Envelope, tx: Transaction) -> None:
    cases, unit = CaseRepository(tx), event.responsible_unit or event.to_unit
    await hear.hear_reassigned(cases, envelope.case_id, event.referral_id, unit, envelope.time)


@consumer.on(InvitationIssuedV1)
async def invitation_issued(event: InvitationIssuedV1, envelope: Envelope, tx: Transaction) -> None:
    await note_letter(LetterRepository(tx), envelope.case_id, event.invitation_id, at=envelope.time)


@consumer.on(ResponseSubmittedV1)
async def response_submitted(event: ResponseSubmittedV1, envelope: Envelope, tx: Transaction) -> None:
    if (event.purpose, event.wave) == ("evaluation", "baseline"):
        lists, policies = AllocationRepository(tx), PolicyRepository(tx)
        house = Enrolling(CaseRepository(tx), EnrolmentRepository(tx), lists, policies)
        await hear_baseline(house, envelope.case_id, now=envelope.time)


@consumer.on(CapacityChangedV1)
async def capacity_changed(event: CapacityChangedV1, envelope: Envelope, tx: Transaction) -> None:
    said = (event.status, event.waiting_days, event.as_of)
    room = Room(event.service_id, event.sector, event.unit, event.covers, *said, active=event.active is not False)
    await CapacityRepository(tx).hear(room)
