"""The HTTP process: `python -m chassis.serve services.referrals.app:app`."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.http import build_app
from chassis.settings import Settings, env, public_url
from services.referrals.asks import ContactCards
from services.referrals.consumes import consumer
from services.referrals.routes import ROUTERS


def _way_to_cases() -> ContactCards:
    return ContactCards(env("HELHED_CASES_URL"))


def make_app(*, settings: Settings | None = None, way_to_cases: Callable[[], ContactCards] = _way_to_cases) -> FastAPI:
    """The application, with its way to cases open while it runs. What is not given is read from the environment."""
    app = build_app("referrals", title="Helhed referrals", routers=ROUTERS, settings=settings, hears=consumer.sources)
    app.state.public_url = public_url()
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            app.state.contact_cards = way_to_cases()
            try:
                yield
            finally:
                await app.state.contact_cards.close()

    app.router.lifespan_context = lifespan
    return app


app = make_app()
