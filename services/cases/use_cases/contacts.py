"""Note that the citizen was met, or was to be; and what became of an appointment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.access import must_work
from services.cases.domain.case import Case
from services.cases.domain.entry import AppointmentOutcome, Entry, kept, must_have_been
from services.cases.domain.errors import CaseNotFound
from services.cases.repository import CaseRepository
from services.cases.repository.entries import EntryRepository
from services.cases.use_cases.entries import write


async def record_contact(
    cases: CaseRepository,
    entries: EntryRepository,
    actor: Actor,
    case_id: UUID,
    told: Mapping[str, Any],
    *,
    corrects: UUID | None,
    now: datetime,
) -> tuple[Case, Entry]:
    """Note a contact. One that the citizen attended sets when the citizen was last met; one that was not attended sets
    nothing at all.

    Raises:
        NotYetHappened, CaseNotFound, SectorNotInvolved, CaseIsClosed, AppointmentUnknown, NothingToCorrect,
        EntryAlreadyCorrected.
    """
    must_have_been(told["at"], now)
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    case.must_be_open()
    if told["appointment_id"]:
        kept(await entries.find("appointments", case.id, told["appointment_id"]), actor.sector or "")
    contact = await write(entries, actor, case, "contacts", told, corrects=corrects, now=now)
    last = case.last_contact_at
    if corrects:
        # A meeting that was not may have been the last one: what stands is asked anew.
        last = await entries.last_met(case.id)
    elif told["attended"] and (last is None or told["at"] > last):
        last = told["at"]
    if last != case.last_contact_at:
        case.note_contact(last)
        await cases.save(case, at=now)
    return case, contact


async def tell_outcome(
    cases: CaseRepository,
    entries: EntryRepository,
    actor: Actor,
    case_id: UUID,
    appointment_id: UUID,
    outcome: AppointmentOutcome,
    *,
    moved_to: datetime | None,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Entry]:
    """Note what became of an appointment; a moved one gets a successor. A missed one sets nothing in motion.

    Raises:
        CaseNotFound: no such appointment of the caller's sector. Stale, SectorNotInvolved, CaseIsClosed,
        EntryAlreadyCorrected, OutcomeAlreadyTold, AppointmentNotYet.
    """
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    appointment = await entries.find("appointments", case.id, appointment_id)
    if appointment is None or appointment.sector != actor.sector:
        raise CaseNotFound()
    expect(appointment.version, expected)
    case.must_be_open()
    appointment.must_await_its_outcome(outcome, now)
    await entries.add_outcome(appointment, outcome, by=actor.subject, at=now)
    if moved_to:
        told = {**appointment.told, "at": moved_to, "moved_from": appointment.id}
        await entries.add(
            Entry(new_id(), "appointments", case.id, appointment.sector, actor.unit, actor.subject, now, told)
        )
    return case, await entries.read("appointments", case.id, appointment.id)
