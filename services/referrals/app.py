"""The HTTP process: `python -m chassis.serve services.referrals.app:app`."""

from chassis.http import build_app
from chassis.settings import public_url
from services.referrals.consumes import consumer
from services.referrals.routes import ROUTERS

app = build_app("referrals", title="Helhed referrals", routers=ROUTERS, hears=consumer.sources)
app.state.public_url = public_url()
