"""Puts the gateway together: `python -m chassis.serve gateway.app:app`.

A request for a service's path never reaches FastAPI: the entrance stands in front of it, inside the chassis'
threshold (headers, trace, log line) and CORS, and hands bytes on. No database lives here.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.auth import Verifier
from chassis.http import build_app
from chassis.settings import Settings
from gateway import me, overview
from gateway.entrance import Entrance
from gateway.openapi import merged, serialised
from gateway.problem_types import problem_types
from gateway.settings import GatewaySettings
from gateway.town import Town
from gateway.upstreams import Document, documents
from gateway.web.pages import page

TITLE = "Helhed"

Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(
    found: Mapping[str, Document],
    *,
    settings: GatewaySettings | None = None,
    verifier: Verifier | None = None,
) -> FastAPI:
    """The gateway in front of the services that `found` documents.

    What is not given is read from the environment when the process starts.
    """
    town = Town(found)
    shared = settings.shared if settings else Settings.from_environment("gateway")
    app = build_app("gateway", title=TITLE, routers=[me.router, overview.router], settings=shared, verifier=verifier)
    app.state.town = town
    app.router.routes[:0] = [
        Route("/", _page("reference")),
        Route("/p", _page("partner")),
        Route("/problems", _problems(problem_types(found))),
        Route("/v1/openapi.json", _document),
    ]
    # Innermost of the middlewares: what the threshold and CORS do, they do for the services' answers too.
    app.user_middleware.append(Middleware(Entrance, town=town))
    _open_with(app, town, found, settings)
    return app


def _open_with(app: FastAPI, town: Town, found: Mapping[str, Document], settings: GatewaySettings | None) -> None:
    """Open the town when the application starts, after the chassis has made its part.

    Documents that contradict each other stop the start: a gateway must not serve a description it made up.
    """
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            app.state.document = serialised(merged(found, app.openapi()))
            await town.open(
                settings or GatewaySettings.from_environment(town.services), verifier=app.state.house.verifier
            )
            try:
                yield
            finally:
                await town.close()

    app.router.lifespan_context = lifespan


def _problems(types: list[dict[str, Any]]) -> Endpoint:
    async def problems(_: Request) -> Response:
        return JSONResponse({"items": types})

    return problems


async def _document(request: Request) -> Response:
    # Everybody may read it, from any page: it is the one answer that says nothing of anybody.
    return Response(
        request.app.state.document, media_type="application/json", headers={"Access-Control-Allow-Origin": "*"}
    )


def _page(name: str) -> Endpoint:
    made = page(name)

    async def show(_: Request) -> Response:
        return Response(made.html, media_type="text/html", headers={"Content-Security-Policy": made.policy})

    return show


app = make_app(documents())
