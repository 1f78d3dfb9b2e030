"""Note that a sector was asked, and that the citizen was heard, before being let go."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.access import must_work
from services.cases.domain.case import Case
from services.cases.domain.screening import Finding, Hearing, Screening
from services.cases.repository import CaseRepository


async def record_screening(
    cases: CaseRepository, actor: Actor, case_id: UUID, *, sector: str, outcome: Finding, now: datetime
) -> tuple[Case, Screening]:
    """A sector was asked whether it can help.

    Raises:
        CaseNotFound, SectorNotInvolved, UnknownSector, CaseIsClosed.
    """
    require_known(sector)
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    screening = Screening(new_id(), sector, outcome, actor.sector or "", now)
    case.screen(screening)
    await cases.save(case, at=now)
    return case, screening


async def record_hearing(
    cases: CaseRepository, actor: Actor, case_id: UUID, *, at: datetime, statement: str, now: datetime
) -> tuple[Case, Hearing]:
    """The citizen was heard on being let go.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, HeardInTheFuture.
    """
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    hearing = Hearing(new_id(), at, statement, actor.sector or "", now)
    case.hear_citizen(hearing)
    await cases.save(case, at=now)
    return case, hearing
