"""What the database guards of referrals between authorities, whatever the code does."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.ids import new_id
from services.referrals.tables import received_referrals, referrals
from tests.referrals.abroad import Abroad
from tests.referrals.world import MONDAY, World

PERSONAL = ("contact_attempts", "referral_steps", "questions", "answers", "known_cases", "known_consents", "lookups")


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


def lead(authority: str, home: str, referral_id: UUID) -> Any:
    """A row by which an authority would be led to a referral."""
    row = {"authority": authority, "id": referral_id, "home_authority": home, "case_id": new_id()}
    told = {"from_sector": "employment", "to_sector": "health", "state": "requested", "requested_at": MONDAY}
    return insert(received_referrals).values(row | told)


async def test_the_receivers_tenant_reads_and_writes_no_row_of_the_home(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance", "contact-attempts", "questions")

    async with world.database.transaction(abroad.authority) as tx:
        assert await tx.all(select(referrals).where(referrals.c.id == UUID(seen["id"]))) == []
        assert await tx.run(update(referrals).where(referrals.c.id == UUID(seen["id"])).values(version=9)) == 0
        for name in PERSONAL:
            (row,) = await tx.all(select(func.count().label("n")).select_from(referrals.metadata.tables[name]))
            assert row.n == 0, name


async def test_nor_does_the_home_read_what_the_receiver_finds_it_by(world: World, abroad: Abroad) -> None:
    await abroad.referral()

    async with world.database.transaction(world.authority) as tx:
        assert await tx.all(select(received_referrals)) == []


async def test_nothing_leads_to_a_referral_that_is_not_there(world: World, abroad: Abroad) -> None:
    with pytest.raises(IntegrityError, match="fk_received_referrals"):
        async with world.database.transaction(abroad.authority) as tx:
            await tx.run(lead(abroad.authority, world.authority, new_id()))


async def test_nobody_leads_another_authority_astray(world: World, abroad: Abroad) -> None:
    seen = await world.referral()

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(lead(abroad.authority, world.authority, UUID(seen["id"])))


async def test_a_forged_lead_opens_nothing(world: World, abroad: Abroad) -> None:
    """Who was led to a referral is asked what they have to do with it, like everybody."""
    seen = await world.referral()
    async with world.database.transaction(abroad.authority) as tx:
        await tx.run(lead(abroad.authority, world.authority, UUID(seen["id"])))

    health = abroad.caller("health")

    assert (await health.get(f"/referrals/{seen['id']}")).status_code == 404
    assert (await health.post(f"/referrals/{seen['id']}/acceptance", {})).status_code == 404
    assert (await health.get("/referrals")).json()["items"] == []


async def test_what_leads_there_is_not_removed(world: World, abroad: Abroad) -> None:
    await abroad.referral()

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(abroad.authority) as tx:
            await tx.run(delete(received_referrals))


@pytest.mark.parametrize("code", ["public", "trial:01a20038", "0147x", "", "r1084"])
async def test_no_other_realm_is_ever_asked(world: World, code: str) -> None:
    seen = await world.referral()

    with pytest.raises(IntegrityError, match="another_authority"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(referrals).where(referrals.c.id == UUID(seen["id"])).values(to_authority=code))


async def test_ones_own_authority_is_not_written_as_another(world: World) -> None:
    seen = await world.referral()

    with pytest.raises(IntegrityError, match="another_authority"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(
                update(referrals).where(referrals.c.id == UUID(seen["id"])).values(to_authority=world.authority)
            )


async def test_a_receipt_from_another_authority_takes_no_holding(world: World, abroad: Abroad) -> None:
    seen = await abroad.referral("acceptance")
    promise = {"receipt_id": new_id(), "receipt_at": MONDAY, "receipt_takes_holding": True}

    with pytest.raises(IntegrityError, match="holding_stays"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(referrals).where(referrals.c.id == UUID(seen["id"])).values(promise))


@pytest.mark.parametrize(("asked", "refused"), [(None, True), ("R1084", False)])
async def test_a_sector_asks_itself_in_another_authority_only(world: World, asked: str | None, refused: bool) -> None:
    seen = await world.referral()
    same = update(referrals).where(referrals.c.id == UUID(seen["id"])).values(to_sector="employment")

    async def write() -> None:
        async with world.database.transaction(world.authority) as tx:
            await tx.run(same.values(to_authority=asked))

    if refused:
        with pytest.raises(IntegrityError, match="another_receiver"):
            await write()
    else:
        await write()
