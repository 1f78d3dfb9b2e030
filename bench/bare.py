"""The near limit: the same SQL behind the thinnest handler that is still fair.

Starlette, psycopg with its own pool of the same size, the same session settings, the same uvicorn, the same token
check. No SQLAlchemy, no pydantic, no domain, no sealing: what the service spends beyond this is what it spends on being
written the way it is.
"""

import os
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import orjson
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.operations import ACCEPT_REFERRAL, LIST_50, OPEN_CASE, READ_CASE, Operation, nth
from bench.tape import Fresh, Recording, Step, steps
from chassis.auth import Unauthenticated, Verifier
from chassis.database import SESSION
from chassis.settings import Settings

TAPES = "BENCH_TAPES"


def tapes(folder: Path, operation: Operation) -> tuple[Recording, Recording]:
    """The two recordings of an operation."""
    first, second = (folder / f"{operation.name}.{number}.tape" for number in (1, 2))
    return pickle.loads(first.read_bytes()), pickle.loads(second.read_bytes())


class Replayed:
    """One operation, replayed."""

    def __init__(self, operation: Operation, folder: Path) -> None:
        first, second = tapes(folder, operation)
        self.status = operation.status
        self.answer = orjson.loads(first.answer)
        self.named = dict(first.named)
        self.steps: list[Step] = steps(first, second)

    def names(self, request: Request) -> dict[str, UUID]:
        """The ids of this request: all those of the copy whose one id stands in the path."""
        for name, value in request.path_params.items():
            distance = UUID(value).int - self.named[name].int
            return {each: nth(original, distance) for each, original in self.named.items()}
        return {}


async def _handle(request: Request, replayed: Replayed) -> Response:
    state = request.app.state
    try:
        await state.verifier.verify(request.headers["authorization"].removeprefix("Bearer "))
    except Unauthenticated:
        return JSONResponse({}, 401)
    if request.method == "POST":
        orjson.loads(await request.body())
    fresh = Fresh(replayed.names(request))
    rows: list[tuple[object, ...]] = []
    async with state.pool.connection() as connection, connection.cursor() as cursor:
        for step in replayed.steps:
            if step.many:
                await cursor.executemany(step.query, step.fill(fresh))
                continue
            await cursor.execute(step.query, step.fill(fresh))
            if cursor.description:
                rows = await cursor.fetchall()
    # A read answers with what it has read; a write with what the service answered, made into bytes again.
    said = rows if request.method == "GET" and rows else replayed.answer
    return Response(orjson.dumps(said, default=str), replayed.status, media_type="application/json")


def _route(path: str, method: str, operation: Operation) -> Route:
    async def handle(request: Request) -> Response:
        known: dict[str, Replayed] = request.app.state.replayed
        if operation.name not in known:
            known[operation.name] = Replayed(operation, Path(os.environ[TAPES]))
        return await _handle(request, known[operation.name])

    endpoint: Callable[[Request], Awaitable[Response]] = handle
    return Route(path, endpoint, methods=[method], name=operation.name)


async def _ready(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def make_app(service: str) -> Starlette:
    """The bare handlers over one service's database."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        told = Settings.from_environment(service)
        app.state.replayed = {}
        app.state.verifier = Verifier.from_file(told.issuers_file, mode=told.mode, keys_dir=told.keys_dir)
        options = {"options": SESSION, "application_name": f"bare-{service}"}
        size = told.pool_size
        async with AsyncConnectionPool(
            told.database_url or "", kwargs=options, min_size=size, max_size=size, open=False
        ) as pool:
            app.state.pool = pool
            yield

    routes = [
        Route("/readyz", _ready),
        _route("/v1/cases", "POST", OPEN_CASE),
        _route("/v1/cases", "GET", LIST_50),
        _route("/v1/cases/{case}", "GET", READ_CASE),
        _route("/v1/referrals/{referral}/acceptance", "POST", ACCEPT_REFERRAL),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


cases = make_app("cases")
referrals = make_app("referrals")
