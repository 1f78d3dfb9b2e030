"""Reports on an authority's own conduct."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from chassis.given import of_tx
from chassis.http import problems, room
from chassis.wire import Day
from services.cases.domain.errors import PeriodBackwards
from services.cases.permissions import ReportReader
from services.cases.queries.reports import ReportQueries
from services.cases.schemas.reports import GroundCountView, ReleaseReportView

router = room(tags=["reports"])


Reports = Annotated[ReportQueries, Depends(of_tx(ReportQueries))]


@router.get(
    "/reports/releases",
    name="get_release_report",
    summary="How sectors let go, by ground",
    responses=problems(PeriodBackwards),
)
async def release_report(
    actor: ReportReader, reports: Reports, from_: Annotated[Day, Query(alias="from")], to: Annotated[Day, Query()]
) -> ReleaseReportView:
    """Releases and closures by sector and ground, overrides among them, from a day to a day."""
    first, last = _in_order(from_, to)
    return ReleaseReportView(
        first=first,
        last=last,
        releases=[GroundCountView.model_validate(row) for row in await reports.releases(first, last)],
        closures=[GroundCountView.model_validate(row) for row in await reports.closures(first, last)],
    )


def _in_order(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise PeriodBackwards()
    return first, last
