"""What lies in the outbox comes to a real JetStream: all of it, in order within a case, whatever goes away."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import nats
import psycopg
import pytest
from psycopg.types.json import Jsonb

from chassis.broker import Broker
from chassis.clock import now
from chassis.database import Database
from chassis.outbox import announce
from chassis.relay import Relay
from helhed.databases import ServiceDatabase
from tests.chassis.told import ThingPaintedV1, until
from tests.support.nats import own_nats
from tests.support.servers import TestDatabases

AUTHORITY = "0101"


class Desk:
    """A service's outbox, seen from all sides: who writes, who looks, and the broker it goes to."""

    def __init__(self, urls: ServiceDatabase, nats_url: str) -> None:
        self.urls, self.nats_url = urls, nats_url
        self.database = Database(urls.app_url, name="desk")

    async def say(self, *cases: UUID) -> None:
        """One event for each of these cases, in one transaction."""
        async with self.database.transaction(AUTHORITY) as tx:
            for case_id in cases:
                await announce(tx, case_id, [ThingPaintedV1(colour="red")], at=now())

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the administrator sees."""
        with psycopg.connect(self.urls.admin_url, autocommit=True) as admin:
            done = admin.execute(query, values)
            return done.fetchall() if done.description else []

    def waiting(self) -> int:
        """How many rows have not left yet."""
        return int(self.ask("select count(*) from outbox where published_at is null")[0][0])

    async def drains(self, seconds: float = 40) -> None:
        """Wait until every row has left."""

        async def so() -> bool:
            return self.waiting() == 0

        await until(so, seconds)

    async def stream(self) -> list[tuple[UUID, int]]:
        """Every message in the stream, as case and number, in the stream's order."""
        client = await nats.connect(self.nats_url)
        try:
            js = client.jetstream()
            state = (await js.stream_info("SURVEYS")).state
            found = [await js.get_msg("SURVEYS", seq=number) for number in range(1, state.last_seq + 1)]
        finally:
            await client.close()
        return [(UUID(m.headers["ce-subject"]), int(m.headers["ce-sequence"])) for m in found if m.headers]

    async def all_came_in_order(self, events: int) -> None:
        """The stream has each event once, and each case's in order."""
        by_case: dict[UUID, list[int]] = defaultdict(list)
        stream = await self.stream()
        for case_id, number in stream:
            by_case[case_id].append(number)
        assert len(stream) == events
        for numbers in by_case.values():
            assert numbers == list(range(1, len(numbers) + 1))

    @asynccontextmanager
    async def relay(self) -> AsyncIterator["asyncio.Task[None]"]:
        """A relay at work; killed at the end, or before by the test."""
        async with Broker.connect(self.nats_url, name="relay") as broker:
            task = asyncio.create_task(Relay("surveys", self.urls.messenger_url, broker).run(asyncio.Event()))
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.wait({task})
                assert task.cancelled(), task.exception()

    async def leads(self, count: int = 1) -> None:
        """Wait until so many relays lead."""
        leaders = """
            select count(*) from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and application_name = 'surveys-relay' and datname = %s"""

        async def so() -> bool:
            return self.ask(leaders, self.urls.name) == [(count,)]

        await until(so)


@pytest.fixture
async def desk(databases: TestDatabases, fresh_nats_url: str) -> AsyncIterator[Desk]:
    """An outbox of this test's own: a relay takes every row there is."""
    made = Desk(databases.fresh("surveys"), fresh_nats_url)
    yield made
    await made.database.close()


async def test_everything_said_leaves_in_order(desk: Desk) -> None:
    cases = [uuid4() for _ in range(8)]
    said = [random.choice(cases) for _ in range(60)]
    for start in range(0, 60, 10):
        await desk.say(*said[start : start + 10])

    async with desk.relay():
        await desk.say(*cases)
        await desk.drains()

    await desk.all_came_in_order(68)


async def test_what_was_rolled_back_never_leaves(desk: Desk) -> None:
    async def say_and_give_up() -> None:
        async with desk.database.transaction(AUTHORITY) as tx:
            await announce(tx, uuid4(), [ThingPaintedV1(colour="red")], at=now())
            raise KeyError

    async with desk.relay():
        await desk.leads()
        with pytest.raises(KeyError):
            await say_and_give_up()
        await desk.say(uuid4())
        await desk.drains()

    assert len(await desk.stream()) == 1


async def test_a_commit_wakes_the_relay(desk: Desk) -> None:
    """Without the wake-up it looks once a second: eight times would take four seconds, give or take one."""
    taken = 0.0
    async with desk.relay():
        await desk.leads()
        await desk.say(uuid4())
        await desk.drains()
        for _ in range(8):
            await asyncio.sleep(random.uniform(0.02, 0.1))
            began = time.monotonic()
            await desk.say(uuid4())
            await until(lambda: _is(desk.waiting() == 0), pause=0.005)
            taken += time.monotonic() - began

    assert taken < 2.4


