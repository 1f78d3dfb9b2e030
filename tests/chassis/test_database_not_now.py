"""Moments in which the database cannot: it is full, slow, locked or away. All of them pass."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.problems import Unavailable
from helhed.databases import ServiceDatabase
from tests.chassis.conftest import Shop
from tests.chassis.pools import Open, a_thing, count, end_sessions, sessions, until
from tests.chassis.things import make_app, things
from tests.support import proxy

# -- not now -------------------------------------------------------------------------------------------------------


async def test_a_full_pool_says_so_within_about_a_second(opened: Open, authority: str) -> None:
    database = opened(pool_size=1)

    async with database.transaction(authority):
        began = time.monotonic()
        with pytest.raises(Unavailable):
            async with database.transaction(authority):
                pass
        taken = time.monotonic() - began

    assert 0.9 < taken < 3
    assert await count(database, authority) == 0


async def test_a_statement_that_takes_too_long_is_not_now(opened: Open, authority: str) -> None:
    database = opened()

    async def dawdle() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(text("set local statement_timeout = 30"))
            await tx.one(text("select pg_sleep(5)"))

    with pytest.raises(Unavailable):
        await dawdle()

    assert await count(database, authority) == 0


async def test_a_lock_that_does_not_come_is_not_now(opened: Open, authority: str) -> None:
    database = opened()
    lock = text(f"select pg_advisory_xact_lock({secrets.randbits(60)})")

    async def want_it_too() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(text("set local lock_timeout = 30"))
            await tx.one(lock)

    async with database.transaction(authority) as holder:
        await holder.one(lock)
        with pytest.raises(Unavailable):
            await want_it_too()


async def test_every_session_has_its_limits(opened: Open) -> None:
    async with opened().transaction("0101") as tx:
        limits = {}
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone"):
            row = await tx.one(text(f"select current_setting('{name}') as setting"))
            assert row is not None
            limits[name] = row.setting

    assert limits == {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "10s",
        "TimeZone": "UTC",
    }


async def test_a_defect_in_a_statement_is_no_bad_moment(opened: Open) -> None:
    with pytest.raises(DBAPIError):
        async with opened().transaction("0101") as tx:
            await tx.one(text("select nonsense"))


async def test_connections_that_died_in_the_pool_are_replaced_without_anybody_noticing(
    shop_database: ServiceDatabase, opened: Open, authority: str
) -> None:
    database = opened()
    async with database.transaction(authority), database.transaction(authority):
        pass
    end_sessions(shop_database, database)
    await until(lambda: sessions(shop_database, database) == [])

    assert await count(database, authority) == 0
    assert await count(database, authority) == 0


async def test_a_server_that_goes_away_in_the_midst_is_not_now(
    shop_database: ServiceDatabase, opened: Open, authority: str
) -> None:
    database = opened()

    async def write_to_a_dying_server() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority))
            end_sessions(shop_database, database)
            await tx.all(select(things))

    with pytest.raises(Unavailable):
        await write_to_a_dying_server()

    assert await count(database, authority) == 0


async def test_a_server_that_is_away_is_503_and_one_that_is_back_is_used_again(
    shop: Shop, shop_database: ServiceDatabase, keys: Any
) -> None:
    async with proxy.line(shop_database.app_url) as line:
        app = make_app(line.url, keys)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://shop") as http,
        ):

            async def ask() -> httpx2.Response:
                return await http.get("/v1/things", headers=shop.caller().headers)

            async def all_at_once(number: int = 5) -> set[int]:
                return {answer.status_code for answer in await _together(ask, number)}

            assert await all_at_once() == {200}
            await line.cut()
            away = await _together(ask, 5)
            await line.mend()
            back = await all_at_once(), await all_at_once()

    assert {answer.status_code for answer in away} == {503}
    assert all(answer.headers["retry-after"] == "1" for answer in away)
    assert back == ({200}, {200})


async def _together(ask: Callable[[], Awaitable[httpx2.Response]], number: int) -> list[httpx2.Response]:
    return list(await asyncio.gather(*(ask() for _ in range(number))))
