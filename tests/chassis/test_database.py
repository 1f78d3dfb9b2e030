"""A transaction knows its tenant, ends in one of two ways, and keeps no connection whatever happens to its caller."""

import asyncio
import gc
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.clock import now
from chassis.database import Database
from chassis.problems import AlreadyExists, Unavailable
from chassis.tables import TABLES
from helhed.databases import ServiceDatabase
from tests.chassis.conftest import Shop
from tests.chassis.things import make_app, things
from tests.support import proxy

Open = Callable[..., Database]


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


def a_thing(authority: str, name: str | None = None) -> Any:
    """An insert of one row."""
    values = {"colour": "red", "size": 1, "state": "open", "version": 1, "made_at": now()}
    return insert(things).values(id=uuid4(), authority=authority, name=name or secrets.token_hex(8), **values)


async def count(database: Database, authority: str) -> int:
    """How many things an authority has."""
    async with database.transaction(authority) as tx:
        return len(await tx.all(select(things.c.id)))


def sessions(urls: ServiceDatabase, database: Database) -> list[str]:
    """The state of each of a pool's connections, as the server sees them."""
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        found = admin.execute(
            "select state from pg_stat_activity where application_name = %s",
            [database.name],
        )
        return [row[0] for row in found]


def end_sessions(urls: ServiceDatabase, database: Database) -> None:
    """End a pool's connections, as a server that stops does."""
    end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s"
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(end, [database.name])


async def until(what: Callable[[], bool], seconds: float = 10) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.05)


# -- tenancy -------------------------------------------------------------------------------------------------------


async def test_a_transaction_sees_its_authority_and_no_other(opened: Open, authority: str) -> None:
    database = opened(pool_size=1)
    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority))

    async with database.transaction("0999") as tx:
        assert [row for row in await tx.all(select(things)) if row.authority != "0999"] == []
    async with database.transaction(authority) as tx:
        assert len(await tx.all(select(things))) == 1


async def test_an_authority_is_forgotten_with_its_transaction(opened: Open, authority: str) -> None:
    """On a pool of one, the same connection serves everybody in turn."""
    database = opened(pool_size=1)
    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority))
    setting = text("select current_setting('app.authority', true) as authority")

    async with database._engine.connect() as bare:
        assert (await bare.execute(setting)).scalar() in (None, "")
        assert (await bare.execute(select(things))).all() == []


async def test_without_an_authority_nothing_is_seen_in_any_table(shop: Shop, opened: Open) -> None:
    await shop.caller().make()
    await shop.caller().get("/things")
    database = opened()
    guarded = [things, TABLES.outbox, TABLES.case_streams, TABLES.lookups, TABLES.idempotency_keys]
    guarded += [TABLES.inbox, TABLES.inbox_streams, TABLES.dead_letters]

    for authority in (None, ""):
        async with database.transaction(authority) as tx:
            for table in guarded:
                assert await tx.all(select(table).limit(1)) == []
    for table in guarded[:5]:
        async with database.transaction(shop.authority) as tx:
            assert len(await tx.all(select(table).limit(1))) == 1, table.name


@pytest.mark.parametrize("within", [None, "0999"])
async def test_nobody_writes_for_another_authority(opened: Open, authority: str, within: str | None) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with opened().transaction(within) as tx:
            await tx.run(a_thing(authority))


async def test_a_transaction_may_enter_another_authority(opened: Open, authority: str) -> None:
    database = opened()

    async with database.transaction("public") as tx:
        await tx.enter(authority)
        await tx.run(a_thing(authority))
        assert tx.authority == authority

    assert await count(database, authority) == 1


async def _linger(database: Database, authority: str, seen: set[str]) -> None:
    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority))
        await tx.one(text(f"select pg_sleep({random.uniform(0, 0.01)})"))
        seen.update(row.authority for row in await tx.all(select(things.c.authority)))
        await asyncio.sleep(random.uniform(0, 0.005))
        seen.update(row.authority for row in await tx.all(select(things.c.authority)))


