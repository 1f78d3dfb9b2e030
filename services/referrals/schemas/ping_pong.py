"""Who is sent to and fro, on the wire."""

from uuid import UUID

from chassis.wire import Moment, View
from services.referrals.domain.codes import DeclineCode
from services.referrals.schemas.views import SideView


class NeedDeclinedView(View):
    """A need that was declined because of the other one, and by whom."""

    need_id: UUID
    referral_id: UUID
    reason_code: DeclineCode
    by: SideView
    at: Moment


class PingPongView(View):
    """Two needs of one citizen that wait for each other. `since` is when the second was declined (later where
    the first was caught then, and that was lost); `resolved`, whether one of them is caught. When, is told where that
    catch is told of."""

    case_id: UUID
    case_number: str
    since: Moment
    resolved: bool
    declined: list[NeedDeclinedView]
