"""Reports: how far requests come, how long people wait, who falls out, and who is sent to and fro."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query

from chassis.clock import day_of, now
from chassis.given import of_caller
from chassis.http import problems, room
from chassis.paging import Page, PageRequest
from chassis.report_months import ReportPeriodUnfit, months_over
from chassis.wire import Day
from services.referrals.domain import report_words as words
from services.referrals.permissions import PingPongReader, ReportReader
from services.referrals.queries import report_shown as shown
from services.referrals.queries.ping_pong import PingPongQueries
from services.referrals.queries.report_rows import By
from services.referrals.queries.reports import Period, Reports
from services.referrals.schemas.ping_pong import PingPongView
from services.referrals.schemas.reports import (
    DeclineReportView,
    FunnelReportView,
    PingPongReportView,
    WaitingReportView,
)

router = room(tags=["reports"])


async def _period(from_: Annotated[Day, Query(alias="from")], to: Annotated[Day, Query()]) -> Period:
    """Whole months. A request is followed to the end of the month after its own, so until then it is not told."""
    this_month = day_of(now()).replace(day=1)
    return Period(*months_over(from_, to, this_month - timedelta(days=1)))


Months = Annotated[Period, Depends(_period)]
Counts = Annotated[Reports, Depends(of_caller(Reports))]
ToAndFro = Annotated[PingPongQueries, Depends(of_caller(PingPongQueries))]
Parts = Annotated[By, Query(description="Sectors as they are, or each by its units, its services, or who asked it.")]
"""What the numbers of a receiving sector are told by."""


@router.get("/referral-reports/funnel", responses=problems(ReportPeriodUnfit))
async def report_referral_funnel(
    actor: ReportReader, reports: Counts, months: Months, by: Parts = "sector"
) -> FunnelReportView:
    """How many of a month's requests were accepted, met and caught, and where the others are.

    By receiving sector; each link of a chain of redirections counts with its own receiver (`requested`), and the
    citizen's one request with the first (`firstAsked`). Whole months, told when the month after is over. A team lead is
    told of the own sector, `by=sender` also as the sender; who sees to quality, of all. No employee is counted.
    """
    rows = [shown.funnel_row(by, group) for group in await reports.groups(by, months)]
    return FunnelReportView(by=by, rows=rows, **_about(months), definitions=shown.definitions(words.FUNNEL))


@router.get("/referral-reports/waiting-times", responses=problems(ReportPeriodUnfit))
async def report_waiting_times(
    actor: ReportReader, reports: Counts, months: Months, by: Parts = "sector"
) -> WaitingReportView:
    """Median and 90th percentile of days to acceptance and to first contact, from approach and from request.

    Who still waits is not left out: they count as waiting longer than everybody who was reached, and where that leaves
    a percentile open it is null.
    """
    groups, days = await reports.groups(by, months), await reports.days(by, months)
    rows = [row for group in groups for row in shown.waiting_rows(by, group, days)]
    return WaitingReportView(by=by, rows=rows, **_about(months), definitions=shown.definitions(words.WAITING))


@router.get("/referral-reports/declines", responses=problems(ReportPeriodUnfit))
async def report_declines(
    actor: ReportReader, reports: Counts, months: Months, by: Parts = "sector"
) -> DeclineReportView:
    """Who was declined, sent on or given up, by the receiver's reason and after which step.

    Every reason has its row, also where nobody fell out for it.
    """
    rows = [row for group in await reports.groups(by, months) for row in shown.decline_rows(by, group)]
    return DeclineReportView(by=by, rows=rows, **_about(months), definitions=shown.definitions(words.DECLINES))


@router.get("/referral-reports/ping-pong", responses=problems(ReportPeriodUnfit))
async def report_ping_pong(actor: ReportReader, cases: ToAndFro, months: Months) -> PingPongReportView:
    """How many citizens came to have two needs that were each declined because of the other.

    Over the whole authority, since it always takes two receivers.
    """
    rows = [shown.ping_pong_row(month) for month in await cases.counted(months)]
    return PingPongReportView(rows=rows, **_about(months), definitions=shown.definitions(words.PING_PONG))


@router.get("/ping-pong")
async def list_ping_pong(
    actor: PingPongReader,
    cases: ToAndFro,
    page: PageRequest,
    resolved: Annotated[bool, Query(description="Those of which one need was caught after all.")] = False,
) -> Page[PingPongView]:
    """Cases of your sector in which two needs wait for each other, the longest first: somebody has to act.

    Only where your sector sent or received both referrals: the reason of one tells what the other need is.
    """
    found, end = await cases.listed(page, resolved=resolved)
    return Page[PingPongView](items=[shown.ping_pong(kept) for kept in found], page=end)


def _about(months: Period) -> dict[str, Any]:
    return {"from_": months.first, "complete_to": months.day_after - timedelta(days=1)}
