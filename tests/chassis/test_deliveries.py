"""From a real JetStream into a real database: order, repetition, failures, and who is not held up by them."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis import deliveries
from chassis.broker import Broker, BrokerAway
from chassis.database import Database, Transaction
from chassis.deliveries import Deliveries
from chassis.envelope import Envelope, to_message
from chassis.problems import Unavailable
from chassis.tables import TABLES
from tests.chassis.conftest import Shop
from tests.chassis.told import POISON, Painter, holds, in_order, layers, painted, until
from tests.support.nats import own_nats

letters = TABLES.dead_letters


class Line:
    """A broker, and a consumer that listens to it."""

    def __init__(self, broker: Broker, shop: Shop, painter: Painter) -> None:
        self.broker, self.shop, self.painter = broker, shop, painter

    async def say(self, *events: Envelope) -> None:
        """Publish."""
        for event in events:
            await self.broker.publish(*to_message(event))

    async def shows(self, case_id: UUID, wanted: str) -> None:
        """Wait until the layers are these."""

        async def so() -> bool:
            return await layers(self.shop.database, self.shop.authority, case_id) == wanted

        await until(so)

    async def parks(self, case_id: UUID, wanted: list[tuple[int, str]]) -> None:
        """Wait until these lie aside."""
        asked = select(letters.c.sequence, letters.c.reason).where(letters.c.case_id == case_id)

        async def so() -> bool:
            rows = await self.shop.rows(asked.order_by(letters.c.sequence))
            return [(row.sequence, row.reason) for row in rows] == wanted

        await until(so)


@asynccontextmanager
async def listening(url: str, shop: Shop, painter: Painter, database: Database | None = None) -> AsyncIterator[Line]:
    """A line that listens."""
    async with Broker.connect(url, name="tests") as broker:
        await broker.ensure_stream("surveys")
        run = Deliveries(painter.consumer, "surveys", broker=broker, database=database or shop.database).run(
            asyncio.Event()
        )
        listens = asyncio.create_task(run)
        try:
            yield Line(broker, shop, painter)
        finally:
            listens.cancel()  # told to stop, it would first wait for the end of its question, two seconds
            await asyncio.wait({listens})
            assert listens.cancelled(), listens.exception()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after two tries instead of six."""
    monkeypatch.setattr(deliveries, "_GIVE_UP_AFTER", 2)


async def test_events_of_many_cases_in_any_order_and_twice_end_in_order(shop: Shop, fresh_nats_url: str) -> None:
    cases = [uuid4() for _ in range(5)]
    events = [painted(shop.authority, case_id, number) for case_id in cases for number in range(1, 5)]
    random.shuffle(events)

    async with listening(fresh_nats_url, shop, Painter()) as line:
        await line.say(*events)
        for event in random.sample(events, 5):  # said again after the broker has forgotten that it was said
            subject, body, headers = to_message(event)
            await line.broker.publish(subject, body, {**headers, "Nats-Msg-Id": str(uuid4())})
        for case_id in cases:
            await line.shows(case_id, in_order(4))

    assert line.painter.tried == len(events)


async def test_an_event_that_comes_back_is_told_only_once_by_its_id(shop: Shop, fresh_nats_url: str) -> None:
    event = painted(shop.authority, uuid4(), 1)

    async with Broker.connect(fresh_nats_url, name="tests") as broker:
        await broker.ensure_stream("surveys")
        numbers = [await broker.publish(*to_message(event)) for _ in range(3)]

    assert numbers == [1, 1, 1]


@pytest.mark.usefixtures("impatient")
async def test_what_fails_is_tried_again_then_parked_and_holds_only_its_case(shop: Shop, fresh_nats_url: str) -> None:
    sick, well = uuid4(), uuid4()

    async with listening(fresh_nats_url, shop, Painter()) as line:
        await line.say(
            painted(shop.authority, sick, 1),
            painted(shop.authority, sick, 2, POISON),
            painted(shop.authority, sick, 3),
            painted(shop.authority, well, 1),
        )
        await line.shows(well, "c1")
        await line.parks(sick, [(2, "failed"), (3, "waits-behind")])
        await line.say(painted(shop.authority, well, 2), painted(shop.authority, sick, 4))
        await line.shows(well, "c1-c2")
        await line.parks(sick, [(2, "failed"), (3, "waits-behind"), (4, "waits-behind")])

        line.painter.poisoned = False
        done = await line.painter.consumer.replay(shop.database, shop.authority, "surveys", sick)
        await line.say(painted(shop.authority, sick, 5))
        await line.shows(sick, f"c1-{POISON}-c3-c4-c5")

    assert done == 3
    assert line.painter.tried == 2 + 2 + 5  # of the well, of the poison in vain, of the sick


async def test_what_fails_for_a_moment_succeeds_later(shop: Shop, fresh_nats_url: str) -> None:
    case_id = uuid4()

    async with listening(fresh_nats_url, shop, Painter()) as line:
        await line.say(painted(shop.authority, case_id, 1, POISON), painted(shop.authority, case_id, 2))
        await until(lambda: holds(line.painter.tried >= 1))
        line.painter.poisoned = False
        await line.shows(case_id, f"{POISON}-c2")
        await line.parks(case_id, [])


