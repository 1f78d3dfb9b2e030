"""Close a case; confirm that a citizen who moved has arrived."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from services.cases.domain.access import must_hold, must_override
from services.cases.domain.case import Case
from services.cases.domain.ending import Closure
from services.cases.repository import CaseRepository


async def close_case(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    closure: Closure,
    *,
    expected: int | None,
    now: datetime,
) -> Case:
    """End holding and case in one transaction.

    Raises:
        CaseNotFound, Stale, HolderOnly, OverrideNotYours, CaseIsClosed, NoAuthorityNamed,
        CitizensWordsMissing, ClosureBlocked.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    if closure.ground == "override":
        must_override(actor)
    case.close(closure)
    await cases.save(case, at=now)
    return case


async def confirm_arrival(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    *,
    received_on: date,
    receipt: str,
    expected: int | None,
    now: datetime,
) -> Case:
    """The authority the citizen moved to has them: the watch over the move ends.

    Raises:
        CaseNotFound, Stale, HolderOnly, CitizenHasNotMoved, AlreadyReceived, ReceivedInTheFuture.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    case.confirm_arrival(received_on, receipt, today=day_of(now))
    await cases.save(case, at=now)
    return case
