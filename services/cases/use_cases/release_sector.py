"""Let a sector go: the third act of the hand-over."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.ids import new_id
from services.cases.domain.access import must_override, must_work
from services.cases.domain.case import Case
from services.cases.domain.ending import Release, ReleaseGround
from services.cases.domain.errors import OwnSectorOnly
from services.cases.repository import CaseRepository


async def release_sector(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    *,
    sector: str,
    reason: str,
    ground: ReleaseGround | None,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Release]:
    """Move needs, holding and coordination to those who caught them, and end the sector's part, in one transaction.

    Raises:
        CaseNotFound, Stale, SectorNotInvolved, OwnSectorOnly, OverrideNotYours, CaseIsClosed, ReleaseBlocked.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_work(case, actor)
    if sector != actor.sector:
        raise OwnSectorOnly()
    if ground == "override":
        must_override(actor)
    release = case.release(sector, by=actor.subject, reason=reason, at=now, new_id=new_id, ground=ground)
    await cases.save(case, at=now)
    return case, release
