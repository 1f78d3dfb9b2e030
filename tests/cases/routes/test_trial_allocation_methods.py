"""Arms are drawn, follow a caseworker, a unit or an authority, step over on a day, or are named by who may: and fifty
who come at once are given places one after another."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from services.cases.tables import allocations
from tests.cases.trials import BOTH, YES, arms, enrolled, recruiting, revealed
from tests.cases.world import Json, World, opening, slug

NAMED = {"method": "assigned", "rule": "Efter måneden, borgeren kom i."}
MANY = 50


async def enrol(world: World, trial: Json, case: Json, who: Any = None, **changes: Any) -> httpx2.Response:
    """What is answered to who enrols this case; who is told to come again does."""
    body = {"caseId": case["id"], "consents": YES} | changes
    while True:
        answer = await (who or world.caller()).post(f"/trials/{trial['id']}/enrolments", body)
        if answer.status_code != 503:
            return answer


# -- fifty at once ------------------------------------------------------------------------------------------------


async def test_fifty_at_once_are_balanced_block_by_block_and_reproduced_from_the_seed(world: World) -> None:
    sizes = {"ratio": {"voluntary": 1, "comparison": 1}, "blockSizes": [4]}
    trial = await recruiting(world, allocation=sizes)
    cases = [await world.case() for _ in range(MANY)]

    answers = await asyncio.gather(*(enrol(world, trial, case) for case in cases))

    assert {answer.status_code for answer in answers} == {201}
    told = await revealed(world, trial)
    [listed] = told["lists"]
    assert (told["reproduced"], len(listed["arms"])) == (True, MANY)
    blocks = [listed["arms"][start : start + 4] for start in range(0, MANY - 2, 4)]
    assert {tuple(sorted(block)) for block in blocks} == {("comparison", "comparison", "voluntary", "voluntary")}
    assert Counter(answer.json()["arm"] for answer in answers) == Counter(listed["arms"])


async def test_a_citizen_who_is_enrolled_twice_at_once_is_enrolled_once(world: World) -> None:
    trial, case = await recruiting(world), await world.case()

    answers = await asyncio.gather(*(enrol(world, trial, case) for _ in range(8)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    [listed] = (await revealed(world, trial))["lists"]
    assert len(listed["arms"]) == 1


async def test_what_is_refused_leaves_no_hole_in_the_list(world: World) -> None:
    trial, case = await recruiting(world), await world.case()

    for _ in range(3):
        await enrol(world, trial, case)

    told = await revealed(world, trial)
    assert (told["reproduced"], [len(one["arms"]) for one in told["lists"]]) == (True, [1])


async def test_the_evaluated_and_the_others_have_lists_of_their_own(world: World) -> None:
    trial = await recruiting(world)
    for consents in (BOTH, YES, BOTH):
        made = await enrolled(world, trial, consents=consents)
        if consents is BOTH:
            at = f"/trials/{trial['id']}/enrolments/{made['id']}/baseline"
            await world.caller().does(at, {"outcome": "answered"})

    told = await revealed(world, trial)

    lists = {one["name"].rpartition("/")[2]: len(one["arms"]) for one in told["lists"]}
    assert (told["reproduced"], lists) == (True, {"evaluated": 2, "not-evaluated": 1})


# -- clusters -----------------------------------------------------------------------------------------------------


async def test_all_who_come_to_one_caseworker_get_their_arm(world: World) -> None:
    trial = await recruiting(world, allocation={"unit": "caseworker", "blockSizes": [2]})
    caseworkers = ("anna", "bo", "carl", "dina")
    cases = {
        name: [await world.caller(subject=name).does("/cases", opening()) for _ in range(3)] for name in caseworkers
    }
    order = [(name, case) for name, theirs in cases.items() for case in theirs]
    random.Random(7).shuffle(order)

    answers = await asyncio.gather(*(enrol(world, trial, case) for _, case in order))

    found = {(name, answer.json()["arm"]) for (name, _), answer in zip(order, answers, strict=True)}
    assert len(found) == len(caseworkers)
    assert Counter(arm for _, arm in found) == {"voluntary": 2, "comparison": 2}
    [listed] = (await revealed(world, trial))["lists"]
    assert (listed["name"], len(listed["arms"])) == (f"{world.authority}/caseworkers", 4)
    assert listed["reproduced"]


async def test_authorities_are_drawn_from_one_list(world: World) -> None:
    other = "CVR" + world.authority[:2:-1]
    trial = await recruiting(world, world.authority, other, allocation={"unit": "authority", "blockSizes": [2]})
    there = world.caller(authority=other)

    here = [(await enrolled(world, trial))["arm"] for _ in range(2)]
    away = [(await enrol(world, trial, await there.does("/cases", opening()), there)).json()["arm"] for _ in range(2)]

    assert (len(set(here)), len(set(away)), len({*here, *away})) == (1, 1, 2)
    assert [one["name"] for one in (await revealed(world, trial))["lists"]] == ["authorities"]


async def test_who_has_no_unit_cannot_follow_one(world: World) -> None:
    trial = await recruiting(world, allocation={"unit": "unit"})
    with_unit = world.caller("employment", "north")
    case = await with_unit.does("/cases", opening())

    assert slug(await enrol(world, trial, await world.case())) == "case-without-cluster"
    assert (await enrol(world, trial, case, with_unit)).status_code == 201


@pytest.mark.parametrize(("day", "arm"), [("2026-01-15", "new"), ("2029-01-01", "comparison")])
async def test_an_authority_steps_over_on_its_day(world: World, day: str, arm: str) -> None:
    steps = [{"cluster": world.authority, "from": day}, {"cluster": "0999", "from": "2026-01-02"}]
    how = {"unit": "authority", "method": "stepped-wedge", "steps": steps}
    trial = await recruiting(world, allocation=how, arms=arms("new", "comparison"))

    assert (await enrolled(world, trial))["arm"] == arm
    assert (await revealed(world, trial))["lists"] == []


# -- arms that are named ------------------------------------------------------------------------------------------


async def test_where_arms_are_named_a_team_lead_names_them_and_it_is_recorded_who(world: World) -> None:
    trial, case = await recruiting(world, allocation=NAMED), await world.case()
    lead = world.caller(role="team-lead", subject="tove")

    by_others = await enrol(world, trial, case, arm="voluntary")
    unnamed, unknown = await enrol(world, trial, case, lead), await enrol(world, trial, case, lead, arm="nobody")
    made = await enrol(world, trial, case, lead, arm="voluntary", consents=BOTH)

    assert (by_others.status_code, slug(by_others)) == (403, "arm-is-not-named")
    assert [slug(one) for one in (unnamed, unknown)] == ["arm-must-be-named"] * 2
    assert unnamed.json()["arms"] == ["comparison", "voluntary"]
    assert (made.json()["arm"], made.json()["status"]) == (None, "awaiting-baseline")
    at = f"/trials/{trial['id']}/enrolments/{made.json()['id']}/baseline"
    assert (await world.caller().does(at, {"outcome": "answered"}))["arm"] == "voluntary"
    async with world.database.transaction(world.authority) as tx:
        [kept] = await tx.all(select(allocations))
    assert (kept.arm, kept.method, kept.allocated_by) == ("voluntary", "assigned", "tove")


async def test_who_is_only_compared_with_agrees_to_no_other_effort(world: World) -> None:
    trial = await recruiting(world, allocation=NAMED | {"method": "historical"})
    lead, none = world.caller(role="team-lead"), {"effort": False, "evaluation": True}

    compared = await enrol(world, trial, await world.case(), lead, arm="comparison", consents=none)
    treated = await enrol(world, trial, await world.case(), lead, arm="voluntary", consents=none)

    assert compared.status_code == 201
    assert slug(treated) == "consent-to-effort-missing"
