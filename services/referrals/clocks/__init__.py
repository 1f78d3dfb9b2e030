"""What falls due in referrals: tasks that run in the worker until told to stop."""

from services.referrals.clocks.deadlines import see_to_deadlines, watch_deadlines

__all__ = ["see_to_deadlines", "watch_deadlines"]
