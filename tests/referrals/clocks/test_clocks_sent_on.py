"""A request that is sent on takes along what was promised to the citizen, as it stands: nobody waits anew, and nobody
is told twice. What only the new receiver promises starts with the new receiver."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.referrals.clocks.deadlines import tell_batch
from tests.referrals.dated import DAY, DUE, MONDAY, at, clock_rows, it_is, notices, promised
from tests.referrals.world import BODIES, World

WHY = "Hun har selv fundet et andet sted."
NEAR = DUE - 4 * DAY


async def step(world: World, seen: dict[str, Any], action: str, on: date, sector: str = "health", **body: Any) -> Any:
    with it_is(on):
        path = f"/referrals/{seen['id']}/{action}"
        took = await world.caller(sector).post(path, {**BODIES.get(action, {}), **body})
    assert took.is_success, took.text
    return took.json()


async def asked(world: World, *steps: str, **wish: Any) -> dict[str, Any]:
    """A request on a provision that reaches every sector."""
    return await promised(world, *steps, **{"consentId": None, "legalBasis": "fvl-28-2", "toUnit": "alkohol", **wish})


async def sent_on(world: World, seen: dict[str, Any], on: date, to: str = "psykiatri") -> dict[str, Any]:
    """The same request, put to somebody else that day; as its new receiver sees it."""
    made = await step(world, seen, "redirection", on, toUnit=to)
    with it_is(on):
        return dict((await world.caller("health").get(f"/referrals/{made['successorId']}")).json())


async def looks(world: World, *days: date) -> None:
    for day in days:
        await tell_batch(world.database, world.authority, at(day, 13))


def clocks(seen: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(one["guarantee"], one["startedOn"], one["dueOn"], one["state"]) for one in seen["clocks"]]


async def test_the_citizens_own_pause_goes_along(world: World) -> None:
    seen = await asked(world, "acceptance")
    await step(world, seen, "hold", MONDAY + DAY)
    await step(world, seen, "resumption", MONDAY + 9 * DAY)

    onward = await sent_on(world, seen, MONDAY + 9 * DAY)

    assert clocks(onward) == [("drug-treatment", str(MONDAY), str(DUE + 8 * DAY), "running")]


async def test_what_the_citizen_has_waived_stays_waived_and_is_told_no_more(world: World) -> None:
    seen = await asked(world, "acceptance")
    await step(world, seen, "deadline-waiver", MONDAY + DAY, citizenStatement=WHY)

    onward = await sent_on(world, seen, MONDAY + 2 * DAY)
    await looks(world, NEAR, DUE + DAY, DUE + 40 * DAY)

    assert clocks(onward) == [("drug-treatment", str(MONDAY), str(DUE), "waived")]
    assert onward["deadlineWaivers"] == []
    assert await notices(world, seen) == []


@pytest.mark.parametrize("told_first", [True, False], ids=["told-before", "told-after"])
async def test_a_breach_is_told_once_of_the_whole_chain(world: World, told_first: bool) -> None:
    seen = await asked(world)
    if told_first:
        await looks(world, DUE + DAY)

    second = await sent_on(world, seen, DUE + 2 * DAY)
    third = await sent_on(world, second, DUE + 3 * DAY, to="rusmidler")
    await looks(world, DUE + 3 * DAY, DUE + 90 * DAY)

    assert await notices(world, seen) == [("missed", str(DUE))]
    assert clocks(second) == clocks(third) == [("drug-treatment", str(MONDAY), str(DUE), "missed")]
    told = [event for event in await world.announced(seen["caseId"]) if "deadline" in event["type"]]
    assert told[0]["data"]["referralId"] == (seen["id"] if told_first else third["id"])


async def test_that_the_day_comes_near_is_told_once_of_the_whole_chain_and_then_that_it_went_by(world: World) -> None:
    seen = await asked(world)
    await looks(world, NEAR)

    await sent_on(world, seen, NEAR)
    await looks(world, NEAR, DUE, DUE + DAY)

    assert await notices(world, seen) == [("near", str(DUE)), ("missed", str(DUE))]


async def test_the_one_that_was_left_keeps_what_became_of_it_there(world: World) -> None:
    in_time, late = await asked(world), await asked(world)
    await sent_on(world, in_time, DUE)
    await sent_on(world, late, DUE + DAY)

    states = [[(row.state, row.look_at) for row in await clock_rows(world, one)] for one in (in_time, late)]

    assert states == [[("stopped", None)], [("missed", None)]]


async def test_what_only_the_new_receiver_promises_starts_with_it(world: World) -> None:
    receipt = await asked(world, "acceptance", guarantee="dual-diagnosis")

    onward = await sent_on(world, receipt, MONDAY + 5 * DAY)
    before = clocks(onward)
    after = clocks(await step(world, onward, "acceptance", MONDAY + 6 * DAY))

    runs = ("dual-diagnosis", str(MONDAY + 5 * DAY), str(DUE + 5 * DAY), "running")
    assert before == [runs]
    assert after == [("first-contact", str(MONDAY + 6 * DAY), str(MONDAY + 13 * DAY), "running"), runs]


async def test_a_promise_that_ended_meanwhile_holds_up_no_request(world: World) -> None:
    """An authority's own, which ran from the receiver's yes, and which the new receiver does not make."""
    keeper = {"labels": {"da": "Ring først", "en": "Call first"}, "days": 3, "counting": "calendar", "leadDays": 1}
    body = {**keeper, "starts": "acceptance", "validFrom": str(MONDAY), "validTo": str(MONDAY + 2 * DAY), "reason": "?"}
    with it_is(MONDAY):
        who = world.caller(None, role="administrator")
        headers = {**who.headers, "Access-Purpose": "quality-control", "If-None-Match": "*"}
        put = await world.http.put("/v1/guarantees/call-first", headers=headers, json=body)
        assert put.is_success, put.text
    seen = await asked(world, "acceptance", guarantee="call-first")

    onward = await sent_on(world, seen, MONDAY + 5 * DAY)

    assert (onward["guarantee"], clocks(onward)) == ("call-first", [])


async def test_the_town_hears_with_the_new_request_which_day_is_watched_already(world: World) -> None:
    """Else it would drop off the list of who holds, because nobody is told again."""
    near, quiet, waived = [await asked(world) for _ in range(3)]
    await looks(world, NEAR)
    await step(world, waived, "deadline-waiver", NEAR, citizenStatement=WHY)
    later = await asked(world, on=MONDAY + timedelta(days=9))

    days = []
    for one in (near, waived, later):
        await sent_on(world, one, NEAR)
        days.append([event["data"].get("dueOn") for event in await requests(world, one)])

    assert days == [[None, str(DUE)], [None, None], [None, None]]
    assert [event["data"].get("dueOn") for event in await requests(world, quiet)] == [None]


async def requests(world: World, seen: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in await world.announced(seen["caseId"]) if one["type"].endswith("referral-requested.v1")]
