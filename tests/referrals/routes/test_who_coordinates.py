"""A citizen's coordinator is a person: neither the system that brings a receipt nor the link by which it comes."""

from typing import Any

import pytest

from tests.referrals.partners import Partner, linkable
from tests.referrals.world import World, slug


async def receipt(world: World, role: str, body: dict[str, Any]) -> Any:
    seen = await world.referral("acceptance")
    answer = await world.caller("health", role=role, subject="s-anna").post(
        f"/referrals/{seen['id']}/handover-receipt", body
    )
    return slug(answer) if answer.is_error else answer.json()["handoverReceipt"]["coordinator"]


@pytest.mark.parametrize("role", ["caseworker", "team-lead"])
@pytest.mark.parametrize("holding", [True, False])
async def test_a_person_coordinates_unless_another_is_named(world: World, role: str, holding: bool) -> None:
    assert await receipt(world, role, {"takesHolding": holding}) == "s-anna"
    assert await receipt(world, role, {"takesHolding": holding, "coordinator": "s-birk"}) == "s-birk"


async def test_a_system_that_promises_to_hold_names_the_person(world: World) -> None:
    assert await receipt(world, "integration", {"takesHolding": True}) == "coordinator-not-named"
    assert (
        await receipt(world, "integration", {"takesHolding": True, "coordinator": "s-anna"}) == "coordinator-not-named"
    )
    assert await receipt(world, "integration", {"takesHolding": True, "coordinator": "s-birk"}) == "s-birk"


async def test_a_system_that_only_signs_for_it_coordinates_nothing(world: World) -> None:
    assert await receipt(world, "integration", {"takesHolding": False}) is None


async def test_a_link_coordinates_nothing(world: World) -> None:
    seen = await linkable(world, "acceptance")
    partner = await Partner.of(world, seen["id"])
    await partner.open()

    given = await partner.answer("handover-receipt")

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    assert given.status_code == 201, given.text
    assert read["handoverReceipt"]["coordinator"] is None