async def test_two_tenants_on_two_connections_never_meet_whoever_goes_away(
    shop_database: ServiceDatabase, opened: Open
) -> None:
    """200 transactions of two tenants share two connections, and a third of them are broken off at any moment."""
    database, tenants = opened(), [f"CVR{secrets.randbelow(10**8):08}" for _ in range(2)]
    seen: dict[str, set[str]] = {tenant: set() for tenant in tenants}

    async def visit(number: int) -> str:
        tenant = tenants[number % 2]
        task = asyncio.create_task(_linger(database, tenant, seen[tenant]))
        if random.random() < 0.35:
            asyncio.get_running_loop().call_later(random.uniform(0, 0.3), task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"
        except Unavailable:
            return "unavailable"
        return "done"

    ends: list[str] = []
    for start in range(0, 200, 20):
        ends += await asyncio.gather(*(visit(number) for number in range(start, start + 20)))

    assert {"done", "cancelled"} <= set(ends)
    assert seen == {tenant: {tenant} for tenant in tenants}
    await _nothing_is_left_of_it(shop_database, database)
    assert await count(database, tenants[0]) + await count(database, tenants[1]) >= ends.count("done")


async def _nothing_is_left_of_it(urls: ServiceDatabase, database: Database) -> None:
    await until(lambda: database._engine.pool.checkedout() == 0)
    await until(lambda: {"idle"} >= set(sessions(urls, database)))
    assert len(sessions(urls, database)) <= 2
    # Both places can be used again, at once.
    async with database.transaction("0101") as one, database.transaction("0102") as other:
        assert (one.authority, other.authority) == ("0101", "0102")


async def test_requests_that_are_broken_off_leave_nothing_behind(
    shop: Shop, shop_database: ServiceDatabase, keys: Any
) -> None:
    app, tenants = make_app(shop_database.app_url, keys, pool_size=2), ["0311", "0312"]
    names = {tenant: secrets.token_hex(8) for tenant in tenants}
    for tenant in tenants:
        await shop.caller(authority=tenant).make(names[tenant])
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://shop") as http,
    ):

        async def ask(number: int) -> int | None:
            tenant = tenants[number % 2]
            task = asyncio.create_task(http.get("/v1/things", headers=shop.caller(authority=tenant).headers))
            if random.random() < 0.35:
                asyncio.get_running_loop().call_later(random.uniform(0, 0.2), task.cancel)
            try:
                answer = await task
            except asyncio.CancelledError:
                return None
            if answer.status_code == 200:
                assert names[tenant] in answer.text
                assert names[tenants[1 - number % 2]] not in answer.text
            return answer.status_code

        answers: list[int | None] = []
        for start in range(0, 200, 20):
            answers += await asyncio.gather(*(ask(number) for number in range(start, start + 20)))
        database = app.state.house.database
        await until(lambda: database._engine.pool.checkedout() == 0)

        assert {200, None} <= set(answers) <= {200, None, 503}
        assert await ask(0) in (200, None)


# -- how it ends ---------------------------------------------------------------------------------------------------


async def test_what_ends_badly_never_was(opened: Open, authority: str) -> None:
    database = opened()

    async def write_and_fail() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority))
            raise KeyError

    with pytest.raises(KeyError):
        await write_and_fail()

    assert await count(database, authority) == 0


async def test_a_commit_that_has_begun_is_finished_though_its_caller_went_away(
    shop_database: ServiceDatabase, opened: Open, authority: str
) -> None:
    database = opened()
    committing = asyncio.Event()
    troubles: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, trouble: troubles.append(trouble))

    async def write() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority, "slow"))  # 0.3 s at commit
            committing.set()

    writing = asyncio.create_task(write())
    await committing.wait()
    await until(lambda: "active" in sessions(shop_database, database))
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    await _nothing_is_left_of_it(shop_database, database)
    assert await count(database, authority) == 1
    gc.collect()  # a task whose failure nobody has seen speaks when it is thrown away
    assert troubles == []


async def test_what_is_broken_off_before_its_commit_never_was(
    shop_database: ServiceDatabase, opened: Open, authority: str
) -> None:
    database = opened()

    async def write() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority))
            await tx.one(text("select pg_sleep(30)"))

    writing = asyncio.create_task(write())
    await until(lambda: "active" in sessions(shop_database, database))
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    await _nothing_is_left_of_it(shop_database, database)
    assert await count(database, authority) == 0


async def test_a_taken_id_is_a_refusal_and_other_broken_constraints_are_defects(opened: Open, authority: str) -> None:
    database = opened()
    async with database.transaction(authority) as tx:
        await tx.run(a_thing(authority, "taken"))

    with pytest.raises(AlreadyExists) as taken:
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority, "taken"))
    with pytest.raises(IntegrityError):
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority).values(colour=None))

    assert taken.value.facts == {}
    assert taken.value.__cause__ is None  # the driver's words quote the row


async def test_running_for_no_rows_does_nothing_and_for_many_counts_them(opened: Open, authority: str) -> None:
    values = {"authority": authority, "colour": "red", "size": 1, "state": "open", "version": 1, "made_at": now()}
    rows = [{"id": uuid4(), "name": str(number), **values} for number in range(3)]

    async with opened().transaction(authority) as tx:
        assert await tx.run(insert(things), []) == 0
        assert await tx.run(insert(things), rows) == 3
        assert await tx.one(select(things).where(things.c.name == "none")) is None


async def test_without_a_seal_nothing_sealed_can_be_touched(opened: Open) -> None:
    async with opened().transaction("0101") as tx:
        with pytest.raises(RuntimeError, match="no seal"):
            _ = tx.sealer


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
