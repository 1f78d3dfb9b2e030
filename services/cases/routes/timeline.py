"""What happened in a case, by date; and who looked at it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.given import Language, of_caller
from chassis.http import problems, room
from chassis.paging import Page, PageRequest
from services.cases.domain.errors import CaseNotFound
from services.cases.permissions import AccessLogReader, CaseReader
from services.cases.queries.access_log import AccessLogQueries
from services.cases.queries.timeline import TimelineQueries
from services.cases.schemas import access_log, timeline
from services.cases.schemas.access_log import LookupView
from services.cases.schemas.timeline import TimelineItemView
from services.cases.schemas.walls import WalledPage

router = room(tags=["cases"], prefix="/v1/cases/{case_id}")


@router.get("/timeline", name="get_timeline", summary="What happened, by date", responses=problems(CaseNotFound))
async def get_timeline(
    actor: CaseReader,
    case_id: UUID,
    story: Annotated[TimelineQueries, Depends(of_caller(TimelineQueries))],
    language: Language,
    page: PageRequest,
) -> WalledPage[TimelineItemView]:
    """One dated story of the case across services, newest first.

    What is the case's own is told to everybody who reads the case. What other sectors did between them is told under a
    consent that covers `timeline`; `hidden` says how much is not.
    """
    told = await story.told(case_id, page)
    items = [timeline.item(entry, language) for entry in told.entries]
    return WalledPage[TimelineItemView](items=items, page=told.page, hidden=told.hidden)


@router.get("/access-log", name="get_access_log", summary="Who looked, when and why", responses=problems(CaseNotFound))
async def get_access_log(
    actor: AccessLogReader,
    case_id: UUID,
    looks: Annotated[AccessLogQueries, Depends(of_caller(AccessLogQueries))],
    page: PageRequest,
) -> Page[LookupView]:
    """Every look at the case, newest first: when, at what, for which purpose, in which sector.

    Who it was is told to auditors and data protection officers, and to the team lead of the sector that holds the case.
    Reading this is a look too.
    """
    found, end = await looks.listed(case_id, page)
    return Page[LookupView](items=[access_log.lookup(look) for look in found], page=end)
