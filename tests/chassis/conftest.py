"""The small service of `things.py`, over real PostgreSQL, with an authority that no other test uses."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import Executable, Row

from chassis.database import Database
from chassis.keys import development_token
from helhed.databases import ServiceDatabase
from tests.chassis import things
from tests.chassis.pools import Open
from tests.support.servers import TestDatabases


@dataclass
class Caller:
    """Somebody with a token."""

    http: httpx2.AsyncClient
    headers: dict[str, str]

    async def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Any request; `headers=` adds to the caller's own, and a header given as None is left out."""
        given = {**self.headers, **more.pop("headers", {})}
        headers = {name: value for name, value in given.items() if value is not None}
        return await self.http.request(method, f"/v1{path}", headers=headers, **more)

    async def get(self, path: str, **headers: str | None) -> httpx2.Response:
        return await self.ask("GET", path, headers=_named(headers))

    async def post(self, path: str, body: Any = None, **headers: str | None) -> httpx2.Response:
        named = {"Idempotency-Key": secrets.token_hex(16), **_named(headers)}
        return await self.ask("POST", path, headers=named, json={} if body is None else body)

    async def patch(self, path: str, body: Any, **headers: str | None) -> httpx2.Response:
        named = {"Content-Type": "application/merge-patch+json", **_named(headers)}
        return await self.ask("PATCH", path, headers=named, json=body)

    async def make(self, name: str | None = None, **values: Any) -> dict[str, Any]:
        """A thing, made."""
        made = await self.post("/things", {"name": name or secrets.token_hex(8), **values})
        assert made.status_code == 201, made.text
        return dict(made.json())


def _named(headers: dict[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Shop:
    """The small service as it runs, and who speaks to it."""

    app: FastAPI
    http: httpx2.AsyncClient
    keys: Path
    urls: ServiceDatabase
    authority: str = field(default_factory=lambda: f"CVR{secrets.randbelow(10**8):08}")

    @property
    def database(self) -> Database:
        """The service's own database, as its own role."""
        database: Database = self.app.state.house.database
        return database

    def token(self, **claims: Any) -> str:
        """A token of a caseworker in employment, unless the test says otherwise."""
        said = {"authority": self.authority, "sectors": ["employment"], "roles": ["caseworker"], **claims}
        return development_token(self.keys, **said)

    def caller(self, *, purpose: str | None = "casework", **claims: Any) -> Caller:
        """Somebody with such a token."""
        named = {"Access-Purpose": purpose} if purpose else {}
        return Caller(self.http, {"Authorization": f"Bearer {self.token(**claims)}", **named})

    @property
    def anybody(self) -> Caller:
        """Somebody without a token."""
        return Caller(self.http, {})

    async def rows(self, statement: Executable) -> list[Row[Any]]:
        """What the service's role sees in this authority."""
        async with self.database.transaction(self.authority) as tx:
            return list(await tx.all(statement))

    async def announced(self, case_id: UUID | str) -> int:
        """How many events of a case wait in the outbox."""
        from sqlalchemy import func, select

        from chassis.tables import TABLES

        outbox = TABLES.outbox
        counted = select(func.count().label("events")).where(outbox.c.case_id == str(case_id))
        return int((await self.rows(counted))[0].events)


@pytest.fixture(autouse=True)
def _small_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream reserves its full size when it is made, and the one server of the tests has many."""
    monkeypatch.setenv("HELHED_STREAM_BYTES", str(64 << 20))


@pytest.fixture(scope="session")
def shop_database(databases: TestDatabases) -> ServiceDatabase:
    """A database with the chassis' tables and that of things, this worker's own."""
    database = databases.fresh(things.SERVICE)
    things.furnish(database)
    return database


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and the issuers they make believable."""
    return tmp_path_factory.mktemp("chassis") / "keys"


@pytest.fixture(scope="session")
def shop_app(shop_database: ServiceDatabase, keys: Path) -> FastAPI:
    """The application. Building it costs more than all it does in a test."""
    return things.make_app(shop_database.app_url, keys)


@pytest.fixture
def waiting_shop(
    shop_app: FastAPI, shop_database: ServiceDatabase, keys: Path
) -> Iterator[tuple[Shop, Callable[[Coroutine[Any, Any, Any]], Any]]]:
    """The small service for a test that is no coroutine itself (Hypothesis), and how such a test waits."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        runner.run(stack.enter_async_context(shop_app.router.lifespan_context(shop_app)))
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(shop_app), base_url="http://shop")
        runner.run(stack.enter_async_context(http))
        yield Shop(shop_app, http, keys, shop_database), runner.run
        runner.run(stack.aclose())


@pytest.fixture
async def shop(shop_app: FastAPI, shop_database: ServiceDatabase, keys: Path) -> AsyncIterator[Shop]:
    """The small service, running, and an authority of its own."""
    async with (
        shop_app.router.lifespan_context(shop_app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(shop_app), base_url="http://shop") as http,
    ):
        yield Shop(shop_app, http, keys, shop_database)


@pytest.fixture
async def opened(shop_database: ServiceDatabase) -> AsyncIterator[Open]:
    """Opens pools on the small service's database, under names that tell them apart."""
    made: list[Database] = []

    def begin(*, pool_size: int = 2, url: str | None = None) -> Database:
        name = f"t{secrets.token_hex(8)}"
        made.append(Database(url or shop_database.app_url, name=name, pool_size=pool_size))
        made[-1].name = name
        return made[-1]

    yield begin
    for database in made:
        await database.close()


@pytest.fixture
def authority() -> str:
    """An authority of this test's own."""
    return f"CVR{secrets.randbelow(10**8):08}"
