"""Puts the message process of cases together: `python -m chassis.serve services.cases.worker:app`."""

from chassis.worker import build_worker
from services.cases.clocks import deliver_letters, keep_list, keep_watch, watch_exemptions, work_off_imports
from services.cases.consumes import consumer

TASKS = (deliver_letters, watch_exemptions, keep_watch, keep_list, work_off_imports)

app = build_worker("cases", consumer=consumer, tasks=TASKS)
