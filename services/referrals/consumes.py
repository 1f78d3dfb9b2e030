"""What makes referrals react: cases tells, referrals notes it or acts on it.

Facts that are only kept go straight to `KnownCases`; where a rule follows, a use case does it. What is not listed here
passes by.
"""

from chassis.database import Transaction
from chassis.envelope import Envelope
from chassis.inbox import Consumer
from contracts.events.cases import (
    CaseClosedV1,
    CaseImportedV1,
    CaseOpenedV1,
    ConsentGivenV1,
    ConsentWithdrawnV1,
    NeedEndedV1,
    NeedRegisteredV1,
    NeedReopenedV1,
    NeedSetAsideV1,
    ResponsibilityTransferredV1,
    SectorInvolvedV1,
    SectorReleasedV1,
)
from services.referrals.domain.sharing import Consent
from services.referrals.repository import KnownCases, Referrals
from services.referrals.use_cases.end_with_case import end_with_case
from services.referrals.use_cases.follow_need import follow_reopened_need
from services.referrals.use_cases.follow_release import follow_release

consumer = Consumer("referrals")


@consumer.on(CaseOpenedV1)
async def note_case(event: CaseOpenedV1, envelope: Envelope, tx: Transaction) -> None:
    """A case began: referrals may be requested in it."""
    await KnownCases(tx).add_case(
        envelope.case_id,
        number=event.case_number,
        holding_sector=event.opened_by_sector,
    )


@consumer.on(CaseImportedV1)
async def note_imported_case(event: CaseImportedV1, envelope: Envelope, tx: Transaction) -> None:
    """A case was taken over from another system: for referrals, it began."""
    await KnownCases(tx).add_case(
        envelope.case_id,
        number=event.case_number,
        holding_sector=event.opened_by_sector,
    )


@consumer.on(NeedRegisteredV1)
async def note_need(event: NeedRegisteredV1, envelope: Envelope, tx: Transaction) -> None:
    """A need waits to be taken on."""
    await KnownCases(tx).add_need(envelope.case_id, event.need_id, owner_sector=event.owner_sector)


@consumer.on(NeedSetAsideV1)
async def note_need_set_aside(event: NeedSetAsideV1, envelope: Envelope, tx: Transaction) -> None:
    """The citizen does not want a need pursued now, so nobody is asked to take it on."""
    await KnownCases(tx).set_need_aside(event.need_id)


@consumer.on(NeedEndedV1)
async def note_need_ended(event: NeedEndedV1, envelope: Envelope, tx: Transaction) -> None:
    """Nobody more is asked to take a need on; who was asked already goes on."""
    await KnownCases(tx).end_need(event.need_id)


@consumer.on(NeedReopenedV1)
async def note_need_reopened(event: NeedReopenedV1, envelope: Envelope, tx: Transaction) -> None:
    """A need is open again: it may be referred anew, by the sector that owns it now."""
    await follow_reopened_need(
        Referrals(tx), KnownCases(tx), envelope.case_id, event.need_id, owner_sector=event.owner_sector
    )


@consumer.on(SectorInvolvedV1)
async def note_involvement(event: SectorInvolvedV1, envelope: Envelope, tx: Transaction) -> None:
    """A sector takes part and may request referrals."""
    await KnownCases(tx).add_involvement(envelope.case_id, sector=event.sector)


@consumer.on(SectorReleasedV1)
async def note_release(event: SectorReleasedV1, envelope: Envelope, tx: Transaction) -> None:
    """A sector let go: the needs that moved are another's."""
    await follow_release(
        Referrals(tx),
        KnownCases(tx),
        envelope.case_id,
        sector=event.sector,
        need_ids=event.need_ids,
        at=envelope.time,
    )


@consumer.on(ResponsibilityTransferredV1)
async def note_transfer(event: ResponsibilityTransferredV1, envelope: Envelope, tx: Transaction) -> None:
    """Another sector holds the case."""
    await KnownCases(tx).move_holding(envelope.case_id, to_sector=event.to_sector)


@consumer.on(ConsentGivenV1)
async def note_consent(event: ConsentGivenV1, envelope: Envelope, tx: Transaction) -> None:
    """A sharing is permitted, in its scope and for its time."""
    consent = Consent(
        id=event.consent_id,
        case_id=envelope.case_id,
        from_sector=event.from_sector,
        to_sector=event.to_sector,
        to_unit=event.to_unit,
        to_authority=event.to_authority,
        valid_until=event.valid_until,
        data_categories=frozenset(event.data_categories),
    )
    await KnownCases(tx).add_consent(consent, shared_for=event.shared_for, legal_basis=event.legal_basis)


@consumer.on(ConsentWithdrawnV1)
async def stop_sharing(event: ConsentWithdrawnV1, envelope: Envelope, tx: Transaction) -> None:
    """Sharing that rests on this consent stops; the referral, which is help, goes on."""
    await KnownCases(tx).withdraw_consent(event.consent_id, at=envelope.time)


@consumer.on(CaseClosedV1)
async def cancel_live_referrals(event: CaseClosedV1, envelope: Envelope, tx: Transaction) -> None:
    """The case ended, and with it everything that was still asked of anybody."""
    await end_with_case(Referrals(tx), KnownCases(tx), envelope.case_id, at=envelope.time)
