"""The worker's clock: each is told once, in good time, whoever was down and however many look; nothing is closed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from chassis.clock import start_of
from chassis.database import Database
from chassis.settings import Settings
from chassis.workplace import Workplace
from services.referrals.clocks import deadlines, see_to_deadlines, watch_deadlines
from services.referrals.clocks.deadlines import AT_ONCE, tell_batch
from services.referrals.tables import referral_clocks, referrals
from tests.referrals.dated import (
    DAY,
    DUE,
    MONDAY,
    at,
    clock_rows,
    it_is,
    many,
    messenger_of,
    missed_by_case,
    notices,
    promised,
)
from tests.referrals.listened import listening
from tests.referrals.world import BODIES, World
from tests.support.servers import TestDatabases


@pytest.fixture
async def messenger(databases: TestDatabases) -> AsyncIterator[Database]:
    """Who sees whose clocks are due."""
    async with messenger_of(databases) as seeing:
        yield seeing


async def look(world: World, when: datetime) -> int:
    """The worker looks, at that moment; how many notices it made."""
    _, told = await tell_batch(world.database, world.authority, when)
    return told


async def step(world: World, seen: dict[str, Any], action: str, sector: str = "health", **body: Any) -> None:
    path, full = f"/referrals/{seen['id']}/{action}", {**BODIES.get(action, {}), **body}
    took = await world.caller(sector).post(path, full)
    assert took.is_success, took.text


# -- once each, and in time -------------------------------------------------------------------------------------------


async def test_each_is_told_once_on_its_danish_day(world: World) -> None:
    asked = await promised(world)
    near = DUE - 4 * DAY

    for when in (at(MONDAY), at(near - DAY, 23, 59)):
        await look(world, when)
    before = await notices(world, asked)
    for when in (at(near, 0), at(near, 0, 1), at(DUE, 23, 59)):
        await look(world, when)
    until_the_last_day = await notices(world, asked)
    for when in (at(DUE + DAY, 0), at(DUE + DAY, 0, 1), at(DUE + 90 * DAY)):
        await look(world, when)

    assert before == []
    assert until_the_last_day == [("near", str(DUE))]
    assert await notices(world, asked) == [("near", str(DUE)), ("missed", str(DUE))]
    (kept,) = await clock_rows(world, asked)
    assert (kept.approaching_told_at, kept.missed_told_at) == (at(near, 0), at(DUE + DAY, 0))


async def test_over_the_change_to_summer_time_no_hour_is_gained_or_lost(world: World) -> None:
    spring = await promised(world, on=MONDAY + 14 * DAY)  # due 30 March; the clocks change on the 29th
    due = MONDAY + 28 * DAY

    await look(world, datetime.fromisoformat("2026-03-30T21:59:00+00:00"))
    before = await notices(world, spring)
    await look(world, datetime.fromisoformat("2026-03-30T22:00:00+00:00"))

    assert before == [("near", str(due))]
    assert await notices(world, spring) == [("near", str(due)), ("missed", str(due))]


@pytest.mark.parametrize(
    ("back_on", "told"),
    [
        (DUE - 2 * DAY, [("near", str(DUE))]),
        (DUE, [("near", str(DUE))]),
        (DUE + DAY, [("missed", str(DUE))]),
        (DUE + 200 * DAY, [("missed", str(DUE))]),
    ],
    ids=["near", "last-day", "just-missed", "long-missed"],
)
async def test_a_process_that_was_down_tells_only_what_is_true_when_it_is_back(
    world: World, back_on: Any, told: list[tuple[str, str]]
) -> None:
    asked = await promised(world)

    await look(world, at(back_on))
    await look(world, at(back_on, 13))

    assert await notices(world, asked) == told


async def test_an_outage_of_two_days_loses_and_doubles_nothing(world: World, messenger: Database) -> None:
    kept = [await promised(world, on=MONDAY + number * DAY) for number in range(4)]
    down_from, back = DUE, DUE + 2 * DAY

    await see_to_deadlines(messenger, world.database, at(down_from, 23, 59))
    before = [await notices(world, one) for one in kept]
    await see_to_deadlines(messenger, world.database, at(back, 23, 59))
    await see_to_deadlines(messenger, world.database, at(back, 23, 59))

    near = [[("near", str(DUE + number * DAY))] for number in range(4)]
    assert before == near
    missed = [[("missed", str(DUE + number * DAY))] for number in range(2)] + [[], []]
    assert [await notices(world, one) for one in kept] == [a + b for a, b in zip(near, missed, strict=True)]


async def test_what_is_met_waived_or_ended_is_told_no_more_and_a_breach_that_ended_is_told(world: World) -> None:
    met, waived, ended, failed = [await promised(world, "acceptance") for _ in range(4)]
    with it_is(MONDAY + DAY):
        await step(world, met, "first-contact", at="2026-03-03T08:00:00Z")
        await step(world, waived, "deadline-waiver", citizenStatement="Jeg går selv derhen.")
        await step(world, ended, "cancellation", "employment")
    with it_is(DUE + DAY):
        await step(world, failed, "failure")

    await look(world, at(DUE + 2 * DAY))

    assert [await notices(world, one) for one in (met, waived, ended)] == [[], [], []]
    assert await notices(world, failed) == [("missed", "2026-03-09"), ("missed", str(DUE))]


async def test_a_breach_closes_nothing_and_makes_no_version(world: World) -> None:
    asked = await promised(world)

    await look(world, at(DUE + 30 * DAY))

    with it_is(DUE + 30 * DAY):
        seen = (await world.caller("health").get(f"/referrals/{asked['id']}")).json()
        assert (seen["state"], seen["version"], seen["ending"]) == ("requested", 1, None)
        await step(world, asked, "acceptance")


async def test_what_leaves_tells_the_day_and_not_the_promise(world: World) -> None:
    asked = await promised(world, guarantee="alcohol-treatment")

    await look(world, at(DUE))
    await look(world, at(DUE + DAY))

    told = [event for event in await world.announced(UUID(asked["caseId"])) if "deadline" in event["type"]]
    ends = {"referralId": asked["id"], "needId": asked["needId"], "fromSector": "employment", "toSector": "health"}
    assert [event["data"] for event in told] == [{**ends, "dueOn": str(DUE)}] * 2
    assert all("alcohol" not in str(event) for event in told)


async def test_a_paused_clock_is_not_looked_at(world: World) -> None:
    asked = await promised(world)
    paused = {"state": "paused", "paused_on": MONDAY, "look_at": None}
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(referral_clocks).where(referral_clocks.c.referral_id == asked["id"]).values(paused))

    assert await look(world, at(DUE + 30 * DAY)) == 0
    assert await notices(world, asked) == []


# -- many, and several workers ----------------------------------------------------------------------------------------


async def test_a_thousand_that_fall_due_in_one_minute_are_all_told_in_bounded_batches(
    world: World, messenger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, sizes = await many(world, 999), []

    async def counting(*about: Any) -> tuple[int, int]:
        found, told = await tell_batch(*about)
        if about[1] == world.authority:
            sizes.append(found)
        return found, told

    monkeypatch.setattr(deadlines, "tell_batch", counting)
    await see_to_deadlines(messenger, world.database, start_of(DUE + DAY))

    assert sizes == [AT_ONCE] * 5 + [0]
    assert await missed_by_case(world) == dict.fromkeys(cases, 1)


async def test_a_batch_is_told_in_as_many_statements_however_many_it_tells(world: World) -> None:
    await many(world, 99)

    with listening(world) as of_a_hundred:
        assert await look(world, at(DUE + DAY)) == 100
    await promised(world)
    with listening(world) as of_one:
        assert await look(world, at(DUE + DAY)) == 1

    assert len(of_a_hundred) == len(of_one) == 5  # whose it is, what is due, the numbers, the words, that it is told


async def test_two_workers_at_once_tell_each_once(world: World) -> None:
    cases = await many(world, 299)

    async def work() -> None:
        while (await tell_batch(world.database, world.authority, at(DUE + DAY)))[0]:
            pass

    await asyncio.gather(work(), work())
    await work()

    assert await missed_by_case(world) == dict.fromkeys(cases, 1)


async def test_what_another_worker_has_in_hand_is_left_to_it(world: World) -> None:
    asked = await promised(world)

    async with world.database.transaction(world.authority) as tx:
        mine = select(referral_clocks).where(referral_clocks.c.referral_id == asked["id"]).with_for_update()
        assert len(await tx.all(mine)) == 1
        assert await look(world, at(DUE + DAY)) == 0

    assert await look(world, at(DUE + DAY)) == 1


async def test_one_that_cannot_be_told_holds_up_no_other_and_is_tried_again(world: World) -> None:
    broken, sound = await promised(world), await promised(world)
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(referrals).where(referrals.c.id == broken["id"]).values(to_unit=""))

    with capture_logs() as said:
        told = await look(world, at(DUE + DAY))

    assert told == 1
    assert [(line["event"], line.get("referral")) for line in said] == [
        ("deadline-batch-broken", None),
        ("deadline-broken", broken["id"]),
    ]
    assert (await notices(world, sound), await notices(world, broken)) == ([("missed", str(DUE))], [])
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(referrals).where(referrals.c.id == broken["id"]).values(to_unit=None))
    assert await look(world, at(DUE + DAY) + timedelta(minutes=59)) == 0
    assert await look(world, at(DUE + DAY) + timedelta(hours=1)) == 1


# -- the task ---------------------------------------------------------------------------------------------------------


async def test_the_task_looks_again_and_again_until_it_is_told_to_stop(
    world: World, messenger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await promised(world)
    settings = Settings.from_environment("referrals")
    place = Workplace(world.database, messenger, settings)
    stop, waits = asyncio.Event(), []

    async def look_twice(told_to_stop: asyncio.Event, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            told_to_stop.set()

    monkeypatch.setattr(deadlines, "pause", look_twice)
    await watch_deadlines(place, stop)

    assert len(waits) == 2
    assert await notices(world, asked) == [("missed", str(DUE))]


async def test_the_messenger_sees_whose_clocks_are_due_and_nothing_else(world: World, messenger: Database) -> None:
    await promised(world)

    async with messenger.transaction(None) as tx:
        rows = await tx.all(text("select authority, look_at from referral_clocks"))
    assert world.authority in {row.authority for row in rows}
    for column in ("guarantee", "referral_id", "due_on"):
        with pytest.raises(Exception, match="permission denied"):
            async with messenger.transaction(None) as tx:
                await tx.all(text(f"select {column} from referral_clocks"))
