"""How many take up what they are offered: counts only, and nobody to be found in them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from chassis.clock import now
from chassis.ids import new_id
from services.cases import tables as t
from tests.cases.plans import joined
from tests.cases.world import Caller, Json, World, slug


async def told(
    world: World, case: Json, *answers: str, caller: Caller | None = None, sector: str = "employment"
) -> None:
    """An offer to the case's citizen, with these answers."""
    by = caller or world.caller(sector)
    path = f"/cases/{case['id']}/offers"
    offer = await by.does(path, {"kind": "mentor", "sector": sector, "from": "2026-12-01"})
    for answer in answers:
        await by.does(f"{path}/{offer['id']}/answer", {"answer": answer})


async def counted(world: World, by: str = "sector") -> list[Json]:
    """The groups, as a team lead reads them."""
    report = await world.caller(role="team-lead").read("/offers/take-up", by=by)
    assert report["by"] == by
    return [{name: value for name, value in group.items() if value is not None} for group in report["groups"]]


async def test_a_citizen_counts_once_by_the_answer_that_goes_furthest(world: World) -> None:
    for _ in range(5):
        case = await world.case()
        await told(world, case, "declined", "accepted")
        await told(world, case, "later")
    for _ in range(5):
        await told(world, await world.case(), "accepted", "declined")
    for _ in range(5):
        case = await world.case()
        await told(world, case)
        await told(world, case, "declined")
    for _ in range(5):
        await told(world, await world.case(), "later")

    assert await counted(world) == [
        {"sector": "employment", "offered": 20, "accepted": 5, "later": 5, "unanswered": 5, "declined": 5}
    ]


async def test_a_few_are_told_as_a_few_and_the_sum_does_not_give_them_away(world: World) -> None:
    for _ in range(5):
        await told(world, await world.case(), "accepted")
    case = await world.case()
    await told(world, case, "declined")
    await told(world, case, caller=await joined(world, case), sector="health")

    assert await counted(world) == [
        {"sector": "employment", "accepted": 5, "later": "<5", "unanswered": "<5", "declined": "<5"},
        {"sector": "health", "offered": "<5", "accepted": "<5", "later": "<5", "unanswered": "<5", "declined": "<5"},
    ]


async def test_many_offers_to_one_citizen_are_still_one_citizen(world: World) -> None:
    case = await world.case()
    for _ in range(6):
        await told(world, case, "accepted")

    assert (await counted(world))[0]["accepted"] == "<5"


async def in_arm(world: World, trial: UUID, case: Json, arm: str, *, ahead: int = -1) -> None:
    """The case's citizen is in an arm of a trial, since an hour ago unless it is said otherwise."""
    allocated = now() + timedelta(hours=ahead)
    async with world.database.transaction(world.authority) as tx:
        citizen = await tx.one(select(t.cases.c.citizen_id).where(t.cases.c.id == case["id"]))
        assert citizen is not None
        row: dict[str, Any] = {"authority": world.authority, "trial_id": trial, "citizen_id": citizen.citizen_id}
        await tx.run(
            insert(t.allocations).values(row | {"arm": arm, "method": "randomised", "allocated_at": allocated})
        )


async def a_trial(world: World) -> UUID:
    """A registered trial with two arms, as a site knows it."""
    trial, at, codes = new_id(), now(), ("voluntary", "comparison")
    registered: dict[str, Any] = {
        "id": trial,
        "authority": world.authority,
        "name": "Et forsøg",
        "status": "registered",
        "starts_on": at.date(),
        "ends_on": at.date(),
        "conflict_group": str(trial),
        "protocol": {"arms": [{"code": code} for code in codes]},
        "founded_at": at,
        "registered_at": at,
        "seed_commitment": "0" * 64,
        "version": 1,
    }
    async with world.database.transaction(world.authority) as tx:
        await tx.run(insert(t.trials).values(registered))
        for code in codes:
            arm = {"authority": world.authority, "trial_id": trial, "code": code, "name_da": code, "name_en": code}
            await tx.run(insert(t.trial_arms).values(arm | {"exempt_from": []}))
    return trial


async def test_by_arm_are_counted_offers_made_after_the_allocation(world: World) -> None:
    trial = await a_trial(world)
    for _ in range(5):
        case = await world.case()
        await in_arm(world, trial, case, "voluntary")
        await told(world, case, "accepted")
    for ahead in (-1, -1, -1, -1, 1):
        case = await world.case()
        await in_arm(world, trial, case, "comparison", ahead=ahead)
        await told(world, case, "accepted")
    await told(world, await world.case(), "accepted")

    assert await counted(world, "arm") == [
        {"arm": "comparison", "trialId": str(trial), "offered": "<5"} | dict.fromkeys(SMALL, "<5"),
        {"arm": "voluntary", "trialId": str(trial), "accepted": 5} | dict.fromkeys(SMALL[1:], "<5"),
    ]


SMALL = ("accepted", "later", "unanswered", "declined")


async def test_another_authoritys_offers_are_not_counted(world: World) -> None:
    for _ in range(5):
        await told(world, await world.case(), "accepted")

    other = await world.caller(authority="CVR00000000", role="team-lead").read("/offers/take-up")

    assert other["groups"] == []


@pytest.mark.parametrize(("role", "status"), [("team-lead", 200), ("caseworker", 403), ("integration", 403)])
async def test_figures_are_for_those_who_lead(world: World, role: str, status: int) -> None:
    answer = await world.caller(role=role).get("/offers/take-up")

    assert answer.status_code == status


@pytest.mark.parametrize("by", ["coordinator", "citizen", "unit", ""])
async def test_nobody_is_counted_by_name(world: World, by: str) -> None:
    answer = await world.caller(role="team-lead").get("/offers/take-up", by=by)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")


async def test_who_counts_looks_at_nobody(world: World) -> None:
    await told(world, await world.case(), "accepted")
    await counted(world)

    assert await world.looked() == []
