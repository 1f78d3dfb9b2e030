"""What a team lead plans by: caseloads, and what time goes to."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from chassis.given import of_caller
from chassis.http import problems, room
from chassis.paging import Page, PageRequest
from chassis.wire import Day, UnitId
from services.cases.domain.errors import PeriodBackwards
from services.cases.domain.errors.entries import DayToCome
from services.cases.domain.time_use import TimeUse
from services.cases.permissions import CaseloadReader, OwnCaseloadReader, TimeUseReader
from services.cases.queries.caseloads import CaseloadQueries
from services.cases.queries.time_use import TimeUseQueries
from services.cases.schemas.caseloads import CaseloadView, caseload
from services.cases.schemas.entries import TimeUseView, time_use

router = room(tags=["workload"])


Caseloads = Annotated[CaseloadQueries, Depends(of_caller(CaseloadQueries))]
TimeUses = Annotated[TimeUseQueries, Depends(of_caller(TimeUseQueries))]


@router.get("/caseloads", name="list_caseloads", summary="Caseloads of a sector", responses=problems(DayToCome))
async def list_caseloads(
    actor: CaseloadReader,
    reads: Caseloads,
    page: PageRequest,
    on: Annotated[Day | None, Query()] = None,
    unit: Annotated[UnitId | None, Query()] = None,
) -> Page[CaseloadView]:
    """How many active cases each coordinator of the caller's sector (of one `unit`) had at the end of a day; today, as
    it is now. By subject, without names and without rank."""
    found, end = await reads.listed(page, on, unit)
    return Page[CaseloadView](items=[caseload(one) for one in found], page=end)


@router.get("/caseloads/mine", name="get_own_caseload", summary="My caseload", responses=problems(DayToCome))
async def get_own_caseload(
    actor: OwnCaseloadReader, reads: Caseloads, on: Annotated[Day | None, Query()] = None
) -> CaseloadView:
    """How many active cases the caller coordinated at the end of a day; today, as it is now."""
    return caseload(await reads.mine(on))


@router.get("/time-use", name="get_time_use", summary="What time goes to", responses=problems(PeriodBackwards))
async def get_time_use(
    actor: TimeUseReader,
    reads: TimeUses,
    page: PageRequest,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
) -> Page[TimeUseView]:
    """Minutes of contacts and notes by month, sector and purpose: how much goes to help, and how much to control.

    Each month that the period touches is told whole. Of fewer than five citizens neither their number nor their minutes
    are told, and there is no total that would give them away.
    """
    found, end = page.among(await reads.cells(first, last), key=_place)
    return Page[TimeUseView](items=[time_use(cell) for cell in found], page=end)


def _place(cell: TimeUse) -> tuple[date, str, str]:
    return cell.month, cell.sector, cell.purpose_kind or ""
