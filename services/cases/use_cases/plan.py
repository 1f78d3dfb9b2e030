"""Write the one plan: take it as the caller wants it, and make the next version if that says anything new."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.access import must_work
from services.cases.domain.case import Case
from services.cases.domain.code_lists import NEED_DOMAINS
from services.cases.domain.plan import Plan, PlanVersion, newly_about, version_after, written
from services.cases.repository import CaseRepository, CodeListRepository
from services.cases.repository.plan import Plans


async def write_plan(
    cases: CaseRepository,
    plans: Plans,
    lists: CodeListRepository,
    actor: Actor,
    case_id: UUID,
    wanted: Plan,
    *,
    expected: int,
    now: datetime,
) -> tuple[Case, PlanVersion]:
    """The version that says what is wanted; `expected` is the version the caller has read, 0 for "there is none".

    Raises:
        UnknownSector, CaseNotFound, Stale, SectorNotInvolved, CaseIsClosed, PlanWithoutCitizensGoals,
        AgreementInTheFuture, GoalNotInPlan, EffortOfAnotherSector, EffortSectorNotInvolved, CodeNotInForce.
    """
    require_known(*(effort.sector for effort in wanted.efforts))
    case = await cases.get(case_id, actor)
    before = await plans.newest(case_id)
    expect(before.number if before else 0, expected)
    must_work(case, actor)
    case.must_be_open()
    plan = written(case, actor, before.plan if before else None, wanted, now=now, today=day_of(now))
    await lists.must_be_in_force(NEED_DOMAINS, newly_about(before.plan if before else None, plan), day_of(now))
    if before and before.plan == plan:
        return case, before
    version = version_after(before, plan, version_id=new_id(), actor=actor, at=now)
    await plans.add(case_id, version, at=now)
    return case, version
