"""The message process: `python -m chassis.serve services.referrals.worker:app`. Relay out, events of cases in."""

from chassis.worker import build_worker
from services.referrals.consumes import consumer

app = build_worker("referrals", consumer=consumer)
