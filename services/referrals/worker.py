"""The message process: `python -m chassis.serve services.referrals.worker:app`. Relay, events in, clocks."""

from chassis.worker import build_worker
from services.referrals.clocks import watch_deadlines
from services.referrals.consumes import consumer

TASKS = (watch_deadlines,)

app = build_worker("referrals", consumer=consumer, tasks=TASKS)
