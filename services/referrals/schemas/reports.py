"""Reports on the wire: rows that can be plotted as they are, and what each number means."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.wire import Day, View
from services.referrals.domain.telling import Told
from services.referrals.domain.waiting import Since, Until


class DefinitionView(View):
    """What a number of the report means."""

    code: str
    labels: dict[str, str]


class ReportGroupView(View):
    """Whose numbers a row has: the requests of a month to a sector, as they stood on `followedTo`. `authority` is
    another one that was asked. By unit, service or sender, of one of them, or with `others` of those together that are
    too few to stand alone; null is where none was named."""

    month: str
    followed_to: Day
    sector: str
    authority: str | None
    unit: str | None
    service_id: UUID | None
    sender: str | None
    others: bool


class FunnelRowView(ReportGroupView):
    """From requested to caught. `<5` is fewer than five citizens; null is withheld for their sake."""

    requested: Told
    first_asked: Told
    sent_here: Told
    accepted: Told
    contact_held: Told
    caught: Told
    completed: Told
    declined: Told
    rejected: Told
    redirected: Told
    failed: Told
    failed_before_contact: Told
    failed_after_contact: Told
    cancelled: Told
    entered_in_error: Told
    still_open: Told
    unanswered: Told
    awaiting_contact: Told
    in_contact: Told
    with_receiver: Told


class WaitingRowView(ReportGroupView):
    """Days until something, from something. Without `n` nothing of the days is told; `median` and `p90` are null where
    so many have not been reached."""

    until: Until
    since: Since
    n: Told
    reached: Told
    still_waiting: Told
    fell_out: Told
    median: int | None
    p90: int | None


class DeclineRowView(ReportGroupView):
    """How many fell out in one way, for one reason, or (without `code`) for any. `after` is the last step they came to;
    null is any."""

    ending: Literal["declined", "failed"]
    after: Literal["requested", "accepted", "contact-held"] | None
    code: str | None
    n: Told


class PingPongRowView(View):
    """One month. `resolved` is by `followedTo`."""

    month: str
    followed_to: Day
    citizens: Told
    resolved: Told
    unresolved: Told


class _ReportView(View):
    from_: Day = Field(alias="from")
    complete_to: Day = Field(description="The last day told: months are told when the month after them is over.")
    definitions: list[DefinitionView]


class FunnelReportView(_ReportView):
    """How far requests came."""

    by: str
    rows: list[FunnelRowView]


class WaitingReportView(_ReportView):
    """How long people waited."""

    by: str
    rows: list[WaitingRowView]


class DeclineReportView(_ReportView):
    """Who fell out, and why."""

    by: str
    rows: list[DeclineRowView]


class PingPongReportView(_ReportView):
    """How many were sent to and fro between two needs."""

    rows: list[PingPongRowView]
