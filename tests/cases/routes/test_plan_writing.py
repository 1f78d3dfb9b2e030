"""The one plan: goals first, versions with what changed, a stand that makes it current, nobody's effort lost."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cases.plans import (
    COMPANION,
    SECRETS,
    STATEMENT,
    again,
    body,
    effort,
    first,
    goal,
    joined,
    kept,
    scaled,
    stand,
    then,
)
from tests.cases.world import Json, World, slug, somewhere


@pytest.fixture
async def case(world: World) -> Json:
    """An open case of employment's."""
    return await world.case()


async def test_the_first_plan_is_made_and_read(world: World, case: Json) -> None:
    goal_id = str(uuid4())
    sent = body(
        scaled(id=goal_id, targetDate="2027-06-01"),
        efforts=[effort(goalId=goal_id, to="2027-01-01")],
        citizenAgreement=stand(),
        companion={"name": COMPANION, "relation": "søster"},
        representative={"scope": "whole-case", "from": "2026-11-01"},
    )

    answer = await first(world.caller(), case, sent)

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"/v1/cases/{case['id']}/plan"
    plan = await world.caller().read(f"/cases/{case['id']}/plan")
    assert plan == answer.json()
    assert plan["goals"] == [{**sent["goals"][0], "scale": {"baseline": -1, **sent["goals"][0]["scale"]}}]
    assert plan["efforts"] == [{**sent["efforts"][0], "id": plan["efforts"][0]["id"]}]
    assert plan["citizenAgreement"] == {**stand(), "sinceVersion": 1}
    assert plan["companion"] == sent["companion"]
    assert plan["representative"] == {"name": None, "to": None, **sent["representative"]}
    assert (plan["version"], plan["state"], plan["currentVersion"], plan["hidden"]) == (1, "current", 1, 0)
    assert plan["writtenBy"] == {"sector": "employment", "unit": None}
    assert plan["allowedActions"] == ["recordAttainment", "writePlan"]


@pytest.mark.parametrize("goals", [None, [], [goal(inCitizensWords="  \n")]], ids=["none", "empty", "blank"])
async def test_a_plan_without_the_citizens_goals_is_refused(world: World, case: Json, goals: Any) -> None:
    answer = await first(world.caller(), case, {} if goals is None else {"goals": goals})

    assert (answer.status_code, slug(answer)) == (409, "plan-without-citizens-goals")


async def test_there_is_no_plan_before_one_is_written(world: World, case: Json) -> None:
    for path in ("plan", "plan/versions/1", "plan/attainment"):
        assert (await world.caller().get(f"/cases/{case['id']}/{path}")).status_code == 404, path
    assert (await world.caller().read(f"/cases/{case['id']}/plan/versions"))["items"] == []


@pytest.mark.parametrize(
    ("there_is", "headers", "status"),
    [
        (False, {}, 428),
        (True, {}, 428),
        (False, {"If-Match": "*"}, 428),
        (True, {"If-None-Match": '"1"'}, 428),
        (False, {"If-Match": '"1"'}, 412),
        (False, {"If-Match": '"0"'}, 412),
        (True, {"If-None-Match": "*"}, 412),
        (True, {"If-Match": '"2"'}, 412),
        (True, {"If-Match": 'W/"1"'}, 412),
        (True, {"If-Match": '"1"', "If-None-Match": "*"}, 412),
        (True, {"If-Match": '"1"'}, 200),
    ],
)
async def test_nobody_writes_over_what_they_have_not_read(
    world: World, case: Json, there_is: bool, headers: dict[str, str], status: int
) -> None:
    if there_is:
        await kept(world.caller(), case, body())

    answer = await world.caller().put(f"/cases/{case['id']}/plan", body(), **headers)

    assert answer.status_code == status, answer.text


# -- the citizen's stand ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("agrees", "told"), [(True, ["plan-agreed"]), (False, [])])
async def test_either_stand_makes_a_plan_current(world: World, case: Json, agrees: bool, told: list[str]) -> None:
    plan = await kept(world.caller(), case, body(citizenAgreement=stand(agrees=agrees)))

    assert (plan["state"], plan["citizenAgreement"]["agrees"]) == ("current", agrees)
    announced = [event for event in await world.announced(case["id"]) if "plan" in event["type"]]
    assert [event["type"].split(".")[-2] for event in announced] == told
    assert [event["data"] for event in announced] == [{"planVersion": 1}] * len(told)


