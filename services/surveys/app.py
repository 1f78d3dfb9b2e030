"""Puts the HTTP process of surveys together."""

from chassis.http import build_app
from services.surveys.repository import load_catalogue
from services.surveys.routes import ROUTERS
from services.surveys.settings import public_url

app = build_app("surveys", title="Helhed surveys", routers=ROUTERS)
# Loaded here and not at the first request: a fault in the content stops the process before it calls itself ready.
app.state.catalogue = load_catalogue()
app.state.public_url = public_url()
