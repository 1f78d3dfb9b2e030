"""Puts the HTTP process of cases together: `python -m chassis.serve services.cases.app:app`."""

from chassis.http import build_app
from services.cases.consumes import consumer
from services.cases.routes import ROUTERS

app = build_app("cases", title="Helhed: cases", routers=ROUTERS, hears=consumer.sources)
