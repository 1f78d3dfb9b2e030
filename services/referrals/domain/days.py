"""Days and moments. Law and consent count Danish calendar days; what has happened has happened before now."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.referrals.domain.errors import BeforeTheApproach, TimeInTheFuture, UntilInThePast

DENMARK = ZoneInfo("Europe/Copenhagen")
SKEW = timedelta(minutes=1)
"""How far a caller's clock may be ahead of ours."""


def day_of(moment: datetime) -> date:
    """The Danish calendar day of a moment."""
    return moment.astimezone(DENMARK).date()


def beginning_of(day: date) -> datetime:
    """The moment a Danish calendar day begins: for what is known to the day and no closer."""
    return datetime.combine(day, time(), DENMARK)


def require_past(at: datetime, *, now: datetime) -> None:
    """Refuse what is said to have happened but lies ahead.

    Raises:
        TimeInTheFuture: it lies ahead by more than clocks may differ.
    """
    if at > now + SKEW:
        raise TimeInTheFuture(field="at")


def require_approached(at: datetime, approach_day: date) -> None:
    """Refuse what is said to have been done for a citizen who had not asked for help yet.

    Raises:
        BeforeTheApproach: it lies on a Danish day before that of the approach.
    """
    if day_of(at) < approach_day:
        raise BeforeTheApproach(field="at")


def require_day_reached(day: date | None, *, now: datetime, field: str) -> None:
    """Refuse a day that has not begun.

    Raises:
        TimeInTheFuture: it has not.
    """
    if day is not None and day > day_of(now):
        raise TimeInTheFuture(field=field)


def require_not_past(until: date | None, *, now: datetime) -> None:
    """Refuse a pause that is over before it begins.

    Raises:
        UntilInThePast: its last day has gone by.
    """
    if until is not None and until < day_of(now):
        raise UntilInThePast(field="until")
