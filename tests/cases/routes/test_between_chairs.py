"""Whom no set selects and nobody answers for: counted, and nobody is told who."""

from uuid import UUID

import pytest

from services.cases.repository.assessments import AssessmentRepository
from tests.cases.criteria_examples import (
    EXAMPLE,
    PATH,
    TOO_YOUNG,
    administrator,
    assessment,
    assessments_at,
    auditor,
    criteria_set,
    kept_out,
)
from tests.cases.routes.test_criteria_sets import SETS, day, published
from tests.cases.world import Json, World, slug


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


# -- between chairs ------------------------------------------------------------------------------------------------


async def unselected(world: World) -> list[str]:
    """The open cases that no set selects and nobody answers for."""
    async with world.database.transaction(world.authority) as tx:
        return [str(row.case_id) for row in await AssessmentRepository(tx).unselected_without_path()]


async def test_a_path_whose_sector_has_let_go_leaves_the_citizen_between_chairs(world: World, case: Json) -> None:
    await world.caught(case)
    await world.caller().does(assessments_at(case), assessment())  # what an earlier one came to is history
    await world.caller().does(assessments_at(case), kept_out())
    before = await unselected(world)

    assert (await world.release(case)).status_code == 201

    assert before == []
    assert await unselected(world) == [case["id"]]
    named = {"sector": "health", "responsible": "bodil"}
    await world.caller("health").does(assessments_at(case), kept_out(path=named))
    assert await unselected(world) == []


async def test_who_one_set_selects_is_not_between_chairs(world: World, case: Json) -> None:
    made = await published(world, day())
    await world.caught(case)
    await world.caller().does(assessments_at(case), kept_out())
    await world.caller().does(assessments_at(case), assessment({"age": 40, "homeless": True}, criteriaSetId=made["id"]))
    await world.release(case)
    selected = await unselected(world)

    health = world.caller("health")
    away = {"criteriaSetId": made["id"], "path": {"sector": "employment", "responsible": "anna"}}
    refused = await health.post(assessments_at(case), assessment({"age": 12, "homeless": False}, **away))

    assert selected == []
    assert slug(refused) == "path-sector-not-involved"


async def test_a_closed_case_is_not_between_chairs(world: World, case: Json) -> None:
    await world.caught(case)
    await world.caller().does(assessments_at(case), kept_out())
    await world.release(case)
    assert await unselected(world) == [case["id"]]

    await world.caller("health").does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    assert await unselected(world) == []


# -- who falls between ---------------------------------------------------------------------------------------------


async def test_who_falls_between_is_counted_and_nobody_is_told(world: World) -> None:
    anna = world.caller()
    cases = [await world.case() for _ in range(16)]
    for case in cases[:10]:
        await anna.does(assessments_at(case), kept_out())
    for case in cases[5:10]:  # the latest counts, and each citizen once
        await anna.does(assessments_at(case), assessment())
    for case in cases[10:15]:
        await anna.does(assessments_at(case), assessment({"age": 41}, path=PATH))
    await anna.does(assessments_at(cases[15]), assessment())
    coverage = f"{SETS}/{EXAMPLE}/coverage"

    counted = await world.caller(role="team-lead").read(coverage)

    assert {name: counted[name] for name in ("assessed", "selected", "notSelected", "unknown")} == {
        "assessed": 16,
        "selected": 6,
        "notSelected": 5,
        "unknown": 5,
    }
    lines = {tuple(one["criteria"]): one["people"] for one in counted["keptOut"]}
    # All five for one reason is as much as a name; so the reason is not told.
    assert set(lines.values()) == {None}
    assert {(), ("aged-twenty-five",), ("min-plan",)} <= set(lines)
    assert await auditor(world).read(coverage) == counted
    for other in (anna, administrator(world)):
        assert slug(await other.get(coverage)) == "role-missing"
    assert not [case for case in cases if case["id"] in str(counted)]


async def test_by_what_citizens_are_kept_out_is_told_where_it_can_be(world: World) -> None:
    anna = world.caller()
    for facts in [TOO_YOUNG] * 6 + [TOO_YOUNG | {"has-min-plan": False}] * 5:
        await anna.does(assessments_at(await world.case()), kept_out(facts=assessment(facts)["facts"]))

    counted = await world.caller(role="team-lead").read(f"{SETS}/{EXAMPLE}/coverage")

    lines = {tuple(one["criteria"]): one["people"] for one in counted["keptOut"]}
    assert (counted["assessed"], counted["notSelected"]) == (11, None)
    assert set(lines.values()) == {None}
    for _ in range(5):
        await anna.does(assessments_at(await world.case()), assessment())
    for _ in range(5):
        await anna.does(assessments_at(await world.case()), assessment({"age": 41}, path=PATH))

    counted = await world.caller(role="team-lead").read(f"{SETS}/{EXAMPLE}/coverage")

    lines = {tuple(one["criteria"]): one["people"] for one in counted["keptOut"]}
    assert (counted["assessed"], counted["notSelected"]) == (21, 11)
    assert {criteria: people for criteria, people in lines.items() if people} == {("aged-twenty-five",): 6}


async def test_a_draft_and_anothers_set_cover_nobody(world: World) -> None:
    draft = await administrator(world).does(SETS, criteria_set())
    lead = world.caller(role="team-lead")

    assert (await lead.get(f"{SETS}/{draft['id']}/coverage")).status_code == 404
    assert (await lead.get(f"{SETS}/{UUID(int=7)}/coverage")).status_code == 404
