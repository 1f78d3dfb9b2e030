"""What falls due in cases, one file for each kind: tasks that run in the worker until told to stop."""

from services.cases.clocks.exemptions import watch_exemptions
from services.cases.clocks.imports import work_off, work_off_imports
from services.cases.clocks.letters import deliver, deliver_letters, post_office
from services.cases.clocks.watching import keep_list, keep_watch

__all__ = [
    "deliver",
    "deliver_letters",
    "keep_list",
    "keep_watch",
    "post_office",
    "watch_exemptions",
    "work_off",
    "work_off_imports",
]
