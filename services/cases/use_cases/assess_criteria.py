"""Hold a citizen's situation against a criteria set."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.access import must_work
from services.cases.domain.assessment import Assessment, Decider, Told, assess
from services.cases.domain.case import Case
from services.cases.domain.criteria import CriteriaSet, must_be_published
from services.cases.domain.errors.criteria import PathSectorNotInvolved
from services.cases.repository import CaseRepository
from services.cases.repository.assessments import AssessmentRepository
from services.cases.repository.criteria import CriteriaRepository


async def assess_criteria(
    cases: CaseRepository,
    sets: CriteriaRepository,
    assessments: AssessmentRepository,
    actor: Actor,
    case_id: UUID,
    criteria_set_id: UUID,
    told: Told,
    *,
    assessment_id: UUID | None,
    now: datetime,
) -> tuple[Assessment, CriteriaSet]:
    """Assess the citizen of a case; the caller decides, and is named.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, CriteriaSetNotFound, CriteriaSetNotInForce, FaultyWriting,
        JudgementWithoutReason, DeviationWithoutDifference, PathMissing, UnknownSector, PathSectorNotInvolved,
        AlreadyExists.
    """
    require_known(*([told.path.sector] if told.path else []))
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    case.must_be_open()
    criteria = must_be_published(await sets.find(criteria_set_id))
    decider = Decider(actor.subject, actor.sector or "", actor.unit, now, day_of(now))
    made = assess(assessment_id or new_id(), case_id, criteria, told, decider)
    _path_leads_to_somebody(case, told)
    await assessments.add(made)
    return made, criteria


def _path_leads_to_somebody(case: Case, told: Told) -> None:
    sector = told.path.sector if told.path else case.holder.sector
    if sector != case.holder.sector and case.involvement(sector) is None:
        raise PathSectorNotInvolved()
