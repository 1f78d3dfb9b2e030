"""The relay while its broker is killed: nothing is lost, nothing is blamed, order holds."""

import asyncio
import functools
import random
from pathlib import Path
from uuid import uuid4

from tests.chassis.outboxes import Desk
from tests.chassis.told import until
from tests.support.nats import own_nats
from tests.support.servers import TestDatabases


async def test_while_the_broker_is_away_nothing_is_lost_and_nothing_is_blamed(
    databases: TestDatabases, tmp_path: Path
) -> None:
    with own_nats(tmp_path) as server:
        desk = Desk(databases.fresh("surveys"), server.url)
        cases = [uuid4() for _ in range(3)]
        async with desk.relay() as relay:
            await desk.say(*cases)
            await desk.drains()

            server.kill()
            for _ in range(4):
                await desk.say(*cases)
            await asyncio.sleep(0.2)
            assert desk.waiting() == 12
            await asyncio.to_thread(server.start)

            await desk.drains()
            assert not relay.done()

        await desk.all_came_in_order(15)
        assert desk.ask("select distinct attempts, parked_at from outbox") == [(0, None)]
        await desk.database.close()


async def test_a_broker_that_comes_up_after_the_relay_is_used(databases: TestDatabases, tmp_path: Path) -> None:
    with own_nats(tmp_path) as server:
        server.kill()
        desk = Desk(databases.fresh("surveys"), server.url)
        await desk.say(uuid4())
        asyncio.get_running_loop().call_later(0.2, server.start)

        async with desk.relay():
            await desk.drains()
        await desk.database.close()


async def test_order_holds_though_the_broker_is_killed_again_and_again(
    databases: TestDatabases, tmp_path: Path
) -> None:
    with own_nats(tmp_path) as server:
        desk = Desk(databases.fresh("surveys"), server.url)
        cases, said = [uuid4() for _ in range(6)], 0

        async def write() -> None:
            nonlocal said
            while not enough.is_set():
                await desk.say(*random.sample(cases, 3))
                said += 3
                await asyncio.sleep(0.01)

        async def has_said(number: int) -> bool:
            return said >= number

        enough = asyncio.Event()
        async with desk.relay() as relay:
            await desk.leads()
            writing = asyncio.create_task(write())
            for _ in range(3):
                await until(functools.partial(has_said, said + 30))
                server.kill()
                await asyncio.sleep(0.1)
                await asyncio.to_thread(server.start)
            enough.set()
            await writing
            await desk.drains(60)
            assert not relay.done()

        await desk.all_came_in_order(said)
        await desk.database.close()