async def test_a_draft_leaves_the_current_plan_as_it_is(world: World, case: Json) -> None:
    agreed = await kept(world.caller(), case, body(citizenAgreement=stand()))

    draft = await kept(world.caller(), case, again(agreed, citizenAgreement=None), 1)
    other = await kept(world.caller(), case, again(draft, companion={"name": COMPANION}), 2)

    assert (draft["state"], draft["currentVersion"]) == ("draft", 1)
    assert (other["state"], other["currentVersion"]) == ("draft", 1)
    versions = (await world.caller().read(f"/cases/{case['id']}/plan/versions"))["items"]
    assert [(one["version"], one["state"]) for one in versions] == [(3, "draft"), (2, "superseded"), (1, "current")]


async def test_a_new_stand_supersedes_draft_and_current_plan(world: World, case: Json) -> None:
    plan = await kept(world.caller(), case, body(citizenAgreement=stand()))
    plan = await kept(world.caller(), case, again(plan, citizenAgreement=None), 1)

    plan = await kept(world.caller(), case, again(plan, citizenAgreement=stand(agrees=False)), 2)

    assert (plan["state"], plan["currentVersion"], plan["citizenAgreement"]["sinceVersion"]) == ("current", 3, 3)
    versions = (await world.caller().read(f"/cases/{case['id']}/plan/versions"))["items"]
    assert [(one["state"], one["agrees"]) for one in versions] == [
        ("current", False),
        ("superseded", None),
        ("superseded", True),
    ]


async def test_a_stand_that_is_repeated_says_since_when_it_stands(world: World, case: Json) -> None:
    plan = await kept(world.caller(), case, body(citizenAgreement=stand()))

    plan = await kept(world.caller(), case, again(plan, efforts=[effort()]), 1)

    assert (plan["version"], plan["citizenAgreement"]["sinceVersion"]) == (2, 1)


async def test_a_stand_of_tomorrow_is_refused(world: World, case: Json) -> None:
    answer = await first(world.caller(), case, body(citizenAgreement=stand(at="2199-01-01T00:00:00Z")))

    assert (answer.status_code, slug(answer)) == (400, "agreement-in-the-future")


# -- versions -----------------------------------------------------------------------------------------------------


async def test_a_version_says_what_it_changed(world: World, case: Json) -> None:
    stays, goes, comes = (str(uuid4()) for _ in range(3))
    plan = await kept(world.caller(), case, body(goal(id=stays), goal(id=goes), efforts=[effort(id=goes)]))
    sent = again(plan, goals=[goal(id=comes), goal(id=stays, about="debt")], efforts=[effort(id=comes)])

    await kept(world.caller("employment", "employment:nord"), case, sent, 1)

    version = await world.caller().read(f"/cases/{case['id']}/plan/versions/2")
    assert version["changes"] == {
        "goals": {"added": [comes], "removed": [goes], "changed": [stays]},
        "efforts": {"added": [comes], "removed": [goes], "changed": []},
        "also": [],
        "hidden": 0,
    }
    assert version["writtenBy"] == {"sector": "employment", "unit": "employment:nord"}
    listed = (await world.caller().read(f"/cases/{case['id']}/plan/versions"))["items"]
    assert listed[0]["changes"] == version["changes"]
    assert "anna" not in str(listed) + str(version)


async def test_the_other_parts_and_the_order_of_goals_are_changes_too(world: World, case: Json) -> None:
    plan = await kept(world.caller(), case, body(goal(), goal(about="other")))
    sent = again(plan, goals=plan["goals"][::-1], companion={"name": COMPANION}, citizenAgreement=stand())

    await kept(world.caller(), case, sent, 1)

    version = await world.caller().read(f"/cases/{case['id']}/plan/versions/2")
    assert version["changes"]["also"] == ["goalOrder", "citizenAgreement", "companion"]
    assert [one["about"] for one in version["goals"]] == ["other", "family"]


async def test_what_says_nothing_new_makes_no_version(world: World, case: Json) -> None:
    plan = await kept(world.caller(), case, body(scaled(), efforts=[effort()], citizenAgreement=stand()))

    same = await kept(world.caller(), case, again(plan), 1)

    assert same == plan
    assert [event["type"] for event in await world.announced(case["id"])].count("dk.helhed.cases.plan-agreed.v1") == 1


async def test_an_old_version_is_read_as_it_was(world: World, case: Json) -> None:
    plan = await kept(world.caller(), case, body(citizenAgreement=stand()))
    await kept(world.caller(), case, again(plan, goals=[goal(about="debt")], citizenAgreement=None), 1)

    answer = await world.caller().get(f"/cases/{case['id']}/plan/versions/1")

    assert answer.headers["ETag"] == '"1"'
    assert [answer.json()[name] for name in ("goals", "citizenAgreement")] == [plan["goals"], plan["citizenAgreement"]]
    assert (await world.caller().get(f"/cases/{case['id']}/plan/versions/3")).status_code == 404


