"""One plan, several sectors: each changes its own efforts, sees what it may, and takes out nothing it cannot see."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cases.plans import again, body, effort, goal, joined, kept, shared, then
from tests.cases.world import Caller, Json, World, agreed, slug


@pytest.fixture
async def case(world: World) -> Json:
    """An open case of employment's."""
    return await world.case()


@pytest.fixture
async def bodil(world: World, case: Json) -> Caller:
    """Somebody of health, which has a part in the case."""
    return await joined(world, case)


async def test_efforts_of_several_sectors_run_beside_each_other(world: World, case: Json, bodil: Caller) -> None:
    await shared(world, case, "plan")
    plan = await kept(world.caller(), case, body(efforts=[effort()]))

    plan = await kept(bodil, case, again(plan, efforts=[*plan["efforts"], effort("health", kind="treatment")]), 1)

    assert sorted(one["sector"] for one in plan["efforts"]) == ["employment", "health"]
    assert plan["hidden"] == 0


async def test_another_sectors_effort_is_left_out_and_counted(world: World, case: Json, bodil: Caller) -> None:
    plan = await kept(world.caller(), case, body(efforts=[effort(), effort()]))
    hers = [one["id"] for one in plan["efforts"]]

    seen = [await bodil.read(f"/cases/{case['id']}/plan{path}") for path in ("", "/versions/1", "/versions")]

    assert [(one["efforts"], one["hidden"]) for one in seen[:2]] == [([], 2)] * 2
    for told in (seen[1]["changes"], seen[2]["items"][0]["changes"]):
        assert (told["efforts"]["added"], told["hidden"]) == ([], 2)
        assert len(told["goals"]["added"]) == 1
    assert not any(effort_id in str(seen) for effort_id in hers)


@pytest.mark.parametrize("category", ["plan", "notes"])
async def test_a_consent_opens_what_it_covers_and_its_end_closes_it(
    world: World, case: Json, bodil: Caller, category: str
) -> None:
    await kept(world.caller(), case, body(efforts=[effort()]))
    consent = await shared(world, case, category)

    covered = await bodil.read(f"/cases/{case['id']}/plan")
    await world.caller().does(f"/cases/{case['id']}/consents/{consent['id']}/withdrawal", {})
    after = await bodil.read(f"/cases/{case['id']}/plan")

    assert (len(covered["efforts"]), covered["hidden"]) == ((1, 0) if category == "plan" else (0, 1))
    assert (after["efforts"], after["hidden"]) == ([], 1)


async def test_who_cannot_see_an_effort_never_removes_it(world: World, case: Json, bodil: Caller) -> None:
    plan = await kept(world.caller(), case, body(efforts=[effort()]))

    written = await kept(bodil, case, body(goal(about="other"), efforts=[effort("health")]), 1)

    assert ([one["sector"] for one in written["efforts"]], written["hidden"]) == (["health"], 1)
    mine = await world.caller().read(f"/cases/{case['id']}/plan")
    assert (mine["efforts"], mine["hidden"]) == (plan["efforts"], 1)


MEDDLING: dict[str, Any] = {
    "added": lambda plan: [*plan["efforts"], effort("health")],
    "removed": lambda plan: [one for one in plan["efforts"] if one["sector"] != "health"],
    "changed": lambda plan: [{**one, "kind": "other"} for one in plan["efforts"]],
    "commented": lambda plan: [{**one, "citizenComment": None} for one in plan["efforts"]],
    "taken over": lambda plan: [{**one, "sector": "employment"} for one in plan["efforts"]],
    "given away": lambda plan: [{**one, "sector": "health"} for one in plan["efforts"]],
}


@pytest.mark.parametrize("how", MEDDLING)
async def test_a_sector_changes_only_its_own_efforts(world: World, case: Json, bodil: Caller, how: str) -> None:
    hers_to_employment = agreed(fromSector="health", toSector="employment", dataCategories=["plan"])
    await bodil.does(f"/cases/{case['id']}/consents", hers_to_employment)
    await kept(world.caller(), case, body(efforts=[effort()]))
    await kept(bodil, case, body(efforts=[effort("health")]), 1)
    plan = await world.caller().read(f"/cases/{case['id']}/plan")

    answer = await then(world.caller(), case, again(plan, efforts=MEDDLING[how](plan)), 2)

    assert (answer.status_code, slug(answer)) == (403, "effort-of-another-sector")
    assert (await world.caller().read(f"/cases/{case['id']}/plan")) == plan