async def test_of_two_relays_one_leads_and_when_it_dies_the_other_does(desk: Desk) -> None:
    case_id = uuid4()
    async with desk.relay() as first:
        await desk.leads()
        async with desk.relay() as second:
            for _ in range(5):
                await desk.say(case_id)
            await desk.drains()
            await desk.leads(1)

            first.cancel()
            await asyncio.wait({first})
            await desk.say(case_id)
            await desk.drains()

            await desk.leads(1)
            assert not second.done()

    await desk.all_came_in_order(6)


async def test_a_relay_whose_connection_is_cut_comes_back(desk: Desk) -> None:
    async with desk.relay() as relay:
        await desk.leads()
        desk.ask("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'surveys-relay'")
        await desk.say(uuid4())
        await desk.drains()
        assert not relay.done()


async def test_who_commits_late_is_not_skipped(desk: Desk) -> None:
    """Places in the outbox are taken before the commit: a relay that went by the last place it saw would skip one."""
    early, late = uuid4(), uuid4()
    async with desk.relay():
        await desk.leads()
        async with desk.database.transaction(AUTHORITY) as tx:
            await announce(tx, late, [ThingPaintedV1(colour="red")], at=now())
            await desk.say(early)

            async def the_early_one_has_left() -> bool:
                return desk.ask("select 1 from outbox where case_id = %s and published_at is not null", early) == [(1,)]

            await until(the_early_one_has_left)
        await desk.drains()

    assert [case_id for case_id, _ in await desk.stream()] == [early, late]


def spoil(desk: Desk, case_id: UUID, event: Any) -> None:
    """A row that cannot be sent, as number one of its case."""
    desk.ask(
        "insert into outbox (id, authority, case_id, sequence, type, event, occurred_at)"
        " values (gen_random_uuid(), %s, %s, 1, 'x', %s, now())",
        AUTHORITY,
        case_id,
        Jsonb(event),
    )
    desk.ask("insert into case_streams (case_id, authority, last) values (%s, %s, 1)", case_id, AUTHORITY)


TOO_LARGE = {
    "specversion": "1.0",
    "id": str(UUID(int=1)),
    "type": "dk.helhed.surveys.thing-painted.v1",
    "source": f"/authorities/{AUTHORITY}/surveys",
    "subject": str(UUID(int=2)),
    "sequence": "1",
    "time": "2026-03-02T09:00:00Z",
    "data": {"words": "x" * (2 << 20)},
}


@pytest.mark.parametrize(
    ("event", "error"),
    [({}, "MalformedEnvelope"), ([1], "AttributeError"), (TOO_LARGE, "Refused")],
    ids=["no event", "not even an object", "too large for the broker"],
)
async def test_a_row_that_cannot_be_sent_holds_its_own_case_and_is_parked(desk: Desk, event: Any, error: str) -> None:
    sick, well = uuid4(), uuid4()
    spoil(desk, sick, event)
    await desk.say(sick, well)

    async with desk.relay() as relay:

        async def it_is_parked() -> bool:
            # The pauses between tries grow to half a minute in all; here they are over as soon as they begin.
            desk.ask("update outbox set next_attempt_at = null where published_at is null")
            return desk.ask("select 1 from outbox where parked_at is not null") == [(1,)]

        await until(it_is_parked, 60)
        await desk.say(well)

        async def only_the_sick_case_waits() -> bool:
            left = desk.ask("select case_id, sequence from outbox where published_at is null order by sequence")
            return left == [(sick, 1), (sick, 2)]

        await until(only_the_sick_case_waits)
        assert not relay.done()
        assert desk.ask("select attempts, error_class from outbox where sequence = 1 and case_id = %s", sick) == [
            (5, error)
        ]

        desk.ask("delete from outbox where parked_at is not null")
        desk.ask("notify helhed_outbox")
        await desk.drains()

    assert [case_id for case_id, _ in await desk.stream()] == [well, well, sick]


async def test_a_row_that_failed_waits_longer_each_time(desk: Desk) -> None:
    case_id, pauses = uuid4(), []
    spoil(desk, case_id, {})
    async with Broker.connect(desk.nats_url, name="relay") as broker:
        relay = Relay("surveys", desk.urls.messenger_url, broker)
        async with await relay._connect() as connection:
            for _ in range(4):
                assert await relay.carry(connection) == 0
                pause = desk.ask("select extract(epoch from next_attempt_at - now()) from outbox")[0][0]
                pauses.append(round(float(pause)))
                desk.ask("update outbox set next_attempt_at = now()")

    assert pauses == [1, 2, 4, 8]


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

        enough = asyncio.Event()
        async with desk.relay() as relay:
            await desk.leads()
            writing = asyncio.create_task(write())
            for _ in range(3):
                before = said
                await until(lambda: _is(said >= before + 30))  # noqa: B023
                server.kill()
                await asyncio.sleep(0.1)
                await asyncio.to_thread(server.start)
            enough.set()
            await writing
            await desk.drains(60)
            assert not relay.done()

        await desk.all_came_in_order(said)
        await desk.database.close()


async def _is(so: bool) -> bool:
    return so
