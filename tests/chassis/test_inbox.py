"""Each event has its effect exactly once and in order within its case, however it is delivered."""

from collections import deque
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from chassis import tracing
from chassis.envelope import Envelope
from chassis.errors import RuleBroken
from chassis.inbox import Consumer, Outcome, never_applies
from chassis.tables import TABLES
from tests.chassis.conftest import Shop
from tests.chassis.told import POISON, Painter, ThingMovedV1, ThingPaintedV1, envelope, in_order, layers, painted
from tests.support import profiles

letters = TABLES.dead_letters


async def parked(shop: Shop, case_id: UUID) -> list[tuple[int, str]]:
    """What lies aside for a case: number and reason."""
    found = select(letters.c.sequence, letters.c.reason).where(letters.c.case_id == case_id)
    return [(row.sequence, row.reason) for row in await shop.rows(found.order_by(letters.c.sequence))]


async def park(painter: Painter, shop: Shop, event: Envelope, reason: str = "failed") -> None:
    """Lay an event aside, as the deliveries do."""
    await painter.consumer.park(shop.database, event, reason=reason, error="RuleBroken", deliveries=6)


async def test_events_take_effect_in_order_and_once(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    events = [painted(shop.authority, case_id, number) for number in (1, 2, 3)]

    async def tell(event: Envelope) -> Outcome:
        return await painter.consumer.apply(shop.database, event)

    assert await tell(events[1]) is Outcome.TOO_EARLY
    assert await tell(events[0]) is Outcome.APPLIED
    assert await tell(events[0]) is Outcome.SEEN_BEFORE
    assert await tell(events[2]) is Outcome.TOO_EARLY
    assert await tell(events[1]) is Outcome.APPLIED
    assert await tell(events[2]) is Outcome.APPLIED
    assert [await tell(event) for event in events] == [Outcome.SEEN_BEFORE] * 3
    assert await layers(shop.database, shop.authority, case_id) == in_order(3)


def test_any_order_with_any_repetition_ends_as_the_right_order_does(waiting_shop: Any) -> None:
    shop, wait = waiting_shop

    @profiles.few()
    @given(data=st.data(), lengths=st.lists(st.integers(1, 5), min_size=1, max_size=3))
    def holds(data: st.DataObject, lengths: list[int]) -> None:
        painter, cases = Painter(), [uuid4() for _ in lengths]
        history = [
            painted(shop.authority, case_id, number)
            for case_id, length in zip(cases, lengths, strict=True)
            for number in range(1, length + 1)
        ]
        repeated = history + data.draw(st.lists(st.sampled_from(history), max_size=8), label="repeated")
        deliveries = deque(data.draw(st.permutations(repeated), label="deliveries"))

        while deliveries:
            event = deliveries.popleft()
            if wait(painter.consumer.apply(shop.database, event)) is Outcome.TOO_EARLY:
                deliveries.append(event)

        assert painter.tried == len(history)
        for case_id, length in zip(cases, lengths, strict=True):
            assert wait(layers(shop.database, shop.authority, case_id)) == in_order(length)

    holds()


async def test_what_it_has_no_use_for_is_let_past_and_counted(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    moved = envelope(shop.authority, case_id, 1, ThingMovedV1(to_room="attic"))

    assert await painter.consumer.apply(shop.database, moved) is Outcome.APPLIED
    assert await painter.consumer.apply(shop.database, painted(shop.authority, case_id, 2)) is Outcome.APPLIED


async def test_two_consumers_of_one_service_count_for_themselves(shop: Shop) -> None:
    case_id = uuid4()
    event = painted(shop.authority, case_id, 1, "red")

    assert await Painter("one").consumer.apply(shop.database, event) is Outcome.APPLIED
    assert await Painter("other").consumer.apply(shop.database, event) is Outcome.APPLIED
    assert await layers(shop.database, shop.authority, case_id) == "red-red"


async def test_what_fails_leaves_no_trace(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    event = painted(shop.authority, case_id, 1, POISON)

    with pytest.raises(RuleBroken):
        await painter.consumer.apply(shop.database, event)

    assert await layers(shop.database, shop.authority, case_id) == ""
    assert await shop.rows(select(TABLES.inbox).where(TABLES.inbox.c.case_id == case_id)) == []
    painter.poisoned = False
    assert await painter.consumer.apply(shop.database, event) is Outcome.APPLIED


async def test_data_that_is_not_what_the_contract_says_never_applies(shop: Shop) -> None:
    painter, event = Painter(), painted(shop.authority, uuid4(), 1)
    event.data["colour"] = 7

    with pytest.raises(ValidationError) as refused:
        await painter.consumer.apply(shop.database, event)

    assert never_applies(refused.value)
    assert not never_applies(RuleBroken())


async def test_what_comes_behind_a_parked_event_waits_and_other_cases_do_not(shop: Shop) -> None:
    painter, case_id, other = Painter(), uuid4(), uuid4()
    await park(painter, shop, painted(shop.authority, case_id, 1))

    behind = await painter.consumer.apply(shop.database, painted(shop.authority, case_id, 2))
    beside = await painter.consumer.apply(shop.database, painted(shop.authority, other, 1))

    assert (behind, beside) == (Outcome.WAITS_BEHIND, Outcome.APPLIED)


async def test_an_event_is_parked_once_with_what_a_person_needs(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    event = painted(shop.authority, case_id, 1)

    await park(painter, shop, event)
    await park(painter, shop, event)

    (row,) = await shop.rows(select(letters).where(letters.c.case_id == case_id))
    assert (row.consumer, row.source, row.sequence, row.type) == ("painter", "surveys", 1, event.type)
    assert (row.reason, row.error_class, row.deliveries) == ("failed", "RuleBroken", 6)
    assert Envelope.from_json(row.event) == event


async def test_a_replay_applies_what_was_parked_in_order(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    for number in (3, 1, 2):
        await park(painter, shop, painted(shop.authority, case_id, number))

    done = await painter.consumer.replay(shop.database, shop.authority, "surveys", case_id)

    assert done == 3
    assert await layers(shop.database, shop.authority, case_id) == in_order(3)
    assert await parked(shop, case_id) == []
    assert await painter.consumer.replay(shop.database, shop.authority, "surveys", case_id) == 0


async def test_a_replay_stops_at_what_still_fails_and_keeps_the_rest(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    for number, colour in ((1, "red"), (2, POISON), (3, "blue")):
        await park(painter, shop, painted(shop.authority, case_id, number, colour))

    with pytest.raises(RuleBroken):
        await painter.consumer.replay(shop.database, shop.authority, "surveys", case_id)

    assert [number for number, _ in await parked(shop, case_id)] == [2, 3]
    painter.poisoned = False
    assert await painter.consumer.replay(shop.database, shop.authority, "surveys", case_id) == 2
    assert await layers(shop.database, shop.authority, case_id) == f"red-{POISON}-blue"


async def test_a_replay_stops_at_a_gap(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    await park(painter, shop, painted(shop.authority, case_id, 2), reason="gap")

    assert await painter.consumer.replay(shop.database, shop.authority, "surveys", case_id) == 0
    assert await parked(shop, case_id) == [(2, "gap")]


async def test_what_was_parked_behind_a_gap_heals_when_the_missing_one_comes(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    for number, reason in ((2, "gap"), (3, "waits-behind")):
        await park(painter, shop, painted(shop.authority, case_id, number), reason=reason)

    await painter.consumer.apply(shop.database, painted(shop.authority, case_id, 1))

    assert await layers(shop.database, shop.authority, case_id) == in_order(3)
    assert await parked(shop, case_id) == []


async def test_what_failed_is_not_tried_again_by_itself(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    await park(painter, shop, painted(shop.authority, case_id, 2))

    await painter.consumer.apply(shop.database, painted(shop.authority, case_id, 1))

    assert painter.tried == 1
    assert await parked(shop, case_id) == [(2, "failed")]


async def test_what_was_applied_meanwhile_is_cleared_away_by_a_replay(shop: Shop) -> None:
    painter, case_id = Painter(), uuid4()
    event = painted(shop.authority, case_id, 1)
    await park(painter, shop, event)
    await painter.consumer.apply(shop.database, event)

    assert await painter.consumer.replay(shop.database, shop.authority, "surveys", case_id) == 1
    assert painter.tried == 1
    assert await parked(shop, case_id) == []


async def test_an_effect_is_part_of_the_journey_that_caused_it(shop: Shop) -> None:
    heard: list[str] = []
    consumer, journey = Consumer("listener"), "4bf92f3577b34da6a3ce929d0e0e4736"

    @consumer.on(ThingPaintedV1)
    async def note(event: ThingPaintedV1, envelope: Envelope, tx: Any) -> None:
        heard.append(tracing.current().trace_id)

    whole = painted(shop.authority, uuid4(), 1).to_json()
    whole["traceparent"] = f"00-{journey}-00f067aa0ba902b7-01"
    await consumer.apply(shop.database, Envelope.from_json(whole))

    assert heard == [journey]


def test_a_kind_of_event_has_one_effect() -> None:
    painter = Painter()

    with pytest.raises(LookupError):
        painter.consumer.on(ThingPaintedV1)(painter.paint)
    assert painter.consumer.types == {ThingPaintedV1.event_type}
    assert painter.consumer.sources == {"surveys"}
