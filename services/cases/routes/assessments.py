"""Assessments over HTTP: a citizen's situation held against a criteria set."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.clock import now
from chassis.given import of_caller, of_tx
from chassis.http import Answers, problems, room
from chassis.paging import PageRequest
from chassis.problems import AlreadyExists
from chassis.sectors import UnknownSector
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.criteria import (
    CriteriaSetNotInForce,
    DeviationWithoutDifference,
    JudgementWithoutReason,
    PathMissing,
    PathSectorNotInvolved,
)
from services.cases.permissions import AssessmentReader, AssessmentWriter
from services.cases.queries.assessments import AssessmentQueries
from services.cases.repository.assessments import AssessmentRepository
from services.cases.routes.criteria import Sets, faults_told
from services.cases.routes.given import Cases
from services.cases.schemas import assessments as shown
from services.cases.schemas.assessments import AssessmentRequest, AssessmentSummary, AssessmentView
from services.cases.schemas.walls import WalledPage
from services.cases.use_cases.assess_criteria import assess_criteria

router = room(tags=["assessments"], prefix="/v1/cases/{case_id}/assessments")


Assessments = Annotated[AssessmentRepository, Depends(of_tx(AssessmentRepository))]
AssessmentReads = Annotated[AssessmentQueries, Depends(of_caller(AssessmentQueries))]


@router.post(
    "",
    status_code=201,
    name="assess_criteria",
    summary="Hold a citizen's situation against criteria",
    responses=problems(
        CaseNotFound,
        SectorNotInvolved,
        CaseIsClosed,
        CriteriaSetNotInForce,
        JudgementWithoutReason,
        DeviationWithoutDifference,
        PathMissing,
        PathSectorNotInvolved,
        UnknownSector,
        AlreadyExists,
    ),
)
async def post_assessment(
    actor: AssessmentWriter,
    case_id: UUID,
    body: AssessmentRequest,
    cases: Cases,
    sets: Sets,
    assessments: Assessments,
    answer: Answers,
) -> AssessmentView:
    """State facts, and see per criterion whether it is met, not met or unknown. The caller decides and is named: a
    person, never a system. A fact that is not stated makes a criterion unknown, not unmet.

    Who is not selected, or not yet, needs a `path`: a sector with a part in the case, and who in it is responsible for
    what happens instead. A decision that is not what the criteria came to is a `deviation` with a reason.
    """
    with faults_told():
        made, criteria = await assess_criteria(
            cases,
            sets,
            assessments,
            actor,
            case_id,
            body.criteria_set_id,
            body.to_domain(),
            assessment_id=body.id,
            now=now(),
        )
    return answer.created(shown.whole(made, criteria), f"/v1/cases/{case_id}/assessments/{made.id}")


@router.get("", name="list_assessments", summary="List the assessments", responses=problems(CaseNotFound))
async def list_assessments(
    actor: AssessmentReader, case_id: UUID, reads: AssessmentReads, page: PageRequest
) -> WalledPage[AssessmentSummary]:
    """The assessments of the case, oldest first: those of the caller's sector, those of others that a consent shares
    with it, and those that name it as the path. `hidden` counts the rest."""
    found, hidden, end = await reads.listed(case_id, page)
    items = [shown.summary(one.assessment) for one in found]
    return WalledPage[AssessmentSummary](items=items, page=end, hidden=hidden)


@router.get("/{assessment_id}", name="get_assessment", summary="Read an assessment", responses=problems(CaseNotFound))
async def get_assessment(
    actor: AssessmentReader, case_id: UUID, assessment_id: UUID, reads: AssessmentReads, sets: Sets, answer: Answers
) -> AssessmentView:
    """One assessment in full: the facts, what each criterion came to and on what it rests, by which edition."""
    found = await reads.one(case_id, assessment_id)
    criteria = await sets.find(found.assessment.criteria_set_id) if found.shared else None
    return answer.ok(shown.whole(found.assessment, criteria))
