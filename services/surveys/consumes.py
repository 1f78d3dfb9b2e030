"""What makes surveys react: events of cases in, use cases out. Nothing is decided here."""

from chassis.clock import now
from chassis.database import Transaction
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.inbox import Consumer
from contracts.events.cases import (
    CaseClosedV1,
    CaseImportedV1,
    CaseOpenedV1,
    InvitationDeliveredV1,
    InvitationUndeliverableV1,
    ResponsibilityTransferredV1,
    SectorInvolvedV1,
    SectorReleasedV1,
)
from services.surveys.repository import Activations, Cases, Invitations, load_catalogue
from services.surveys.use_cases.follow_case import (
    close_case,
    involve_sector,
    know_case,
    release_sector,
    transfer_responsibility,
)
from services.surveys.use_cases.issue_baseline import issue_baseline
from services.surveys.use_cases.note_delivery import note_delivered, note_undeliverable

consumer = Consumer("surveys")

# Loaded with the module: a fault in the content stops the worker as it stops the API.
_CATALOGUE = load_catalogue()


@consumer.on(CaseOpenedV1)
async def invite_when_a_case_opens(event: CaseOpenedV1, envelope: Envelope, tx: Transaction) -> None:
    """Know the case, and issue the first wave of every programme its authority has turned on."""
    case = await know_case(
        Cases(tx), authority=envelope.authority, case_id=envelope.case_id, holding_sector=event.opened_by_sector
    )
    programmes = _CATALOGUE.anchored_at_case_opened()
    await issue_baseline(Activations(tx), Invitations(tx), case, programmes, new_id=new_id, now=now())


@consumer.on(CaseImportedV1)
async def know_an_imported_case(event: CaseImportedV1, envelope: Envelope, tx: Transaction) -> None:
    """Know the case; nobody is invited to the baseline of something that began elsewhere long ago."""
    await know_case(
        Cases(tx), authority=envelope.authority, case_id=envelope.case_id, holding_sector=event.opened_by_sector
    )


@consumer.on(SectorInvolvedV1)
async def let_an_involved_sector_read(event: SectorInvolvedV1, envelope: Envelope, tx: Transaction) -> None:
    """A sector works on the case."""
    await involve_sector(Cases(tx), envelope.case_id, event.sector)


@consumer.on(SectorReleasedV1)
async def let_a_released_sector_read_no_more(event: SectorReleasedV1, envelope: Envelope, tx: Transaction) -> None:
    """A sector has let go."""
    await release_sector(Cases(tx), envelope.case_id, event.sector)


@consumer.on(ResponsibilityTransferredV1)
async def follow_the_responsibility(event: ResponsibilityTransferredV1, envelope: Envelope, tx: Transaction) -> None:
    """Another sector holds the case."""
    await transfer_responsibility(Cases(tx), envelope.case_id, event.to_sector)


@consumer.on(CaseClosedV1)
async def revoke_when_a_case_closes(event: CaseClosedV1, envelope: Envelope, tx: Transaction) -> None:
    """The case is over; open invitations are revoked."""
    await close_case(Cases(tx), Invitations(tx), envelope.case_id, now=now())


@consumer.on(InvitationDeliveredV1)
async def note_that_it_was_delivered(event: InvitationDeliveredV1, envelope: Envelope, tx: Transaction) -> None:
    """An invitation went out."""
    await note_delivered(Invitations(tx), event.invitation_id, sent_at=envelope.time)


@consumer.on(InvitationUndeliverableV1)
async def note_that_it_was_not(event: InvitationUndeliverableV1, envelope: Envelope, tx: Transaction) -> None:
    """An invitation could not be sent."""
    await note_undeliverable(Invitations(tx), event.invitation_id, event.reason_code, tried_at=envelope.time)