async def test_an_id_of_an_effort_one_cannot_see_is_not_taken_over(world: World, case: Json, bodil: Caller) -> None:
    plan = await kept(world.caller(), case, body(efforts=[effort()]))
    taken = effort("health", id=plan["efforts"][0]["id"])

    answer = await then(bodil, case, body(efforts=[taken]), 1)

    assert (answer.status_code, slug(answer)) == (403, "effort-of-another-sector")


async def test_a_sector_without_a_part_runs_nothing(world: World, case: Json) -> None:
    answer = await world.caller().put(
        f"/cases/{case['id']}/plan", body(efforts=[effort("social")]), **{"If-None-Match": "*"}
    )

    assert (answer.status_code, slug(answer)) == (409, "effort-sector-not-involved")


async def test_when_a_goal_is_given_up_the_help_goes_on(world: World, case: Json, bodil: Caller) -> None:
    given_up, stays = str(uuid4()), str(uuid4())
    goals = [goal(id=given_up), goal(id=stays)]
    await kept(world.caller(), case, body(*goals, efforts=[effort(goalId=given_up)]))
    await kept(bodil, case, body(*goals, efforts=[effort("health", goalId=stays)]), 1)

    await kept(bodil, case, body(goals[1], efforts=[]), 2)

    mine = await world.caller().read(f"/cases/{case['id']}/plan")
    assert [one["goalId"] for one in mine["efforts"]] == [None]
    version = await world.caller().read(f"/cases/{case['id']}/plan/versions/3")
    assert version["changes"]["efforts"]["changed"] == [mine["efforts"][0]["id"]]
    assert version["changes"]["hidden"] == 1


@pytest.mark.parametrize("link", ["as it was", "gone with the goal"])
async def test_a_shared_effort_may_be_sent_back_when_its_goal_goes(
    world: World, case: Json, bodil: Caller, link: str
) -> None:
    await shared(world, case, "plan")
    given_up, stays = goal(id=str(uuid4())), goal(id=str(uuid4()))
    plan = await kept(world.caller(), case, body(given_up, stays, efforts=[effort(goalId=given_up["id"])]))
    sent = {**plan["efforts"][0], "goalId": given_up["id"] if link == "as it was" else None}

    written = await kept(bodil, case, again(plan, goals=[stays], efforts=[sent]), 1)

    assert [one["goalId"] for one in written["efforts"]] == [None]


async def test_what_a_sector_left_behind_the_holder_sees_to(world: World, case: Json) -> None:
    await shared(world, case, "plan")
    await kept(world.caller(), case, body(efforts=[effort()]))
    await world.caught(case)
    assert (await world.release(case)).status_code == 201
    bodil = world.caller("health")
    plan = await bodil.read(f"/cases/{case['id']}/plan")

    ended = await kept(bodil, case, again(plan, efforts=[{**plan["efforts"][0], "to": "2026-12-01"}]), 1)
    gone = await kept(bodil, case, again(ended, efforts=[]), 2)

    assert (ended["efforts"][0]["sector"], ended["efforts"][0]["to"]) == ("employment", "2026-12-01")
    assert (gone["efforts"], gone["hidden"]) == ([], 0)


async def test_what_was_left_behind_and_is_not_shared_stays_even_from_the_holder(world: World, case: Json) -> None:
    left = (await kept(world.caller(), case, body(efforts=[effort()])))["efforts"][0]
    await world.caught(case)
    assert (await world.release(case)).status_code == 201
    bodil = world.caller("health")

    meddled = await then(bodil, case, body(efforts=[effort("health", id=left["id"])]), 1)
    written = await kept(bodil, case, body(goal(about="other")), 1)

    assert (meddled.status_code, slug(meddled)) == (403, "effort-of-another-sector")
    assert (written["efforts"], written["hidden"]) == ([], 1)
