"""An organisation without a system answers by a link, and is the receiver in its own name."""

from uuid import UUID

import pytest
from sqlalchemy import select

from services.referrals.tables import received_referrals, referral_steps
from tests.referrals.abroad import Abroad
from tests.referrals.partners import Partner
from tests.referrals.world import World


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


async def test_an_organisation_catches_the_citizen_by_a_link(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral()
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
