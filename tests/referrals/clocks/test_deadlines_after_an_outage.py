"""The worker itself, with the clock advanced past it: away for two days, or stopped in the middle of its work. Each is
told exactly once, and of what came while it was away only what is still true."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from chassis.clock import now
from chassis.database import Database, Transaction
from chassis.settings import Settings
from chassis.workplace import Workplace
from services.referrals.clocks import deadlines, watch_deadlines
from services.referrals.clocks.deadlines import tell_batch
from tests.referrals.dated import DAY, DUE, MONDAY, at, it_is, many, messenger_of, missed_by_case, notices, promised
from tests.referrals.world import BODIES, World
from tests.support.servers import TestDatabases

NEAR = DUE - 4 * DAY
"""When the last day of what was promised on Monday comes near."""


@pytest.fixture
async def messenger(databases: TestDatabases) -> AsyncIterator[Database]:
    """Who sees whose clocks are due."""
    async with messenger_of(databases) as seeing:
        yield seeing


@pytest.fixture
async def place(world: World, messenger: Database) -> Workplace:
    """Where the worker of this service works."""
    return Workplace(world.database, messenger, Settings.from_environment("referrals"))


async def work(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, since: datetime, until: datetime, *, every: timedelta
) -> None:
    """The worker's task runs from one moment to another, and between two looks so much time goes by."""
    stop = asyncio.Event()
    with time_machine.travel(since, tick=False) as clock, monkeypatch.context() as patch:

        async def time_goes_by(told_to_stop: asyncio.Event, _seconds: float) -> None:
            clock.shift(every)
            if now() > until:
                told_to_stop.set()

        patch.setattr(deadlines, "pause", time_goes_by)
        await watch_deadlines(place, stop)


async def step(world: World, seen: dict[str, Any], action: str, sector: str = "health", **body: Any) -> None:
    took = await world.caller(sector).post(f"/referrals/{seen['id']}/{action}", {**BODIES.get(action, {}), **body})
    assert took.is_success, took.text


async def test_away_for_two_days_it_tells_once_what_is_still_true_and_nothing_else(
    world: World, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    down, back = at(DUE, 20), at(DUE + 2 * DAY, 20)
    # Named for what happens while nobody looks: the worker leaves on DUE and is back two days later.
    missed, met, cancelled, held, waived = [await promised(world, "acceptance") for _ in range(5)]
    comes_near = await promised(world, on=MONDAY + 5 * DAY)  # near on the day after DUE
    comes_near_and_is_paused = await promised(world, "acceptance", on=MONDAY + 5 * DAY)
    short = await promised(world, on=MONDAY + DAY, guarantee="alcohol-treatment")  # due the day after DUE, told near
    later = await promised(world, on=MONDAY + 10 * DAY)

    await work(place, monkeypatch, at(NEAR, 0), down, every=timedelta(hours=7))
    with it_is(DUE, 21):
        await step(world, met, "first-contact", at="2026-03-16T19:30:00Z")
        await step(world, cancelled, "cancellation", "employment")
        await step(world, held, "hold")
        await step(world, waived, "deadline-waiver", citizenStatement="Jeg har fundet et andet sted.")
    with it_is(DUE + DAY):
        await step(world, comes_near_and_is_paused, "hold")
    before = {name: await told(world, one) for name, one in {"missed": missed, "short": short}.items()}
    await work(place, monkeypatch, back, back + timedelta(hours=20), every=timedelta(hours=4))

    near = ("near", str(DUE))
    assert before == {"missed": [near], "short": [("near", str(DUE + DAY))]}
    assert await told(world, missed) == [near, ("missed", str(DUE))]
    assert await told(world, short) == [("near", str(DUE + DAY)), ("missed", str(DUE + DAY))]
    assert [await told(world, one) for one in (met, cancelled, held, waived)] == [[near]] * 4
    assert await told(world, comes_near) == [("near", str(DUE + 5 * DAY))]
    assert await told(world, comes_near_and_is_paused) == []
    assert await told(world, later) == []


async def told(world: World, seen: dict[str, Any]) -> list[tuple[str, str]]:
    """What was told of the promise that a referral was made with, and not of that of its first contact."""
    (day,) = [clock["dueOn"] for clock in seen["clocks"] if clock["guarantee"] != "first-contact"]
    return [one for one in await notices(world, seen) if one[1] == day]


async def test_what_came_near_and_went_by_while_it_was_away_is_told_as_missed_only(
    world: World, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await promised(world)

    await work(place, monkeypatch, at(NEAR - DAY, 20), at(NEAR - DAY, 23), every=timedelta(hours=1))
    await work(place, monkeypatch, at(DUE + DAY, 0), at(DUE + 3 * DAY), every=timedelta(hours=5))

    assert await notices(world, asked) == [("missed", str(DUE))]


async def test_the_two_days_may_be_those_on_which_summer_time_ends(
    world: World, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    saturday = at(MONDAY + 236 * DAY).date()
    sunday, monday = saturday + DAY, saturday + 2 * DAY
    assert (at(sunday, 0).utcoffset(), at(monday, 0).utcoffset()) == (timedelta(hours=2), timedelta(hours=1))
    on_saturday, on_sunday, on_monday = [await promised(world, on=day - 14 * DAY) for day in (saturday, sunday, monday)]

    await work(place, monkeypatch, at(saturday, 12), at(saturday, 23), every=timedelta(hours=3))
    before = [await notices(world, one) for one in (on_saturday, on_sunday, on_monday)]
    await work(place, monkeypatch, at(monday, 12), at(monday, 23), every=timedelta(hours=3))

    assert before == [[("near", str(day))] for day in (saturday, sunday, monday)]
    assert await notices(world, on_saturday) == [("near", str(saturday)), ("missed", str(saturday))]
    assert await notices(world, on_sunday) == [("near", str(sunday)), ("missed", str(sunday))]
    assert await notices(world, on_monday) == [("near", str(monday))]


async def test_stopped_anywhere_in_its_work_it_tells_each_once_when_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, when, told_before = await many(world, 19), at(DUE + DAY), 0
    # After each statement of the first batch; within the second, at the end of it, and within the last.
    for fatal in (1, 2, 3, 4, 6, 8, 3):
        worker = asyncio.create_task(batches_until_stopped(world, when, fatal, monkeypatch))
        await asyncio.gather(worker, return_exceptions=True)
        told = await missed_by_case(world)
        assert worker.cancelled()
        assert (len(told) % 7, set(told.values()) <= {1}) == (0, True)
        told_before = max(told_before, len(told))

    while (await tell_batch(world.database, world.authority, when))[0]:
        pass

    assert told_before == 14
    assert await missed_by_case(world) == dict.fromkeys(cases, 1)


async def batches_until_stopped(world: World, when: datetime, fatal: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work, and be stopped after so many statements: the first of a batch finds, the next two say, the last keeps."""
    sent = 0

    def stopping(send: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def send_and_be_stopped(*about: Any, **named: Any) -> Any:
            nonlocal sent
            answer = await send(*about, **named)
            sent += 1
            if sent == fatal:
                raise asyncio.CancelledError
            return answer

        return send_and_be_stopped

    with monkeypatch.context() as patch:
        patch.setattr(deadlines, "AT_ONCE", 7)
        for way in ("all", "run"):
            patch.setattr(Transaction, way, stopping(getattr(Transaction, way)))
        while (await tell_batch(world.database, world.authority, when))[0]:
            pass