async def test_versions_come_in_pages(world: World, case: Json) -> None:
    for version in range(3):
        await kept(world.caller(), case, body(), version)

    page = await world.caller().read(f"/cases/{case['id']}/plan/versions", limit="2")
    rest = await world.caller().read(f"/cases/{case['id']}/plan/versions", limit="2", cursor=page["page"]["next"])

    assert [one["version"] for one in page["items"] + rest["items"]] == [3, 2, 1]


# -- what is refused ----------------------------------------------------------------------------------------------

BAD: dict[str, Json] = {
    "about nothing known": body(goal(about="astrology")),
    "a scale of four levels": body(goal(scale={"levels": {"-2": "a", "-1": "b", "0": "c", "1": "d"}})),
    "a level too many": body(goal(scale={"levels": {**{str(n): "x" for n in range(-2, 3)}, "3": "x"}})),
    "no weight": body(goal(scale={"weight": 0, "levels": {str(n): "x" for n in range(-2, 3)}})),
    "a baseline off the scale": body(goal(scale={"baseline": -3, "levels": {str(n): "x" for n in range(-2, 3)}})),
    "an effort that ends before it begins": body(efforts=[effort(to="2026-10-31")]),
    "an effort from no day": body(efforts=[{"sector": "employment", "kind": "mentor"}]),
    "a sector nobody knows": body(efforts=[effort("astrology")]),
    "an effort for a goal that is not there": body(efforts=[effort(goalId=somewhere())]),
    "an id twice": body(
        goal(id="0190a0a0-0000-7000-8000-000000000001"), goal(id="0190a0a0-0000-7000-8000-000000000001")
    ),
    "a stand without words": body(citizenAgreement={"agrees": True, "at": "2026-03-02T09:00:00Z"}),
    "a representative for nothing": body(representative={"from": "2026-11-01"}),
    "a consequence": body(goal(sanction="none")),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_cannot_be_meant_is_refused(world: World, case: Json, what: str) -> None:
    answer = await first(world.caller(), case, BAD[what])

    assert answer.status_code == 400, answer.text
    assert (await world.caller().get(f"/cases/{case['id']}/plan")).status_code == 404


async def test_a_plan_of_somebody_else_is_not_there(world: World, case: Json) -> None:
    await kept(world.caller(), case, body())

    for stranger in (world.caller("health"), world.caller(authority="CVR00000000"), world.caller(None)):
        for path in ("plan", "plan/versions", "plan/versions/1", "plan/attainment"):
            assert (await stranger.get(f"/cases/{case['id']}/{path}")).status_code == 404, path
        assert (await then(stranger, case, body(), 1)).status_code == 404
    assert (await then(world.caller(role="evaluator"), case, body(), 1)).status_code == 403


async def test_who_is_only_asked_reads_and_does_not_write(world: World, case: Json) -> None:
    await kept(world.caller(), case, body())
    await world.referred(case, "requested")

    plan = await world.caller("health").read(f"/cases/{case['id']}/plan")
    answer = await then(world.caller("health"), case, body(), 1)

    assert plan["allowedActions"] == []
    assert (answer.status_code, slug(answer)) == (403, "sector-not-involved")


async def test_the_plan_of_a_closed_case_is_read_and_not_written(world: World, case: Json) -> None:
    await kept(world.caller(), case, body())
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    answer = await then(world.caller(), case, body(), 1)

    assert (answer.status_code, slug(answer)) == (409, "case-closed")
    assert (await world.caller().read(f"/cases/{case['id']}/plan"))["allowedActions"] == []


async def test_every_look_at_a_plan_is_logged(world: World, case: Json) -> None:
    await kept(world.caller(), case, body())
    for path in ("plan", "plan/versions", "plan/versions/1", "plan/attainment"):
        await world.caller().read(f"/cases/{case['id']}/{path}")

    looks = [look.what for look in await world.looked()]

    assert looks == ["plan", "plan-versions", "plan-version", "plan-attainment"]


async def test_no_word_of_the_plan_is_announced(world: World, case: Json) -> None:
    sent = body(scaled(), efforts=[effort()], citizenAgreement=stand(), companion={"name": COMPANION})

    await kept(world.caller(), case, sent)

    told = str(await world.announced(case["id"]))
    assert not any(secret in told for secret in SECRETS)


async def test_any_sector_at_work_may_write_goals_and_the_stand(world: World, case: Json) -> None:
    plan = await kept(world.caller(), case, body())
    bodil = await joined(world, case)

    plan = await kept(bodil, case, again(plan, goals=[goal(about="other")], citizenAgreement=stand()), 1)

    assert (plan["writtenBy"]["sector"], plan["citizenAgreement"]["statement"]) == ("health", STATEMENT)
