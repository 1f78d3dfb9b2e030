"""Which months a report that counts people may tell of: whole ones, and only those that are over.

A month that is told today as it was told yesterday gives nobody away by the difference, and so do no two periods of the
caller's choice: each month is told by itself, and always in the same way.
"""

from datetime import date, timedelta

from chassis.errors import BadInput, Text

MOST_MONTHS = 36


class ReportPeriodUnfit(BadInput):
    """A report reaches from one day to a later one, over three years at most."""

    slug = "report-period-unfit"
    title = Text(
        "Perioden skal gå fremad og højst være tre år.", "The period must run forwards, over three years at most."
    )


def months_over(first: date, last: date, today: date) -> tuple[date, date]:
    """The first day of the month in which the period begins, and the day after its last month that is over.

    Raises:
        ReportPeriodUnfit.
    """
    begins, ends = first.replace(day=1), month_after(last)
    months = (ends.year - begins.year) * 12 + ends.month - begins.month
    if last < first or months > MOST_MONTHS:
        raise ReportPeriodUnfit()
    return begins, max(begins, min(ends, today.replace(day=1)))


def month_after(day: date) -> date:
    """The first day of the month after the one a day is in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
