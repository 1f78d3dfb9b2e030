"""A transaction knows its tenant, ends in one of two ways, and keeps no connection whatever happens to its caller."""

import asyncio
import gc
import random
import secrets
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ResourceClosedError

from chassis.clock import now
from chassis.database import Database
from chassis.problems import AlreadyExists, Unavailable
from chassis.tables import TABLES
from helhed.databases import ServiceDatabase
from tests.chassis.conftest import Shop
from tests.chassis.pools import Open, a_thing, count, sessions, until
from tests.chassis.things import make_app, things

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


async def test_what_was_ended_early_stands_and_its_connection_is_somebody_elses(opened: Open, authority: str) -> None:
    database = opened(pool_size=1)

    async def write_end_and_fail() -> None:
        async with database.transaction(authority) as tx:
            await tx.run(a_thing(authority))
            await tx.end()
            assert await count(database, authority) == 1
            with pytest.raises(ResourceClosedError):
                await tx.run(a_thing(authority))
            raise KeyError

    with pytest.raises(KeyError):
        await write_end_and_fail()

    assert await count(database, authority) == 1


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
