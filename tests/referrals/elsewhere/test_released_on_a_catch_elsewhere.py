"""A sector lets go of what another authority has caught: the need stays in the case, with whoever holds it."""

from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.ids import new_id
from contracts.events import cases
from services.referrals.tables import known_needs
from tests.referrals.abroad import WITHIN_REACH, Abroad
from tests.referrals.world import World, consent, wish_for

CAUGHT = ("acceptance", "first-contact", "handover-receipt")


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


async def owner(world: World, need_id: UUID) -> str:
    """Whose a need is, as far as referrals knows."""
    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(known_needs.c.owner_sector).where(known_needs.c.need_id == need_id))
    assert row is not None
    return str(row.owner_sector)


def released(sector: str, need_id: UUID) -> cases.SectorReleasedV1:
    """A sector let go, and this need of its was caught."""
    return cases.SectorReleasedV1(sector=sector, ground="needs-handed-on", release_id=new_id(), need_ids=(need_id,))


async def test_the_need_is_the_holders_and_the_holder_may_refer_it_anew(world: World, abroad: Abroad) -> None:
    case = await abroad.case()
    seen = await abroad.referral(*CAUGHT, case=case)
    taken = cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="social", receipt_id=new_id())
    own = consent(new_id(), from_sector="social")

    await world.tell(case.id, taken, released("employment", case.need_id), own)
    completed = await abroad.caller("health").post(f"/referrals/{seen['id']}/completion", {"outcome": "help-given"})
    anew = await world.caller("social").post("/referrals", wish_for(case, consentId=str(own.consent_id)))

    assert completed.status_code == 200, "who was asked goes on"
    assert await owner(world, case.need_id) == "social"
    assert anew.status_code == 201, anew.text
    assert (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()["state"] is None


async def test_who_holds_it_next_answers_for_it_too(world: World, abroad: Abroad) -> None:
    """The same catch stands when the next holder lets go, though another sector had asked for it."""
    case = await abroad.case()
    await abroad.referral(*CAUGHT, case=case)
    holders = ("employment", "social", "health")

    for before, after in pairwise(holders):
        taken = cases.ResponsibilityTransferredV1(from_sector=before, to_sector=after, receipt_id=new_id())
        await world.tell(case.id, taken, released(before, case.need_id))
        assert await owner(world, case.need_id) == after


async def test_the_newest_catch_tells_whose_it_is(world: World, abroad: Abroad) -> None:
    """First health here caught it and lost it; then the region caught it."""
    case = await abroad.case()
    own = consent(new_id())
    await world.tell(case.id, own)
    first = await world.referral(*CAUGHT[:2], case=case, consentId=str(own.consent_id))
    given = await world.caller("health").post(f"/referrals/{first['id']}/handover-receipt", {"takesHolding": False})
    failed = await world.caller("health").post(f"/referrals/{first['id']}/failure", WITHIN_REACH["failure"])
    assert (given.is_success, failed.is_success) == (True, True)
    await abroad.referral(*CAUGHT, case=case)
    taken = cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="social", receipt_id=new_id())

    await world.tell(case.id, taken, released("employment", case.need_id))

    assert await owner(world, case.need_id) == "social"
