"""The last migration runs while the service works: fifty requests a second, and none of them fails for it.

It is run before the code that needs it is started; so this shows it with one that the code can live without. A column
that the code reads would have to be shown with the release before.
"""

import asyncio
import secrets
from collections import Counter
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from helhed.databases import alembic_config, migrate
from tests.cases.world import World, make_app, opened, opening
from tests.support.servers import TestDatabases

A_SECOND = 50
SECONDS = 2


async def work(world: World, number: int, told: Counter[int]) -> None:
    """A client at work: every second one opens a case, the others look at their worklist. Told to come again (503, a
    machine with more to do than this), a client comes again with the same key, as clients do."""
    caller, key, body = world.caller(subject=f"worker-{number}"), secrets.token_hex(8), opening()
    for _ in range(60):
        if number % 2:
            answer = await caller.get("/worklist")
        else:
            answer = await caller.post("/cases", body, Idempotency_Key=key)
        if answer.status_code != 503:
            break
        assert answer.headers["Retry-After"]
        await asyncio.sleep(0.1)
    told[answer.status_code] += 1


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "behind a long read"])
async def test_fifty_requests_a_second_go_on_while_the_last_migration_runs(
    databases: TestDatabases, tmp_path: Path, slow: bool
) -> None:
    database, told = databases.fresh("cases"), Counter[int]()
    await asyncio.to_thread(command.downgrade, alembic_config(database), "-1")
    app = make_app(database.app_url, tmp_path / "keys")
    async with opened(app, tmp_path / "keys") as world, asyncio.TaskGroup() as requests:
        reading = asyncio.create_task(read_for_a_while(world)) if slow else None
        migrating = asyncio.create_task(asyncio.to_thread(migrate, database))
        for number in range(A_SECOND * SECONDS):
            requests.create_task(work(world, number, told))
            await asyncio.sleep(1 / A_SECOND)
        assert await migrating
        if reading:
            await reading

    assert told == {200: A_SECOND * SECONDS // 2, 201: A_SECOND * SECONDS // 2}


async def read_for_a_while(world: World) -> None:
    """A long look at the busiest table, as for a report: it holds up whoever wants that table for themselves."""
    async with world.database.transaction(world.authority) as tx:
        await tx.all(text("select count(*), pg_sleep(0.7) from cases"))
