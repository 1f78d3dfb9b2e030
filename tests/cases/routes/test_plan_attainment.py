"""How far goals are reached: seen on a day, never rewritten, and one figure that says what it rests on."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cases.plans import again, body, goal, joined, kept, scaled
from tests.cases.world import Json, World, slug, somewhere


@pytest.fixture
async def case(world: World) -> Json:
    """An open case of employment's."""
    return await world.case()


async def planned(world: World, case: Json, *goals: Json) -> list[str]:
    """The ids of the goals of a new plan."""
    plan = await kept(world.caller(), case, body(*goals))
    return [one["id"] for one in plan["goals"]]


async def seen(world: World, case: Json, goal_id: str, level: int, on: str = "2026-06-01") -> Json:
    """A level that was seen."""
    return await world.caller().does(f"/cases/{case['id']}/goals/{goal_id}/attainments", {"level": level, "on": on})


async def score(world: World, case: Json, **on: str) -> Json:
    """How far all goals are."""
    return await world.caller().read(f"/cases/{case['id']}/plan/attainment", **on)


async def test_what_was_seen_is_kept_and_read(world: World, case: Json) -> None:
    [goal_id] = await planned(world, case, scaled())
    path = f"/cases/{case['id']}/goals/{goal_id}/attainments"

    answer = await world.caller().post(path, {"level": 1, "on": "2026-06-01"})

    made = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"/v1{path}/{made['id']}"
    assert (made["level"], made["on"], made["planVersion"], made["goalId"]) == (1, "2026-06-01", 1, goal_id)
    assert made["recordedBy"] == {"sector": "employment", "unit": None}
    assert await world.caller().read(f"{path}/{made['id']}") == made
    assert (await world.caller().read(path))["items"] == [made]
    assert [look.what for look in await world.looked()] == ["attainment", "attainments"]


async def test_the_score_tells_what_it_rests_on(world: World, case: Json) -> None:
    first, second, _, _ = await planned(world, case, scaled(2), scaled(1), scaled(3), goal())
    await seen(world, case, first, 1)
    await seen(world, case, second, 2)

    told = await score(world, case)

    assert (told["score"], told["baselineScore"]) == (66.06, 37.95)
    assert (told["n"], told["withoutScale"], told["withoutAttainment"]) == (2, 1, 1)
    assert (told["rho"], told["planVersion"]) == (0.3, 1)
    assert "Kiresuk" in told["convention"]


async def test_nothing_to_count_is_no_score(world: World, case: Json) -> None:
    await planned(world, case, scaled(), goal())

    told = await score(world, case)

    assert (told["score"], told["baselineScore"], told["n"]) == (None, None, 0)


async def test_the_latest_day_counts_and_of_a_day_what_was_told_last(world: World, case: Json) -> None:
    [goal_id] = await planned(world, case, scaled())
    for level, on in ((2, "2026-09-01"), (-2, "2026-06-01"), (0, "2026-06-01"), (1, "2026-03-01")):
        await seen(world, case, goal_id, level, on)

    scores = [(await score(world, case, on=day))["score"] for day in ("2026-02-28", "2026-03-01", "2026-06-01")]

    assert scores == [None, 60.0, 50.0]
    assert (await score(world, case))["score"] == 70.0
    listed = await world.caller().read(f"/cases/{case['id']}/goals/{goal_id}/attainments", limit="3")
    assert [one["level"] for one in listed["items"]] == [2, -2, 0]


async def test_a_goal_that_was_given_up_counts_no_longer(world: World, case: Json) -> None:
    gone, stays = await planned(world, case, scaled(), scaled())
    await seen(world, case, gone, -2)
    await seen(world, case, stays, 2)
    plan = await world.caller().read(f"/cases/{case['id']}/plan")

    await kept(world.caller(), case, again(plan, goals=plan["goals"][1:]), 1)

    told = await score(world, case)
    assert (told["score"], told["n"], told["planVersion"]) == (70.0, 1, 2)
    answer = await world.caller().post(
        f"/cases/{case['id']}/goals/{gone}/attainments", {"level": 1, "on": "2026-06-01"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("what", "told", "status", "why"),
    [
        ("scaled", {"level": 3, "on": "2026-06-01"}, 400, "invalid-request"),
        ("scaled", {"level": 0.5, "on": "2026-06-01"}, 400, "invalid-request"),
        ("scaled", {"level": True, "on": "2026-06-01"}, 400, "invalid-request"),
        ("scaled", {"level": 1}, 400, "invalid-request"),
        ("scaled", {"level": 1, "on": "2199-01-01"}, 400, "attainment-in-the-future"),
        ("plain", {"level": 1, "on": "2026-06-01"}, 409, "goal-without-scale"),
        ("absent", {"level": 1, "on": "2026-06-01"}, 404, "not-found-or-not-yours"),
    ],
)
async def test_what_cannot_be_told_of_a_goal_is_refused(
    world: World, case: Json, what: str, told: Any, status: int, why: str
) -> None:
    ids = dict(zip(("scaled", "plain"), await planned(world, case, scaled(), goal()), strict=True))
    goal_id = ids.get(what, somewhere())

    answer = await world.caller().post(f"/cases/{case['id']}/goals/{goal_id}/attainments", told)

    assert (answer.status_code, slug(answer)) == (status, why)


async def test_who_is_not_at_work_in_the_case_says_nothing_of_its_goals(world: World, case: Json) -> None:
    [goal_id] = await planned(world, case, scaled())
    made = await seen(world, case, goal_id, 1)
    path = f"/cases/{case['id']}/goals/{goal_id}/attainments"
    told = {"level": 1, "on": "2026-06-01"}

    for stranger in (world.caller("health"), world.caller(authority="CVR00000000")):
        assert (await stranger.post(path, told)).status_code == 404
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(f"{path}/{made['id']}")).status_code == 404
    await world.referred(case, "requested")
    refused = await world.caller("health").post(path, told)
    assert (refused.status_code, slug(refused)) == (403, "sector-not-involved")
    bodil = await joined(world, await world.case())
    assert (await bodil.get(f"{path}/{made['id']}")).status_code == 200


async def test_a_closed_case_has_no_more_to_see(world: World, case: Json) -> None:
    [goal_id] = await planned(world, case, scaled())
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    answer = await world.caller().post(
        f"/cases/{case['id']}/goals/{goal_id}/attainments", {"level": 1, "on": "2026-06-01"}
    )

    assert (answer.status_code, slug(answer)) == (409, "case-closed")


async def test_an_attainment_is_found_under_its_own_goal_only(world: World, case: Json) -> None:
    first, second = await planned(world, case, scaled(), scaled())
    made = await seen(world, case, first, 1)

    for goal_id in (second, str(uuid4())):
        answer = await world.caller().get(f"/cases/{case['id']}/goals/{goal_id}/attainments/{made['id']}")
        assert answer.status_code == 404
