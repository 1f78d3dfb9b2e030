"""What a service says is numbered without a gap, whoever writes and whoever gives up."""

import asyncio
import random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis import tracing
from chassis.clock import now
from chassis.database import Transaction
from chassis.outbox import announce, announce_all
from chassis.problems import Unavailable
from chassis.tables import TABLES
from tests.chassis.conftest import Shop
from tests.chassis.things import ThingMadeV1

outbox = TABLES.outbox


def made() -> ThingMadeV1:
    """Something to say."""
    return ThingMadeV1(thing_id=uuid4())


async def numbers(shop: Shop, case_id: UUID) -> list[int]:
    """The numbers given in a case, in the order in which the rows lie."""
    rows = await shop.rows(select(outbox.c.sequence).where(outbox.c.case_id == case_id).order_by(outbox.c.position))
    return [row.sequence for row in rows]


async def test_each_case_has_a_count_of_its_own(shop: Shop) -> None:
    one, other = uuid4(), uuid4()

    async with shop.database.transaction(shop.authority) as tx:
        await announce(tx, one, [made(), made()], at=now())
        await announce(tx, other, [made()], at=now())
        await announce(tx, one, [made()], at=now())
        assert tx.announced == {one: 3, other: 1}

    assert await numbers(shop, one) == [1, 2, 3]
    assert await numbers(shop, other) == [1]


async def test_of_many_cases_each_is_numbered_on_and_its_events_keep_their_order(shop: Shop) -> None:
    one, other, third = uuid4(), uuid4(), uuid4()
    first, second, last = made(), made(), made()

    async with shop.database.transaction(shop.authority) as tx:
        await announce(tx, other, [made(), made()], at=now())
        await announce_all(tx, [(one, first), (other, made()), (one, second), (third, made()), (one, last)], at=now())
        assert tx.announced == {one: 3, other: 3, third: 1}

    assert [await numbers(shop, case_id) for case_id in (one, other, third)] == [[1, 2, 3], [1, 2, 3], [1]]
    rows = await shop.rows(select(outbox.c.event).where(outbox.c.case_id == one).order_by(outbox.c.sequence))
    assert [row.event["data"]["thingId"] for row in rows] == [str(event.thing_id) for event in (first, second, last)]


async def test_who_speak_of_many_cases_in_opposite_orders_do_not_wait_in_a_circle(shop: Shop) -> None:
    cases = [uuid4() for _ in range(40)]

    async def speak(of: list[UUID]) -> None:
        for _ in range(5):
            async with shop.database.transaction(shop.authority) as tx:
                await announce_all(tx, [(case_id, made()) for case_id in of], at=now())

    await asyncio.gather(speak(cases), speak(cases[::-1]), speak(cases[20:] + cases[:20]))

    assert [await numbers(shop, case_id) for case_id in cases] == [list(range(1, 16))] * 40


async def test_to_say_nothing_takes_no_number(shop: Shop) -> None:
    case_id = uuid4()

    async with shop.database.transaction(shop.authority) as tx:
        await announce(tx, case_id, [], at=now())
        assert tx.announced == {}
        await announce(tx, case_id, [made()], at=now())

    assert await numbers(shop, case_id) == [1]


async def test_an_event_lies_there_as_it_will_travel(shop: Shop) -> None:
    case_id, event, moment = uuid4(), made(), now()
    trace = tracing.start()

    async with shop.database.transaction(shop.authority) as tx:
        await announce(tx, case_id, [event], at=moment)

    (row,) = await shop.rows(select(outbox).where(outbox.c.case_id == case_id))
    assert row.event == {
        "specversion": "1.0",
        "id": str(row.id),
        "type": "dk.helhed.surveys.thing-made.v1",
        "source": f"/authorities/{shop.authority}/surveys",
        "subject": str(case_id),
        "time": moment.isoformat().replace("+00:00", "Z"),
        "dataschema": "urn:helhed:schema:dk.helhed.surveys.thing-made.v1",
        "datacontenttype": "application/json",
        "sequence": "00000000000000000001",
        "partitionkey": str(case_id),
        "dataclassification": "confidential",
        "dksensitivity": "confidential",
        "traceparent": trace.traceparent(),
        "data": {"thingId": str(event.thing_id)},
    }
    assert (row.published_at, row.attempts, row.parked_at) == (None, 0, None)


async def _say(tx: Transaction, case_id: UUID, how_many: int) -> None:
    await announce(tx, case_id, [made() for _ in range(how_many)], at=now())
    await asyncio.sleep(random.uniform(0, 0.005))


class ChangedTheirMind(Exception):
    """A writer gives up after it has spoken."""


async def test_twenty_who_write_in_one_case_at_once_leave_no_gap_though_some_give_up(shop: Shop) -> None:
    case_id = uuid4()
    said = 0

    async def write(number: int) -> None:
        nonlocal said
        how_many = random.randint(1, 3)
        while True:
            try:
                async with shop.database.transaction(shop.authority) as tx:
                    await _say(tx, case_id, how_many)
                    if number % 3 == 0:
                        raise ChangedTheirMind
            except Unavailable:  # there are more writers than connections
                continue
            except ChangedTheirMind:
                return
            said += how_many
            return

    await asyncio.gather(*(write(number) for number in range(20)))

    found = await numbers(shop, case_id)
    assert said > 0
    assert found == list(range(1, said + 1))  # the order of the rows is the order of the numbers


async def test_who_rolls_back_has_said_nothing(shop: Shop) -> None:
    case_id = uuid4()

    async def say_and_give_up() -> None:
        async with shop.database.transaction(shop.authority) as tx:
            await announce(tx, case_id, [made()], at=now())
            raise ChangedTheirMind

    with pytest.raises(ChangedTheirMind):
        await say_and_give_up()

    assert await numbers(shop, case_id) == []
