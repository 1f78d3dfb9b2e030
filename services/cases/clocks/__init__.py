"""What falls due in cases, one file for each kind: tasks that run in the worker until told to stop."""

from services.cases.clocks.letters import deliver, deliver_letters, post_office

__all__ = ["deliver", "deliver_letters", "post_office"]
