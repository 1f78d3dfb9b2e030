"""Contacts with the citizen and appointments: when they were met, what is agreed, and what became of it."""

from uuid import UUID

from chassis.clock import now
from chassis.errors import Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.paging import PageRequest
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.entries import (
    AppointmentNotYet,
    AppointmentUnknown,
    EntryAlreadyCorrected,
    NotYetHappened,
    OutcomeAlreadyTold,
)
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.routes.entries import REFUSED, Entries, EntryReads
from services.cases.routes.given import Cases
from services.cases.schemas.entries import (
    AppointmentOutcomeRequest,
    AppointmentRequest,
    AppointmentView,
    ContactEntryRequest,
    ContactEntryView,
    shown,
)
from services.cases.schemas.walls import WalledPage
from services.cases.use_cases import contacts as noting
from services.cases.use_cases.entries import record_entry

contacts = room(tags=["contacts"], prefix="/v1/cases/{case_id}/contacts")
appointments = room(tags=["appointments"], prefix="/v1/cases/{case_id}/appointments")


@contacts.post(
    "",
    status_code=201,
    name="record_contact",
    summary="Note a contact with the citizen",
    responses=problems(*REFUSED, NotYetHappened, AppointmentUnknown),
)
async def record_contact(
    actor: CaseWriter,
    case_id: UUID,
    body: ContactEntryRequest,
    cases: Cases,
    entries: Entries,
    answer: Answers,
) -> ContactEntryView:
    """Note a contact, attended or not. One that was attended sets when the citizen was last met, and so when the next
    meeting is due; one that was not sets nothing. A contact that `corrects` another stands beside it.
    """
    case, contact = await noting.record_contact(
        cases, entries, actor, case_id, body.told(), corrects=body.corrects, now=now()
    )
    location = f"/v1/cases/{case_id}/contacts/{contact.id}"
    return answer.created(shown(ContactEntryView, case, contact, actor), location)


@contacts.get("", name="list_contacts", summary="List the contacts", responses=problems(CaseNotFound))
async def list_contacts(
    actor: CaseReader, case_id: UUID, reads: EntryReads, page: PageRequest
) -> WalledPage[ContactEntryView]:
    """The contacts in the order they were noted, corrected ones among them: the caller's sector's own, and those of
    another sector that a consent in force covers (category `contacts`)."""
    found = await reads.listed("contacts", case_id, page)
    items = [shown(ContactEntryView, found.case, entry, actor) for entry in found.entries]
    return WalledPage[ContactEntryView](items=items, page=found.page, hidden=found.hidden)


@contacts.get("/{contact_id}", name="get_contact", summary="Read a contact", responses=problems(CaseNotFound))
async def get_contact(
    actor: CaseReader, case_id: UUID, contact_id: UUID, reads: EntryReads, answer: Answers
) -> ContactEntryView:
    """One contact."""
    case, contact = await reads.one("contacts", case_id, contact_id)
    return answer.ok(shown(ContactEntryView, case, contact, actor))


@appointments.post(
    "",
    status_code=201,
    name="make_appointment",
    summary="Make an appointment",
    responses=problems(*REFUSED),
)
async def make_appointment(
    actor: CaseWriter, case_id: UUID, body: AppointmentRequest, cases: Cases, entries: Entries, answer: Answers
) -> AppointmentView:
    """Note an appointment. What becomes of it is told at `…/outcome`; one that `corrects` another stands beside it."""
    case, made = await record_entry(
        cases, entries, actor, case_id, "appointments", body.told(), corrects=body.corrects, now=now()
    )
    return answer.created(shown(AppointmentView, case, made, actor), f"/v1/cases/{case_id}/appointments/{made.id}")


@appointments.get("", name="list_appointments", summary="List the appointments", responses=problems(CaseNotFound))
async def list_appointments(
    actor: CaseReader, case_id: UUID, reads: EntryReads, page: PageRequest
) -> WalledPage[AppointmentView]:
    """The appointments in the order they were made, corrected and moved ones among them: the caller's sector's own, and
    those of another sector that a consent in force covers (category `appointments`)."""
    found = await reads.listed("appointments", case_id, page)
    items = [shown(AppointmentView, found.case, entry, actor) for entry in found.entries]
    return WalledPage[AppointmentView](items=items, page=found.page, hidden=found.hidden)


@appointments.get(
    "/{appointment_id}", name="get_appointment", summary="Read an appointment", responses=problems(CaseNotFound)
)
async def get_appointment(
    actor: CaseReader, case_id: UUID, appointment_id: UUID, reads: EntryReads, answer: Answers
) -> AppointmentView:
    """One appointment, with what became of it."""
    case, appointment = await reads.one("appointments", case_id, appointment_id)
    return answer.ok(shown(AppointmentView, case, appointment, actor))


@appointments.post(
    "/{appointment_id}/outcome",
    name="tell_appointment_outcome",
    summary="Tell what became of an appointment",
    responses=problems(
        CaseNotFound,
        SectorNotInvolved,
        CaseIsClosed,
        EntryAlreadyCorrected,
        OutcomeAlreadyTold,
        AppointmentNotYet,
        Stale,
    ),
)
async def tell_outcome(
    actor: CaseWriter,
    case_id: UUID,
    appointment_id: UUID,
    body: AppointmentOutcomeRequest,
    version: IfMatch,
    cases: Cases,
    entries: Entries,
    answer: Answers,
) -> AppointmentView:
    """Held, missed by either side, or moved: then a successor is made for the new time. Told once.

    A missed appointment triggers nothing: it is a fact of the record and has no consequence for the citizen.
    """
    case, appointment = await noting.tell_outcome(
        cases,
        entries,
        actor,
        case_id,
        appointment_id,
        body.outcome,
        moved_to=body.moved_to,
        expected=version,
        now=now(),
    )
    return answer.ok(shown(AppointmentView, case, appointment, actor))
