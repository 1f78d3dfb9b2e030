"""An organisation without a system answers by a link, and is the receiver in its own name."""

from uuid import UUID

import pytest
from sqlalchemy import select

from services.referrals.tables import received_referrals, referral_steps
from tests.referrals.abroad import Abroad
from tests.referrals.hsds import placed, put_service, service
from tests.referrals.partners import Partner, offered
from tests.referrals.world import World, slug


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


async def test_an_organisation_catches_the_citizen_by_a_link(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral(toServiceId=await offered(world, authority=abroad.authority))
    partner = await Partner.of(world, seen["id"])

    opened = await partner.open()
    answers = [await partner.answer(step) for step in ("acceptance", "first-contact", "handover-receipt")]

    assert opened.status_code == 201, opened.text
    assert [one.status_code for one in answers] == [201, 201, 201], [one.text for one in answers]
    after = (await abroad.caller("health").get(f"/referrals/{seen['id']}")).json()
    assert after["catchState"] == "caught"
    async with world.database.transaction(world.authority) as tx:
        steps = await tx.all(select(referral_steps).where(referral_steps.c.referral_id == UUID(seen["id"])))
    async with world.database.transaction(abroad.authority) as tx:
        index = await tx.one(select(received_referrals.c.state).where(received_referrals.c.id == UUID(seen["id"])))
    assert [step.by_authority for step in steps] == [None, *[abroad.authority] * 3]
    assert index is not None
    assert index.state == "in-progress"


async def test_of_another_authority_what_it_has_published_says_who_answers_by_link(
    world: World, abroad: Abroad
) -> None:
    """Neither what the sender's own directory says of a place there, nor what that authority took back."""
    shown = await offered(world, authority=abroad.authority)
    seen = await abroad.referral(toServiceId=shown)
    unasked = await abroad.referral()
    there = f"/referrals/{seen['id']}/partner-links"

    await offered(world)
    refused = [await world.caller("employment").post(f"/referrals/{unasked['id']}/partner-links")]
    hidden = service(id=shown, helhed=placed("health", unit="alkohol", partnerLinks=True, published=False))
    keeper = world.caller(None, role="integration", authority=abroad.authority)
    assert (await put_service(keeper, hidden, if_match="1")).status_code == 200
    refused.append(await world.caller("employment").post(there))

    assert {(one.status_code, slug(one)) for one in refused} == {(409, "not-reached-by-link")}
