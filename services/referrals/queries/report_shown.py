"""Groups of counts as rows of an answer."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from chassis.errors import Text
from chassis.report_months import month_after
from services.referrals.domain.codes import DeclineCode, FailureCode
from services.referrals.domain.funnel import DECLINED, DECLINED_AFTER_ACCEPTANCE, DECLINED_AT_ONCE, Stand, coded
from services.referrals.domain.ping_pong import PingPong
from services.referrals.domain.waiting import UNKNOWN, added, waiting
from services.referrals.queries.ping_pong import CitizensOfMonth, Kept
from services.referrals.queries.report_rows import MEASURES, By
from services.referrals.queries.reports import Days, Group, Key
from services.referrals.schemas.ping_pong import NeedDeclinedView, PingPongView
from services.referrals.schemas.reports import (
    DeclineRowView,
    DefinitionView,
    FunnelRowView,
    PingPongRowView,
    WaitingRowView,
)
from services.referrals.schemas.views import SideView

# Sums of numbers of the tree, where these can be told.
_SUMS: Mapping[str, tuple[Stand, ...]] = {
    "completed": (Stand.COMPLETED, Stand.COMPLETED_UNCAUGHT),
    "failed": (Stand.FAILED_BEFORE_CONTACT, Stand.FAILED_AFTER_CONTACT),
    "still_open": (Stand.UNANSWERED, Stand.AWAITING_CONTACT, Stand.IN_CONTACT, Stand.WITH_RECEIVER),
}


def definitions(words: Mapping[str, Text]) -> list[DefinitionView]:
    """What the numbers mean, in both languages."""
    return [DefinitionView(code=code, labels={"da": text.da, "en": text.en}) for code, text in words.items()]


def funnel_row(by: By, group: Group) -> FunnelRowView:
    """From requested to caught."""
    numbers = {node.replace("-", "_"): told for node, told in group.told.items() if "/" not in node}
    sums = {name: added(group.told, stands) for name, stands in _SUMS.items()}
    wanted = FunnelRowView.model_fields.keys()
    return FunnelRowView(**{k: v for k, v in {**numbers, **sums}.items() if k in wanted}, **_whose(by, group))


def waiting_rows(by: By, group: Group, days: Mapping[Key, Days]) -> Iterator[WaitingRowView]:
    """A row for each kind of waiting. How long several groups together waited, is not told."""
    measured: Days = {} if group.others else days.get((group.month, group.sector, group.authority, group.part), {})
    for until, since in MEASURES:
        told = waiting(group.told, until, measured.get((until, since), UNKNOWN))
        yield WaitingRowView(
            **_whose(by, group),
            until=until,
            since=since,
            n=told.n,
            reached=told.reached,
            still_waiting=told.still_waiting,
            fell_out=told.fell_out,
            median=told.days.median,
            p90=told.days.p90,
        )


def decline_rows(by: By, group: Group) -> Iterator[DeclineRowView]:
    """Every reason there is, also where nobody was declined for it."""
    for ending, after, node, codes in _WAYS_OUT:
        for code in (None, *codes):
            n = group.told[coded(node, code) if code else node]
            yield DeclineRowView(**_whose(by, group), ending=ending, after=after, code=code, n=n)


_WAYS_OUT: tuple[tuple[Any, Any, str, tuple[str, ...]], ...] = (
    ("declined", None, DECLINED, tuple(DeclineCode)),
    ("declined", "requested", DECLINED_AT_ONCE, ()),
    ("declined", "accepted", DECLINED_AFTER_ACCEPTANCE, ()),
    ("failed", "accepted", Stand.FAILED_BEFORE_CONTACT, tuple(FailureCode)),
    ("failed", "contact-held", Stand.FAILED_AFTER_CONTACT, tuple(FailureCode)),
)


def ping_pong_row(counted: CitizensOfMonth) -> PingPongRowView:
    """One month."""
    return PingPongRowView(
        month=f"{counted.month:%Y-%m}",
        followed_to=_followed_to(counted.month),
        citizens=counted.citizens,
        resolved=counted.resolved,
        unresolved=counted.unresolved,
    )


def ping_pong(kept: Kept) -> PingPongView:
    """One case on the list."""
    pair: PingPong = kept.ping_pong
    return PingPongView(
        case_id=kept.case_id,
        case_number=kept.case_number,
        since=pair.since,
        resolved=pair.resolved_at is not None,
        declined=[
            NeedDeclinedView(
                need_id=one.need_id,
                referral_id=one.referral_id,
                reason_code=one.code,
                by=SideView(sector=one.by.sector, unit=one.by.unit, authority=one.by.authority),
                at=one.at,
            )
            for one in (pair.first, pair.second)
        ],
    )


def _whose(by: By, group: Group) -> dict[str, Any]:
    return {
        "month": f"{group.month:%Y-%m}",
        "followed_to": _followed_to(group.month),
        "sector": group.sector,
        "authority": group.authority,
        "unit": group.part if by == "unit" else None,
        "service_id": group.part if by == "service" else None,
        "sender": group.part if by == "sender" else None,
        "others": group.others,
    }


def _followed_to(month: date) -> date:
    return month_after(month_after(month)) - timedelta(days=1)
