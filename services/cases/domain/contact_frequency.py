"""How often a citizen is to be met at the least, and so when the next meeting is due."""

from datetime import date, timedelta


def next_contact_due(last_met: date, every_days: int) -> date | None:
    """The last day for the next meeting, counted from the day the citizen was met (or the case was opened); None where
    no minimum holds. It binds the authority, never the citizen."""
    return last_met + timedelta(days=every_days) if every_days > 0 else None
