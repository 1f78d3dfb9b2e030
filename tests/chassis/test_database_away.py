"""What a transaction says when there is no database, or no connection to it in time: not now, and never a defect."""

import asyncio

import pytest

from chassis.database import Database
from chassis.problems import Unavailable
from helhed.ports import free_ports
from tests.support.servers import TestDatabases


async def test_a_server_that_is_away_is_unavailable() -> None:
    nobody_listens = free_ports(1)[0]
    database = Database(f"postgresql://app:secret@127.0.0.1:{nobody_listens}/helhed", name="test")

    with pytest.raises(Unavailable):
        async with database.transaction("0101"):
            pass

    await database.close()


async def test_a_pool_that_is_taken_is_unavailable_and_serves_again(databases: TestDatabases) -> None:
    database = Database(databases["cases"].app_url, name="test", pool_size=1)

    async with database.transaction("0101"):
        with pytest.raises(Unavailable):
            async with database.transaction("0101"):
                pass
    async with asyncio.timeout(5), database.transaction("0101") as again:
        await again.enter("0101")

    await database.close()
