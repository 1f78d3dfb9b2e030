"""The one plan of a case: written as a whole, each time a version of its own."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Response

from chassis.clock import day_of, now
from chassis.errors import Stale
from chassis.given import of_caller, of_tx
from chassis.http import Answers, IfMatchOrNew, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.sectors import UnknownSector
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.code_lists import CodeNotInForce
from services.cases.domain.errors.plan import (
    AgreementInTheFuture,
    EffortOfAnotherSector,
    EffortSectorNotInvolved,
    GoalNotInPlan,
    PlanWithoutCitizensGoals,
)
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.queries.plan import PlanQueries
from services.cases.repository.plan import Plans
from services.cases.routes.given import Cases, Lists
from services.cases.schemas import plan as views
from services.cases.schemas import plan_shown as shown
from services.cases.use_cases import plan as writing

router = room(tags=["plan"], prefix="/v1/cases/{case_id}/plan")


ThePlans = Annotated[Plans, Depends(of_tx(Plans))]
PlanReads = Annotated[PlanQueries, Depends(of_caller(PlanQueries))]
VersionNumber = Annotated[int, Path(ge=1, le=2_000_000_000)]


@router.put(
    "",
    name="write_plan",
    summary="Write the one plan",
    responses=problems(
        CaseNotFound,
        SectorNotInvolved,
        EffortOfAnotherSector,
        CaseIsClosed,
        PlanWithoutCitizensGoals,
        EffortSectorNotInvolved,
        UnknownSector,
        GoalNotInPlan,
        AgreementInTheFuture,
        CodeNotInForce,
        Stale,
    )
    | {201: {"model": views.PlanView, "description": "The first version."}},
)
async def write_plan(
    actor: CaseWriter,
    case_id: UUID,
    body: views.PlanRequest,
    version: IfMatchOrNew,
    cases: Cases,
    plans: ThePlans,
    lists: Lists,
    reads: PlanReads,
    answer: Answers,
    response: Response,
) -> views.PlanView:
    """Write the plan: the citizen's own goals first, then the efforts of all sectors, and where the citizen stands.

    The first time with `If-None-Match: *`, after that with `If-Match`. Any sector that works in the case may write
    goals and the citizen's stand; efforts only its own. An effort of another sector that the caller was shown is sent
    back as it was; one that the caller may not see stays whatever is sent. The plan is current when the citizen has
    agreed or disagreed: either is as good, and neither stops any help. Without a stand it is a draft, and the plan
    before it stays current. What says nothing new makes no version.
    """
    at = now()
    wanted = body.said(new_id)
    case, made = await writing.write_plan(cases, plans, lists, actor, case_id, wanted, expected=version, now=at)
    view = shown.plan(case, made, actor, day_of(at), current=await reads.current_number(made, case_id))
    if version == 0:
        response.status_code = 201
        return answer.created(view, f"/v1/cases/{case_id}/plan")
    return answer.ok(view)


@router.get("", name="get_plan", summary="Read the one plan", responses=problems(CaseNotFound))
async def get_plan(actor: CaseReader, case_id: UUID, reads: PlanReads, answer: Answers) -> views.PlanView:
    """The plan as it was written last. Efforts of another sector are shown where a consent covers them (category
    `plan`), and counted in `hidden` where none does."""
    case, version = await reads.newest(case_id)
    current = await reads.current_number(version, case_id)
    return answer.ok(shown.plan(case, version, actor, day_of(now()), current=current))


@router.get(
    "/versions", name="list_plan_versions", summary="List the plan's versions", responses=problems(CaseNotFound)
)
async def list_plan_versions(
    actor: CaseReader, case_id: UUID, reads: PlanReads, page: PageRequest
) -> Page[views.PlanVersionSummary]:
    """Every version, newest first: which sector wrote it, when, and what it changed, by id."""
    case, editions, end = await reads.versions(case_id, page)
    today = day_of(now())
    items = [
        views.PlanVersionSummary.model_validate(
            {
                "version": edition.number,
                "state": edition.state,
                "agrees": edition.agrees,
                "written_at": edition.written_at,
                "written_by": views.AuthorView(sector=edition.by_sector, unit=edition.by_unit),
                "changes": shown.changes(case, edition.changes, edition.also_changed, actor, today),
            }
        )
        for edition in editions
    ]
    return Page[views.PlanVersionSummary](items=items, page=end)


@router.get(
    "/versions/{number}",
    name="get_plan_version",
    summary="Read a version of the plan",
    responses=problems(CaseNotFound),
)
async def get_plan_version(
    actor: CaseReader, case_id: UUID, number: VersionNumber, reads: PlanReads, answer: Answers
) -> views.PlanVersionView:
    """One version as it was written, as far as the caller may see it today, and what it changed."""
    case, version = await reads.numbered(case_id, number)
    return answer.ok(shown.plan_version(case, version, actor, day_of(now())))
