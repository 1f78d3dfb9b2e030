"""A sender that has let go reads the unit that it asked, and finds its request by no other."""

from typing import Any

import pytest

from tests.referrals.world import World, let_go


async def moved(world: World) -> tuple[str, str]:
    """A request to a unit of health that is another unit's now and taken on by a third; one that was taken on elsewhere
    at once. Employment has let both go."""
    ids = []
    for reorganised in (True, False):
        case = await world.case()
        asked = await world.referral(case=case, toUnit="alkohol")
        path = f"/referrals/{asked['id']}"
        yes = await world.caller("health").post(f"{path}/acceptance", {"responsibleUnit": "misbrug"})
        assert yes.is_success, yes.text
        if reorganised:
            lead = world.caller("health", role="team-lead")
            done = await lead.post("/unit-reassignments", {"fromUnit": "alkohol", "toUnit": "rusmidler"})
            assert done.json()["moved"] == 1, done.text
        await world.tell(case.id, let_go())
        ids.append(asked["id"])
    return ids[0], ids[1]


async def found(world: World, sector: str, **by: str) -> set[str]:
    items: list[dict[str, Any]] = (await world.caller(sector).get("/referrals", **by)).json()["items"]
    return {item["id"] for item in items}


@pytest.mark.parametrize("sort", [{}, {"sort": "dueOn"}], ids=["newest", "due"])
async def test_it_finds_its_request_by_the_unit_that_it_asked_and_by_no_other(
    world: World, sort: dict[str, str]
) -> None:
    both = set(await moved(world))

    for unit in ("alkohol", "health:alkohol", "alkohol,misbrug", "alkohol,rusmidler"):
        assert await found(world, "employment", toUnit=unit, **sort) == both
    for unit in ("misbrug", "health:misbrug", "rusmidler", "misbrug,rusmidler"):
        assert await found(world, "employment", toUnit=unit, **sort) == set()
    assert await found(world, "health", toUnit="misbrug", **sort) == both


async def test_it_reads_the_unit_that_it_asked(world: World) -> None:
    reorganised, _ = await moved(world)

    sent = (await world.caller("employment").get(f"/referrals/{reorganised}")).json()
    received = (await world.caller("health").get(f"/referrals/{reorganised}")).json()

    assert (sent["to"]["unit"], sent["responsibleUnit"]) == ("alkohol", None)
    assert (received["to"]["unit"], received["responsibleUnit"]) == ("rusmidler", "misbrug")


async def test_moved_twice_it_is_still_the_first(world: World) -> None:
    case = await world.case()
    asked = await world.referral(case=case, toUnit="alkohol")
    lead = world.caller("health", role="team-lead")
    for before, after in (("alkohol", "rusmidler"), ("rusmidler", "misbrug")):
        await lead.post("/unit-reassignments", {"fromUnit": before, "toUnit": after})
    sender = (await world.caller("employment").get(f"/referrals/{asked['id']}")).json()
    await world.tell(case.id, let_go())

    former = (await world.caller("employment").get(f"/referrals/{asked['id']}")).json()

    assert (sender["to"]["unit"], former["to"]["unit"]) == ("misbrug", "alkohol")
