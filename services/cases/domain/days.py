"""Days and moments: the law counts days in Denmark."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_DENMARK = ZoneInfo("Europe/Copenhagen")


def day_of(moment: datetime) -> date:
    """The Danish calendar day of a moment."""
    return moment.astimezone(_DENMARK).date()


def start_of(day: date) -> datetime:
    """The moment at which a Danish calendar day begins, in UTC."""
    return datetime.combine(day, time(), _DENMARK).astimezone(UTC)
