"""Many at once: who comes first is served, the others are told, and nothing happens twice."""

import asyncio
from collections import Counter

from tests.cases.world import Json, World, slug

CROWD = 50


async def release_until_answered(world: World, case: Json, number: int) -> str:
    """One of many clients, each with a key and a name of its own; whoever is told to come again comes again."""
    caller, body = world.caller(subject=f"client-{number}"), {"sector": "employment", "reason": "Hun er grebet."}
    while True:
        answer = await caller.post(f"/cases/{case['id']}/releases", body)
        if answer.status_code != 503:
            return "released" if answer.status_code == 201 else slug(answer)


async def test_fifty_who_release_the_same_case_at_once_release_it_once(world: World) -> None:
    case = await world.case("debt", "housing")
    for need in range(2):
        await world.caught(case, need=need)

    told = Counter(await asyncio.gather(*[release_until_answered(world, case, n) for n in range(CROWD)]))

    # Who has let go sees the case no more: the others are told what everybody is told who has no part in it.
    assert told == {"released": 1, "not-found-or-not-yours": CROWD - 1}
    holders = (await world.caller("health").read(f"/cases/{case['id']}/responsibility"))["history"]
    assert [one["sector"] for one in holders if one["kind"] == "holder"] == ["employment", "health"]
    types = Counter(event["type"].split(".")[-2] for event in await world.announced(case["id"]))
    assert (types["sector-released"], types["responsibility-transferred"]) == (1, 1)


async def test_fifty_who_take_over_the_coordination_follow_one_another(world: World) -> None:
    case = await world.case()

    async def assign(number: int) -> int:
        while True:
            body = {"subject": f"person-{number}"}
            answer = await world.caller().post(f"/cases/{case['id']}/coordinator", body)
            if answer.status_code != 503:
                return answer.status_code

    assert Counter(await asyncio.gather(*[assign(n) for n in range(CROWD)])) == {200: CROWD}
    told = await world.caller().read(f"/cases/{case['id']}/responsibility")
    stretches = [one for one in told["history"] if one["kind"] == "coordinator"]
    assert len(stretches) == CROWD + 1
    assert len([one for one in stretches if one["to"] is None]) == 1
