"""Who works for the authority, who is away and who stands in."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from chassis.actor import Actor
from chassis.clock import day_of, now
from chassis.errors import NotFound, Stale
from chassis.http import Answers, IfMatch, IfMatchOrNew, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.sectors import Sector, UnknownSector
from chassis.wire import CodeList, UnitId
from services.cases.domain.errors.organisation import (
    AbsenceBackwards,
    AbsenceEnded,
    AbsenceOverlaps,
    AuthorityRequired,
    StaffNotYours,
    SubstituteUnfit,
    UnitHasEnded,
    UnitUnknown,
)
from services.cases.domain.organisation import Absence, StaffMember, day_after, present_substitute
from services.cases.permissions import AbsenceKeeper, StaffKeeper, StaffReader
from services.cases.repository import StaffRepository
from services.cases.routes.given import Staff, StaffReads, Units
from services.cases.schemas import organisation as shown
from services.cases.schemas.organisation import (
    AbsenceEndingRequest,
    AbsenceRequest,
    AbsenceView,
    StaffRequest,
    StaffView,
    SubstituteRequest,
)
from services.cases.schemas.subjects import OpaqueSubject
from services.cases.use_cases import staff as use

router = room(tags=["organisation"], prefix="/v1/staff")
ThisSubject = Annotated[OpaqueSubject, Path()]


@router.get("", name="list_staff", summary="List the staff")
async def list_staff(
    actor: StaffReader,
    staff: Staff,
    directory: StaffReads,
    page: PageRequest,
    unit: Annotated[UnitId | None, Query()] = None,
    sector: Annotated[CodeList[Sector], Query()] = None,
) -> Page[StaffView]:
    """The authority's staff by subject, also those who have left, with who is there today."""
    found, end = await directory.listed(page, unit=unit, sectors=sector)
    return Page[StaffView](items=await _shown(staff, found, actor, day_of(now())), page=end)


@router.get("/{subject}", name="get_staff", summary="Read where somebody works", responses=problems(NotFound))
async def get_staff(actor: StaffReader, subject: ThisSubject, staff: Staff, answer: Answers) -> StaffView:
    """One member of staff. The subject is what their token says: opaque."""
    (view,) = await _shown(staff, [await staff.get(subject)], actor, day_of(now()))
    return answer.ok(view)


@router.put(
    "/{subject}",
    name="put_staff",
    summary="Say where somebody works",
    responses=problems(AuthorityRequired, UnknownSector, Stale, UnitUnknown, UnitHasEnded, AlreadyExists)
    | {201: {"model": StaffView, "description": "Nobody by that subject was known before."}},
)
async def put_staff(
    actor: StaffKeeper,
    subject: ThisSubject,
    body: StaffRequest,
    version: IfMatchOrNew,
    staff: Staff,
    units: Units,
    answer: Answers,
    response: Response,
) -> StaffView:
    """Add somebody (`If-None-Match: *`), or say anew where they work (`If-Match`). Who leaves is given a last day.

    The subject must be opaque: never a CPR number, a name or an e-mail address.
    """
    kept, new = await use.put_staff(staff, units, actor, body.member(subject), expected=version)
    (view,) = await _shown(staff, [kept], actor, day_of(now()))
    if new:
        response.status_code = 201
        return answer.created(view, f"/v1/staff/{subject}")
    return answer.ok(view)


@router.post(
    "/{subject}/absences",
    status_code=201,
    name="record_absence",
    summary="Say that somebody is away",
    responses=problems(NotFound, StaffNotYours, AbsenceBackwards, AbsenceOverlaps, SubstituteUnfit),
)
async def record_absence(
    actor: AbsenceKeeper, subject: ThisSubject, body: AbsenceRequest, staff: Staff, answer: Answers
) -> AbsenceView:
    """Note the days somebody is away and who stands in: by themselves, a team lead of their sector, or an
    administrator. Why is not asked, and there is nowhere to write it."""
    at = now()
    told = Absence(new_id(), subject, body.from_, day_after(body.to), body.substitute, at)
    member, absence = await use.record_absence(staff, actor, told)
    view = shown.absence(absence, member, actor, day_of(at))
    return answer.created(view, f"/v1/staff/{subject}/absences/{absence.id}")


@router.get("/{subject}/absences", name="list_absences", summary="List absences", responses=problems(NotFound))
async def list_absences(actor: StaffReader, subject: ThisSubject, staff: Staff, page: PageRequest) -> Page[AbsenceView]:
    """When somebody was, is and will be away, in order."""
    member = await staff.get(subject)
    found, end = page.among(await staff.absences(subject), key=lambda one: (one.first_day, one.id))
    today = day_of(now())
    return Page[AbsenceView](items=[shown.absence(one, member, actor, today) for one in found], page=end)


@router.get(
    "/{subject}/absences/{absence_id}", name="get_absence", summary="Read an absence", responses=problems(NotFound)
)
async def get_absence(
    actor: StaffReader, subject: ThisSubject, absence_id: UUID, staff: Staff, answer: Answers
) -> AbsenceView:
    """One absence."""
    member, absence = await staff.get(subject), await staff.absence(subject, absence_id)
    return answer.ok(shown.absence(absence, member, actor, day_of(now())))


@router.post(
    "/{subject}/absences/{absence_id}/ending",
    name="end_absence",
    summary="Say that somebody is back",
    responses=problems(NotFound, StaffNotYours, AbsenceEnded, Stale),
)
async def end_absence(
    actor: AbsenceKeeper,
    subject: ThisSubject,
    absence_id: UUID,
    body: AbsenceEndingRequest,
    version: IfMatch,
    staff: Staff,
    answer: Answers,
) -> AbsenceView:
    """Note the day somebody is back, sooner than was said or at all. Back before it began: it is called off."""
    today = day_of(now())
    back_on = body.back_on or today
    member, absence = await use.end_absence(staff, actor, subject, absence_id, back_on, expected=version)
    return answer.ok(shown.absence(absence, member, actor, today))


@router.post(
    "/{subject}/absences/{absence_id}/substitute",
    name="name_substitute",
    summary="Name who stands in",
    responses=problems(NotFound, StaffNotYours, SubstituteUnfit, Stale),
)
async def name_substitute(
    actor: AbsenceKeeper,
    subject: ThisSubject,
    absence_id: UUID,
    body: SubstituteRequest,
    version: IfMatch,
    staff: Staff,
    answer: Answers,
) -> AbsenceView:
    """Name who stands in during an absence, or another than before. While they are away too, their own substitute
    stands in."""
    member, absence = await use.name_substitute(staff, actor, subject, absence_id, body.substitute, expected=version)
    return answer.ok(shown.absence(absence, member, actor, day_of(now())))


async def _shown(staff: StaffRepository, found: list[StaffMember], actor: Actor, today: date) -> list[StaffView]:
    known = await staff.of([member.subject for member in found], today)
    return [
        shown.staff(member, known[member.subject], present_substitute(member.subject, known), actor) for member in found
    ]
