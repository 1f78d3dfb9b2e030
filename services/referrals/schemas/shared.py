"""What of the sender's words is shown, and what is not."""

from chassis.wire import View
from services.referrals.domain.handover import NotShared, Section


class SharedView(View):
    """The sender's words. On the receiving side exactly what the basis covers today; the sender reads its own."""

    reason: str | None
    wants_first: str | None
    tried: str | None
    do_not_ask_again: str | None
    risks: str | None
    contact_wishes: str | None


class NotSharedView(View):
    """A section that exists and that the receiver is not shown. It never says what it says."""

    section: Section
    why: NotShared
