"""The access log of a case on the wire."""

from chassis.wire import Moment, View
from services.cases.domain.access_log import Lookup


class LookupView(View):
    """One look at the case: when, at what, why, in which sector; who it was, only to those who supervise look-ups."""

    at: Moment
    what: str
    purpose: str
    sector: str | None
    unit: str | None
    subject: str | None
    client: str | None


def lookup(look: Lookup) -> LookupView:
    """One look."""
    return LookupView.model_validate(look)
