"""How often a citizen is to be met at the least, and so when the next meeting is due."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_DENMARK = ZoneInfo("Europe/Copenhagen")  # days are counted there


def next_contact_due(last_met: datetime, every_days: int) -> date | None:
    """The last day for the next meeting, counted from the day the citizen was met (or the case was opened); None where
    no minimum holds. It binds the authority, never the citizen."""
    return last_met.astimezone(_DENMARK).date() + timedelta(days=every_days) if every_days > 0 else None
