"""Closing plans: nobody's unit closes around them before somebody else has caught them."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Depends

from chassis.audit import looked_up
from chassis.clock import day_of, now
from chassis.errors import NotFound, Stale
from chassis.given import Tx, of_caller, of_tx
from chassis.http import Answers, IfMatchRequired, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from services.cases.domain.closing_plan import must_be_theirs
from services.cases.domain.errors.organisation import (
    AuthorityRequired,
    EndingInThePast,
    UnitHasEnded,
    UnitNotYours,
    UnitUnknown,
)
from services.cases.domain.organisation import leads
from services.cases.permissions import ClosingPlanner, ClosingPlanReader
from services.cases.queries.closing_plans import LeftInUnit
from services.cases.repository.closing_plans import ClosingPlanRepository
from services.cases.routes.given import Units
from services.cases.schemas import closing_plans as shown
from services.cases.schemas.closing_plans import (
    ClosingPlanPatch,
    ClosingPlanRequest,
    ClosingPlanSummary,
    ClosingPlanView,
)
from services.cases.use_cases.closing_plans import make_closing_plan, move_closing_plan

router = room(tags=["closing plans"], prefix="/v1/closing-plans")


Plans = Annotated[ClosingPlanRepository, Depends(of_tx(ClosingPlanRepository))]
Left = Annotated[LeftInUnit, Depends(of_caller(LeftInUnit))]


@router.post(
    "",
    status_code=201,
    name="make_closing_plan",
    summary="Plan the closing of a unit",
    responses=problems(AuthorityRequired, EndingInThePast, UnitUnknown, UnitNotYours, UnitHasEnded, AlreadyExists),
)
async def plan_closing(
    actor: ClosingPlanner, body: ClosingPlanRequest, plans: Plans, units: Units, tx: Tx, answer: Answers
) -> ClosingPlanSummary:
    """Plan for a unit that is to close: by a team lead of its sector, or an administrator. One plan for each unit.

    The plan closes nothing. The unit ends by `/v1/units/{unitId}/ending`, when nobody is left in it.
    """
    plan, _ = await make_closing_plan(plans, units, actor, body.unit, body.closes_on, now=now())
    await looked_up(tx, actor, [], "closing-plan")
    return answer.created(shown.summary(plan, actor), f"/v1/closing-plans/{plan.id}")


@router.get("", name="list_closing_plans", summary="List the closing plans")
async def list_closing_plans(
    actor: ClosingPlanReader, plans: Plans, tx: Tx, page: PageRequest
) -> Page[ClosingPlanSummary]:
    """The plans of the caller's sector (an administrator's: of every sector), the next to close first."""
    mine = [plan for plan in await plans.all() if leads(actor, plan.sector)]
    found, end = page.among(mine, key=lambda plan: (plan.closes_on, plan.id))
    await looked_up(tx, actor, [], "closing-plans")
    return Page[ClosingPlanSummary](items=[shown.summary(plan, actor) for plan in found], page=end)


@router.get("/{plan_id}", name="get_closing_plan", summary="Who is left in the unit", responses=problems(NotFound))
async def get_closing_plan(
    actor: ClosingPlanReader, plan_id: UUID, plans: Plans, reads: Left, page: PageRequest
) -> ClosingPlanView:
    """Every case the unit has a part in, with what the release gate says to the unit's sector now; how many need what,
    beside who has said to have room for it. Computed anew each time, so there is no ETag.

    A team lead sees the cases of the own sector one by one. An administrator sees how many there are.
    """
    plan = must_be_theirs(await plans.get(plan_id), actor)
    unit, cases_left = await reads.of(plan)
    sums = await reads.sums(unit, cases_left)
    return shown.whole(plan, unit, sums, await reads.listed(page, cases_left), actor, day_of(now()))


@router.patch(
    "/{plan_id}",
    name="move_closing_plan",
    summary="Move the day of closing",
    responses=problems(NotFound, EndingInThePast, Stale),
)
async def move_plan(
    actor: ClosingPlanner,
    plan_id: UUID,
    body: Annotated[ClosingPlanPatch, Body(media_type="application/merge-patch+json")],
    version: IfMatchRequired,
    plans: Plans,
    tx: Tx,
    answer: Answers,
) -> ClosingPlanSummary:
    """Set another day, today or later."""
    moved = await move_closing_plan(plans, actor, plan_id, body.closes_on, expected=version, now=now())
    await looked_up(tx, actor, [], "closing-plan")
    return answer.ok(shown.summary(moved, actor))
