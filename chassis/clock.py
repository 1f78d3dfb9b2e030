"""The one place that asks what time it is. Rules get the time as an argument."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day it is in Denmark at that moment: the law counts days there, not in UTC."""
    return moment.astimezone(DENMARK).date()


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Denmark, in UTC."""
    return datetime.combine(day, time(), DENMARK).astimezone(UTC)