async def test_data_that_breaks_the_contract_is_parked_at_once(shop: Shop, fresh_nats_url: str) -> None:
    event = painted(shop.authority, uuid4(), 1)
    event.data["colour"] = 7

    async with listening(fresh_nats_url, shop, Painter()) as line:
        await line.say(event)
        await line.parks(event.case_id, [(1, "failed")])

    assert line.painter.tried == 0


async def test_a_gap_that_does_not_close_is_parked_and_heals_by_itself_when_it_does(
    shop: Shop, fresh_nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_EARLY_PATIENCE", 0.2)
    case_id = uuid4()

    async with listening(fresh_nats_url, shop, Painter()) as line:
        await line.say(painted(shop.authority, case_id, 2))
        await line.parks(case_id, [(2, "gap")])

        await line.say(painted(shop.authority, case_id, 3))
        await line.parks(case_id, [(2, "gap"), (3, "waits-behind")])

        await line.say(painted(shop.authority, case_id, 1))
        await line.shows(case_id, "c1-c2-c3")
        await line.parks(case_id, [])


async def test_told_to_stop_it_stops(shop: Shop, fresh_nats_url: str) -> None:
    stop = asyncio.Event()
    async with Broker.connect(fresh_nats_url, name="tests") as broker:
        run = Deliveries(Painter().consumer, "surveys", broker=broker, database=shop.database).run(stop)
        listens = asyncio.create_task(run)
        await asyncio.wait({listens}, timeout=0.1)

        stop.set()

        await asyncio.wait_for(listens, 10)


async def test_a_malformed_message_is_written_down_and_does_not_stop_the_line(
    shop: Shop, fresh_nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, secret = uuid4(), "karen-0102031234"
    log: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(deliveries.log, "error", lambda event, **facts: log.append((event, facts)))
    good = painted(shop.authority, case_id, 1)
    subject, body, headers = to_message(good)

    async with listening(fresh_nats_url, shop, Painter()) as line:
        await line.broker.publish(subject, secret.encode(), {})
        await line.broker.publish(subject, body, {**headers, "ce-sequence": "9" * 20, "Nats-Msg-Id": str(uuid4())})
        await line.broker.publish(subject, body, {**headers, "ce-source": "/a/b/%00", "Nats-Msg-Id": str(uuid4())})
        await line.say(good)
        await line.shows(case_id, "c1")

    assert [(event, facts["number"]) for event, facts in log] == [("malformed-message", number) for number in (1, 2, 3)]
    assert secret not in str(log)


class Moody(Database):
    """A database that is away whenever the test says so."""

    away = True

    def transaction(self, authority: str | None) -> AbstractAsyncContextManager[Transaction]:
        if self.away:
            raise Unavailable()
        return super().transaction(authority)


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_is_away_costs_no_tries(shop: Shop, fresh_nats_url: str) -> None:
    database, case_id = Moody(shop.urls.app_url, name="moody"), uuid4()

    async with listening(fresh_nats_url, shop, Painter(), database) as line:
        await line.say(painted(shop.authority, case_id, 1))
        await asyncio.sleep(0.2)
        assert line.painter.tried == 0
        database.away = False
        await line.shows(case_id, "c1")
        await line.parks(case_id, [])
    await database.close()


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_goes_away_just_when_an_event_is_to_be_parked(shop: Shop, fresh_nats_url: str) -> None:
    database, event = Moody(shop.urls.app_url, name="moody"), painted(shop.authority, uuid4(), 1)
    event.data["colour"] = 7
    painter, database.away = Painter(), False
    park, parked_in_vain = painter.consumer.park, 0

    async def park_badly(*args: Any, **said: Any) -> None:
        nonlocal parked_in_vain
        parked_in_vain += 1
        database.away = parked_in_vain == 1
        await park(*args, **said)

    painter.consumer.park = park_badly
    async with listening(fresh_nats_url, shop, painter, database) as line:
        await line.say(event)
        await until(lambda: holds(parked_in_vain == 1))
        database.away = False
        await line.parks(event.case_id, [(1, "failed")])
    await database.close()


async def test_a_broker_that_is_killed_and_comes_back_is_listened_to_again(shop: Shop, tmp_path: Path) -> None:
    case_id = uuid4()

    with own_nats(tmp_path) as server:
        async with listening(server.url, shop, Painter()) as line:
            await line.say(painted(shop.authority, case_id, 1))
            await line.shows(case_id, "c1")

            server.kill()
            await asyncio.sleep(0.1)
            await asyncio.to_thread(server.start)
            await until(lambda: _can_say(line, painted(shop.authority, case_id, 2)))

            await line.shows(case_id, "c1-c2")


async def _can_say(line: Line, event: Envelope) -> bool:
    try:
        await line.say(event)
    except BrokerAway:
        return False
    return True
