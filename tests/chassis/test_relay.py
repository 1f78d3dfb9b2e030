"""What lies in the outbox comes to a real JetStream: all of it, in order within a case, whatever goes away."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from chassis.broker import Broker
from chassis.clock import now
from chassis.outbox import announce
from chassis.relay import Relay
from tests.chassis.outboxes import AUTHORITY, Desk
from tests.chassis.told import ThingPaintedV1, holds, until
from tests.support.servers import TestDatabases


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
    """Without the wake-up it looks once a second: that nine of twelve come within a third of one is no chance."""
    taken: list[float] = []
    async with desk.relay():
        await desk.leads()
        await desk.say(uuid4())
        await desk.drains()
        for _ in range(12):
            await asyncio.sleep(random.uniform(0.02, 0.1))
            began = time.monotonic()
            await desk.say(uuid4())
            await until(lambda: holds(desk.waiting() == 0), pause=0.005)
            taken.append(time.monotonic() - began)

    assert sorted(taken)[8] < 0.35


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
