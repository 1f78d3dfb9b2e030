"""The units of an authority: where cases are worked on."""

from typing import Annotated

from fastapi import Body, Path, Query

from chassis.clock import day_of, now
from chassis.errors import NotFound, Stale
from chassis.http import Answers, IfMatch, IfMatchRequired, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.sectors import Sector, UnknownSector
from chassis.wire import CodeList, Day, UnitId
from services.cases.domain.errors.organisation import (
    AuthorityRequired,
    EndingInThePast,
    UnitAboveItself,
    UnitHasEnded,
    UnitHasUnits,
    UnitMisnamed,
    UnitNotYours,
    UnitStillHolds,
    UnitUnknown,
)
from services.cases.domain.organisation import Unit
from services.cases.permissions import UnitEnder, UnitKeeper, UnitReader
from services.cases.routes.given import Units
from services.cases.schemas import organisation as shown
from services.cases.schemas.organisation import UnitEndingRequest, UnitPatch, UnitRequest, UnitView
from services.cases.use_cases import units as use

router = room(tags=["organisation"], prefix="/v1/units")
ThisUnit = Annotated[UnitId, Path(alias="unitId")]
_FAULTY = (AuthorityRequired, UnitHasEnded, UnitUnknown, UnitAboveItself)


@router.post(
    "",
    status_code=201,
    name="make_unit",
    summary="Add a unit",
    responses=problems(*_FAULTY, UnknownSector, UnitMisnamed, AlreadyExists),
)
async def make_unit(actor: UnitKeeper, body: UnitRequest, units: Units, answer: Answers) -> UnitView:
    """Add a unit to the organisation, from today or the day that is named.

    With its sector in the id (`health:alkohol`) or without: both are one unit, and one of them is taken.
    """
    unit = Unit(body.id, body.sector, body.name, body.valid_from or day_of(now()), parent=body.parent, phone=body.phone)
    made = await use.make_unit(units, actor, unit)
    return answer.created(shown.unit(made, actor), f"/v1/units/{made.id}")


@router.get("", name="list_units", summary="List the units")
async def list_units(
    actor: UnitReader,
    units: Units,
    page: PageRequest,
    sector: Annotated[CodeList[Sector], Query()] = None,
    on: Annotated[Day | None, Query(description="Only units that exist on that day.")] = None,
) -> Page[UnitView]:
    """The authority's units by id, also those that have ended, unless a day is named."""
    wanted = [
        unit
        for unit in (await units.all()).values()
        if (not sector or unit.sector in sector) and (on is None or unit.exists_on(on))
    ]
    found, end = page.among(wanted, key=lambda unit: (unit.id,))
    return Page[UnitView](items=[shown.unit(unit, actor) for unit in found], page=end)


@router.get("/{unitId}", name="get_unit", summary="Read a unit", responses=problems(NotFound))
async def get_unit(actor: UnitReader, unit_id: ThisUnit, units: Units, answer: Answers) -> UnitView:
    """One unit."""
    return answer.ok(shown.unit(await units.get(unit_id), actor))


@router.patch("/{unitId}", name="update_unit", summary="Change a unit", responses=problems(NotFound, Stale, *_FAULTY))
async def update_unit(
    actor: UnitKeeper,
    unit_id: ThisUnit,
    body: Annotated[UnitPatch, Body(media_type="application/merge-patch+json")],
    version: IfMatchRequired,
    units: Units,
    answer: Answers,
) -> UnitView:
    """Change name, telephone, or the unit above. Id and sector stay: another sector is another unit."""
    changed = await use.change_unit(units, actor, unit_id, body.changes(), expected=version)
    return answer.ok(shown.unit(changed, actor))


@router.post(
    "/{unitId}/ending",
    name="end_unit",
    summary="End a unit that holds nobody",
    responses=problems(NotFound, UnitNotYours, Stale, EndingInThePast, UnitHasEnded, UnitHasUnits, UnitStillHolds),
)
async def end_unit(
    actor: UnitEnder, unit_id: ThisUnit, body: UnitEndingRequest, version: IfMatch, units: Units, answer: Answers
) -> UnitView:
    """Give the unit its last day. From now on it takes nobody in.

    Refused while it holds, coordinates or works in any open case, or has a referral under way to it: 409
    `unit-still-holds` with how many. `/v1/closing-plans` shows them one by one.
    """
    ended = await use.end_unit(units, actor, unit_id, body.on, expected=version, now=now())
    return answer.ok(shown.unit(ended, actor))
