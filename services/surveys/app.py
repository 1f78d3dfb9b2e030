"""Puts the HTTP process of surveys together."""

from fastapi import FastAPI

from chassis.http import build_app
from chassis.settings import Settings, public_url
from services.surveys.consumes import consumer
from services.surveys.repository import load_catalogue
from services.surveys.routes import ROUTERS


def assemble(settings: Settings | None = None) -> FastAPI:
    """The application; what the settings leave open comes from the environment when it starts.

    Raises:
        ContentFault: an instrument or a programme is wrong. Told now and not at the first request: a process that
            cannot ask its questions must not call itself ready.
    """
    assembled = build_app("surveys", title="Helhed surveys", routers=ROUTERS, hears=consumer.sources, settings=settings)
    assembled.state.catalogue = load_catalogue()
    assembled.state.public_url = public_url()
    return assembled


app = assemble()
