"""The day a request came to a partner without a system: only the partner knows it, and it is never a day too early."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.referrals.clocks.deadlines import tell_batch
from tests.referrals.dated import DAY, DUE, MONDAY, at, it_is, notices, promised
from tests.referrals.partners import Partner, offered
from tests.referrals.world import World, slug


async def asked(world: World, **wish: Any) -> dict[str, Any]:
    """A dated request to a service that is reached by link."""
    return await promised(world, toServiceId=await offered(world), **wish)


async def said_yes(world: World, seen: dict[str, Any], on: date, **body: str) -> Any:
    """The partner says yes by its link, that day."""
    with it_is(on):
        partner = await Partner.of(world, seen["id"])
        assert (await partner.open()).status_code == 201
        return await partner.answer("acceptance", **body)


async def clock(world: World, seen: dict[str, Any], on: date) -> tuple[str, str, str]:
    """The clock of what was promised, as it stands that day."""
    with it_is(on):
        clocks = (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["clocks"]
    (one,) = [one for one in clocks if one["guarantee"] != "first-contact"]
    return one["startedOn"], one["dueOn"], one["state"]


@pytest.mark.parametrize(
    ("body", "started"), [({}, MONDAY), ({"receivedOn": "2026-03-05"}, MONDAY + 3 * DAY)], ids=["unsaid", "said"]
)
async def test_a_partner_without_a_system_says_when_the_request_came(
    world: World, body: dict[str, str], started: date
) -> None:
    sent = await asked(world, guarantee="dual-diagnosis", approachedOn="2026-02-20")

    answered = await said_yes(world, sent, MONDAY + 4 * DAY, **body)

    assert answered.status_code == 201, answered.text
    assert await clock(world, sent, MONDAY + 4 * DAY) == (str(started), str(started + 14 * DAY), "running")


@pytest.mark.parametrize(
    ("received", "refused"),
    [("2026-03-01", "received-before-request"), ("2026-03-07", "time-in-the-future")],
    ids=["before-it-was-sent", "tomorrow"],
)
async def test_it_came_on_no_day_on_which_it_cannot_have_come(world: World, received: str, refused: str) -> None:
    sent = await asked(world, guarantee="dual-diagnosis")

    answered = await said_yes(world, sent, MONDAY + 4 * DAY, receivedOn=received)

    assert (answered.status_code, slug(answered), answered.json()["field"]) == (400, refused, "receivedOn")
    assert await clock(world, sent, MONDAY + 4 * DAY) == (str(MONDAY), str(DUE), "running")


async def test_what_runs_from_the_approach_is_not_moved_by_it(world: World) -> None:
    sent = await asked(world)

    assert (await said_yes(world, sent, MONDAY + 4 * DAY, receivedOn="2026-03-05")).status_code == 201

    assert await clock(world, sent, MONDAY + 4 * DAY) == (str(MONDAY), str(DUE), "running")


async def test_what_was_missed_when_it_was_said_stays_missed(world: World) -> None:
    sent = await asked(world, guarantee="dual-diagnosis")

    assert (await said_yes(world, sent, DUE + DAY, receivedOn=str(DUE))).status_code == 201

    assert await clock(world, sent, DUE + DAY) == (str(MONDAY), str(DUE), "missed")


async def test_that_the_day_comes_near_is_told_of_the_new_day_too(world: World) -> None:
    sent = await asked(world, guarantee="dual-diagnosis")
    await tell_batch(world.database, world.authority, at(DUE - DAY))

    assert (await said_yes(world, sent, DUE - DAY, receivedOn=str(DUE - 7 * DAY))).status_code == 201
    new = DUE + 7 * DAY
    for when in (DUE - DAY, new - 5 * DAY, new - 4 * DAY, new - 3 * DAY):
        await tell_batch(world.database, world.authority, at(when) + timedelta(minutes=1))

    told = [one for one in await notices(world, sent) if one[1] in (str(DUE), str(new))]
    assert told == [("near", str(DUE)), ("near", str(new))]
