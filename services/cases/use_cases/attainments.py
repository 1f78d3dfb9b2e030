"""Say how far a goal is reached."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.ids import new_id
from services.cases.domain.access import must_work
from services.cases.domain.attainment import Attainment, must_be_attainable
from services.cases.domain.errors import CaseNotFound
from services.cases.repository import CaseRepository
from services.cases.repository.attainments import Attainments
from services.cases.repository.plan import Plans


async def record_attainment(
    cases: CaseRepository,
    plans: Plans,
    attainments: Attainments,
    actor: Actor,
    case_id: UUID,
    goal_id: UUID,
    *,
    level: int,
    on: date,
    now: datetime,
) -> Attainment:
    """Note the level a goal of the plan, as it stands now, has reached.

    Raises:
        CaseNotFound: no such case, or no such goal in its plan. SectorNotInvolved, CaseIsClosed, AttainmentInTheFuture,
        GoalWithoutScale.
    """
    case = await cases.get(case_id, actor)
    version = await plans.newest(case_id)
    goal = next((goal for goal in version.plan.goals if goal.id == goal_id), None) if version else None
    if version is None or goal is None:
        raise CaseNotFound()
    must_work(case, actor)
    case.must_be_open()
    must_be_attainable(goal, on, day_of(now))
    seen = Attainment(new_id(), goal_id, version.number, level, on, now, actor.sector or "", actor.unit)
    await attainments.add(case_id, seen, version)
    return seen
