"""Caseloads on the wire."""

from chassis.wire import Day, View
from services.cases.domain.caseload import Caseload


class CaseloadView(View):
    """The active cases of one coordinator on one day. `fte` is the working time as it is known today, 1.0 full time."""

    on: Day
    subject: str
    cases: int
    fte: float | None
    cases_per_fte: float | None


def caseload(shown: Caseload) -> CaseloadView:
    """A caseload as it is shown."""
    return CaseloadView(
        on=shown.on, subject=shown.subject, cases=shown.cases, fte=shown.fte, cases_per_fte=shown.per_fte
    )
