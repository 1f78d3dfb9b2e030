"""Plan the closing of a unit; move the day."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.closing_plan import ClosingPlan, must_be_theirs, must_lie_ahead
from services.cases.domain.errors.organisation import UnitUnknown
from services.cases.domain.organisation import Unit, must_have_authority, must_lead
from services.cases.repository import UnitRepository
from services.cases.repository.closing_plans import ClosingPlanRepository


async def make_closing_plan(
    plans: ClosingPlanRepository, units: UnitRepository, actor: Actor, unit_id: str, closes_on: date, *, now: datetime
) -> tuple[ClosingPlan, Unit]:
    """Plan for a unit that is to close.

    Raises:
        AuthorityRequired, EndingInThePast, UnitUnknown, UnitNotYours, UnitHasEnded, AlreadyExists.
    """
    must_have_authority(actor)
    must_lie_ahead(closes_on, day_of(now))
    unit = await units.find(unit_id)
    if unit is None:
        raise UnitUnknown()
    must_lead(actor, unit)
    unit.must_last()
    plan = ClosingPlan(new_id(), unit.id, unit.sector, closes_on, now)
    await plans.add(plan, made_by=actor.subject)
    return plan, unit


async def move_closing_plan(
    plans: ClosingPlanRepository, actor: Actor, plan_id: UUID, closes_on: date, *, expected: int, now: datetime
) -> ClosingPlan:
    """Set another day.

    Raises:
        EndingInThePast, NotFound, Stale.
    """
    must_lie_ahead(closes_on, day_of(now))
    plan = must_be_theirs(await plans.get(plan_id), actor)
    expect(plan.version, expected)
    moved = plan.moved_to(closes_on, day_of(now))
    await plans.save(moved)
    return moved
