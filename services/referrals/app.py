"""The HTTP process: `python -m chassis.serve services.referrals.app:app`."""

from chassis.http import build_app
from services.referrals.consumes import consumer
from services.referrals.routes import ROUTERS

app = build_app("referrals", title="Helhed referrals", routers=ROUTERS, hears=consumer.sources)
