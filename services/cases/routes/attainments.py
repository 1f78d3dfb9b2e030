"""How far the goals of the plan are reached: goal attainment scaling."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from chassis.clock import day_of, now
from chassis.given import of_tx
from chassis.http import Answers, problems, room
from chassis.paging import Page, PageRequest
from chassis.wire import Day
from services.cases.domain.attainment import attained
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.plan import AttainmentInTheFuture, GoalWithoutScale
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.repository.attainments import Attainments
from services.cases.routes.given import Cases
from services.cases.routes.plan import PlanReads, ThePlans
from services.cases.schemas.attainments import AttainmentRequest, AttainmentScoreView, AttainmentView
from services.cases.use_cases import attainments as seeing

router = room(tags=["plan"], prefix="/v1/cases/{case_id}")


TheAttainments = Annotated[Attainments, Depends(of_tx(Attainments))]


@router.post(
    "/goals/{goal_id}/attainments",
    status_code=201,
    name="record_attainment",
    summary="Say how far a goal is reached",
    responses=problems(CaseNotFound, SectorNotInvolved, CaseIsClosed, GoalWithoutScale, AttainmentInTheFuture),
)
async def record_attainment(
    actor: CaseWriter,
    case_id: UUID,
    goal_id: UUID,
    body: AttainmentRequest,
    cases: Cases,
    plans: ThePlans,
    attainments: TheAttainments,
    answer: Answers,
) -> AttainmentView:
    """Note the level that a goal of the plan has reached on a day, by the goal's own scale.

    Nothing is changed by it: a mistake is put right by telling the same day again, and the latest counts.
    """
    seen = await seeing.record_attainment(
        cases, plans, attainments, actor, case_id, goal_id, level=body.level, on=body.on, now=now()
    )
    location = f"/v1/cases/{case_id}/goals/{goal_id}/attainments/{seen.id}"
    return answer.created(AttainmentView.of(case_id, seen), location)


@router.get(
    "/goals/{goal_id}/attainments",
    name="list_attainments",
    summary="List how far a goal was reached",
    responses=problems(CaseNotFound),
)
async def list_attainments(
    actor: CaseReader, case_id: UUID, goal_id: UUID, reads: PlanReads, page: PageRequest
) -> Page[AttainmentView]:
    """What was seen of one goal, in the order it was written down."""
    seen, end = await reads.attainments(case_id, goal_id, page)
    return Page[AttainmentView](items=[AttainmentView.of(case_id, one) for one in seen], page=end)


@router.get(
    "/goals/{goal_id}/attainments/{attainment_id}",
    name="get_attainment",
    summary="Read how far a goal was reached",
    responses=problems(CaseNotFound),
)
async def get_attainment(
    actor: CaseReader, case_id: UUID, goal_id: UUID, attainment_id: UUID, reads: PlanReads, answer: Answers
) -> AttainmentView:
    """What was seen of one goal once."""
    return answer.ok(AttainmentView.of(case_id, await reads.attainment(case_id, goal_id, attainment_id)))


@router.get(
    "/plan/attainment", name="read_attainment", summary="Read how far all goals are", responses=problems(CaseNotFound)
)
async def read_attainment(
    actor: CaseReader, case_id: UUID, reads: PlanReads, on: Annotated[Day | None, Query()] = None
) -> AttainmentScoreView:
    """The T score of goal attainment scaling on a day (today, when none is named), with how many goals it rests on.

    Goals and weights are those of the plan as it stands now, so that two days can be compared. A goal without a scale,
    or without a level seen by that day, is left out and counted.
    """
    day = on or day_of(now())
    _, version = await reads.newest(case_id, "plan-attainment")
    reached = attained(version.plan.goals, await reads.reached(case_id, day))
    return AttainmentScoreView.of(case_id, version.number, day, reached)
