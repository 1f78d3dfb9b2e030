"""A pause moves the promised day: the town hears which it is now, and once more when it comes near."""

from datetime import date
from typing import Any

from services.referrals.clocks.deadlines import tell_batch
from tests.referrals.dated import DAY, DUE, MONDAY, at, it_is, notices, promised
from tests.referrals.world import BODIES, World

NEAR = DUE - 4 * DAY


async def step(world: World, seen: dict[str, Any], action: str, on: date) -> None:
    with it_is(on):
        took = await world.caller("health").post(f"/referrals/{seen['id']}/{action}", BODIES[action])
    assert took.is_success, took.text


async def paused(world: World, seen: dict[str, Any], since: date, until: date) -> None:
    await step(world, seen, "hold", since)
    await step(world, seen, "resumption", until)


async def told(world: World, seen: dict[str, Any]) -> list[tuple[str, str]]:
    """What was told of the treatment, and not of the first contact."""
    last = max(clock["dueOn"] for clock in seen["clocks"])
    return [one for one in await notices(world, seen) if one[1] >= last]


async def looks(world: World, *days: date) -> None:
    for day in days:
        await tell_batch(world.database, world.authority, at(day, 13))
        await tell_batch(world.database, world.authority, at(day, 14))


async def resumed_until(world: World, seen: dict[str, Any]) -> list[str | None]:
    heard = await world.announced(seen["caseId"])
    return [one["data"].get("dueOn") for one in heard if one["type"].endswith("referral-resumed.v1")]


async def test_that_it_comes_near_is_told_of_each_day_once(world: World) -> None:
    seen = await promised(world, "acceptance")
    await looks(world, NEAR)
    await paused(world, seen, NEAR, NEAR + 8 * DAY)
    again, new = str(DUE + 8 * DAY), DUE + 8 * DAY

    await looks(world, NEAR + 8 * DAY - DAY)
    before = await told(world, seen)
    await looks(world, NEAR + 8 * DAY, new, new + DAY)

    assert before == [("near", str(DUE))]
    assert await told(world, seen) == [("near", str(DUE)), ("near", again), ("missed", again)]


async def test_a_pause_that_takes_no_day_makes_no_new_day(world: World) -> None:
    seen = await promised(world, "acceptance")
    await looks(world, NEAR)

    await paused(world, seen, NEAR, NEAR)
    await looks(world, NEAR, DUE)

    assert await told(world, seen) == [("near", str(DUE))]


async def test_a_pause_before_it_came_near_changes_nothing_of_how_often_it_is_told(world: World) -> None:
    seen = await promised(world, "acceptance")

    await paused(world, seen, MONDAY + DAY, MONDAY + 3 * DAY)
    await looks(world, NEAR + 2 * DAY, NEAR + 3 * DAY, DUE + 3 * DAY)

    assert await told(world, seen) == [("near", str(DUE + 2 * DAY)), ("missed", str(DUE + 2 * DAY))]


async def test_the_end_of_a_pause_tells_the_first_day_that_is_still_to_come(world: World) -> None:
    both, one_missed, none = [await promised(world, "acceptance") for _ in range(3)]
    waived = {"citizenStatement": "Hun har fundet et andet sted."}
    with it_is(MONDAY):
        assert (await world.caller("health").post(f"/referrals/{none['id']}/deadline-waiver", waived)).is_success

    await paused(world, both, MONDAY + DAY, MONDAY + 3 * DAY)
    await paused(world, one_missed, MONDAY + 8 * DAY, MONDAY + 10 * DAY)
    await paused(world, none, MONDAY + DAY, MONDAY + 3 * DAY)

    assert await resumed_until(world, both) == [str(MONDAY + 9 * DAY)]
    assert await resumed_until(world, one_missed) == [str(DUE + 2 * DAY)]
    assert await resumed_until(world, none) == [None]
