"""Which calendar day a moment falls on for the people concerned: law and consent count Danish days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def day_of(moment: datetime) -> date:
    """The Danish calendar day of a moment."""
    return moment.astimezone(DENMARK).date()
