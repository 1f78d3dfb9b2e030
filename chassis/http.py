"""Puts an HTTP process together: doors, problems, documentation, health, and the threshold around it all."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Match, Route

from chassis import tracing
from chassis.auth import Verifier
from chassis.database import Database
from chassis.documentation import complete
from chassis.door import Door, room
from chassis.errors import BadInput, Refusal
from chassis.given import Answers, House, IfMatch, IfMatchOrNew, IfMatchRequired, Tx, all_faults
from chassis.guards import Permission, Public
from chassis.health import Health
from chassis.keys import Keyring
from chassis.knock import Readings
from chassis.logging import configure
from chassis.problems import (
    PREFIX,
    MethodNotAllowed,
    NoSuchPath,
    TooLarge,
    every_refusal,
    language_of,
    problem,
    problems,
    status_of,
)
from chassis.sealing import Sealer
from chassis.settings import Settings
from chassis.sync import CaughtUp
from chassis.threshold import API_VERSION, Threshold

__all__ = [
    "Answers",
    "Door",
    "IfMatch",
    "IfMatchOrNew",
    "IfMatchRequired",
    "Permission",
    "Public",
    "Tx",
    "build_app",
    "problems",
    "room",
]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
EXPOSED = (
    "ETag",
    "Location",
    "Sync-Token",
    "Idempotent-Replayed",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "API-Version",
    "Content-Language",
)


class Cors(CORSMiddleware):
    """Answers the question a browser asks before it sends what another site's page wants to send."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """As ever, but a refusal has the shape of all our refusals."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        headers = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        return problem(BadInput(), trace_id=tracing.current().trace_id, headers=headers)


def build_app(
    service: str,
    *,
    title: str,
    routers: Sequence[APIRouter],
    settings: Settings | None = None,
    database: Database | None = None,
    verifier: Verifier | None = None,
    hears: Collection[str] = (),
) -> FastAPI:
    """The application of one service. What is not given is made from the environment when the process starts.

    `hears` are the services whose events it listens to: their news is waited for where a Sync-Token asks (`sync.py`).
    """
    configure(service)
    health = Health()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house = _house(service, settings or Settings.from_environment(service), database, verifier, hears)
        app.state.house, app.state.readings = house, Readings(app)
        if house.database:
            health.add(house.database.ping)
        yield
        if house.database:
            await house.database.close()

    app = FastAPI(
        title=title,
        version=API_VERSION,
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False},
        generate_unique_id_function=lambda route: _camel(route.name),
        exception_handlers=_HANDLERS,
    )
    app.state.health = health
    for router in routers:
        app.include_router(router)
    app.router.routes += [*health.routes(), Route("/problems", _registry)]
    _documented(app, service, title)
    origins = list((settings or Settings.from_environment(service)).cors_origins)
    if origins:
        app.add_middleware(
            Cors,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=600,
        )
    app.add_middleware(Threshold, service=service)
    return app


def _house(
    service: str, settings: Settings, database: Database | None, verifier: Verifier | None, hears: Collection[str]
) -> House:
    secret = Keyring(settings.keys_dir).secret(service)
    if database is None and settings.database_url:
        database = Database(settings.database_url, name=f"{service}-api", pool_size=settings.pool_size)
    if database:
        database.sealer = Sealer(secret)
    return House(
        service=service,
        verifier=verifier or Verifier.from_file(settings.issuers_file, mode=settings.mode, keys_dir=settings.keys_dir),
        secret=secret,
        database=database,
        caught_up=CaughtUp(database, service, sources=hears) if database else None,
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    headers = error.facts.pop("headers", None)
    return problem(error, language=language_of(request), trace_id=tracing.current().trace_id, headers=headers)


async def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return await _refused(request, all_faults(error))


async def _framework_said(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kinds: dict[int, type[Refusal]] = {404: NoSuchPath, 405: MethodNotAllowed, 413: TooLarge}
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods_at(request))
    return await _refused(request, kinds.get(error.status_code, BadInput)(headers=headers))


def _methods_at(request: Request) -> list[str]:
    """All that this path answers to. Each route knows only its own methods, so the framework would name one route's."""
    routes = request.app.router.routes

    def answers(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    return [method for method in METHODS if answers(method)]


_HANDLERS: dict[int | type[Exception], Callable[..., Any]] = {
    Refusal: _refused,
    RequestValidationError: _not_valid,
    HTTPException: _framework_said,
}


async def _registry(request: Request) -> Response:
    """Every problem type this process can answer with, in both languages."""
    items = [
        {"type": PREFIX + slug, "status": status_of(kind), "title": {"da": kind.title.da, "en": kind.title.en}}
        for slug, kind in every_refusal().items()
    ]
    return JSONResponse({"items": items})


def _documented(app: FastAPI, service: str, title: str) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = complete(generate(), service=service, title=title)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
