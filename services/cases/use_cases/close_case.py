"""Close a case."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import must_hold
from services.cases.domain.case import Case
from services.cases.domain.ending import Closure, ClosureGround
from services.cases.repository import CaseRepository


async def close_case(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    *,
    ground: ClosureGround,
    reason: str,
    to_authority: str | None,
    told: str | None,
    expected: int | None,
    now: datetime,
) -> Case:
    """End holding and case in one transaction.

    Raises:
        CaseNotFound, Stale, HolderOnly, CaseIsClosed, NoAuthorityNamed, ClosureBlocked.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    case.close(Closure(ground, reason, now, case.holder.sector, to_authority, told))
    await cases.save(case, at=now)
    return case
