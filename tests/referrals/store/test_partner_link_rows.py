"""What the database itself guards of links, and that nothing in it opens anything."""

import psycopg
import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.ids import new_id
from services.referrals.tables import metadata, partner_links, partner_sessions
from tests.referrals.partners import Partner, linkable
from tests.referrals.world import World
from tests.support.servers import TestDatabases


@pytest.fixture
async def partner(world: World) -> Partner:
    """A partner who has opened its link."""
    partner = await Partner.of(world, (await linkable(world))["id"])
    await partner.open()
    return partner


async def test_a_dump_holds_no_secret(world: World, partner: Partner, databases: TestDatabases) -> None:
    with psycopg.connect(databases["referrals"].admin_url) as admin:
        dump = " ".join(
            str(row[0]) for table in metadata.tables for row in admin.execute(f"select t::text from {table} t")
        )

    assert world.authority in dump
    for token in (partner.token, partner.session):
        secret = token.partition(".")[2]
        assert secret not in dump
        assert secret.encode().hex() not in dump


async def test_a_second_link_that_nobody_took_back_cannot_be_written(world: World, partner: Partner) -> None:
    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(partner_links))
        assert row is not None
        twin = {**row._mapping, "id": new_id(), "digest": b"another"}
        with pytest.raises(IntegrityError, match="uq_partner_links_one_per_referral"):
            await tx.run(insert(partner_links).values(twin))


@pytest.mark.parametrize(
    "change", ["digest = ''", "referral_id = id", "to_unit = 'x'", "valid_until = '2199-01-01'", "made_by = 'x'"]
)
async def test_what_a_link_opens_and_how_long_is_not_rewritten(world: World, partner: Partner, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(f"update partner_links set {change}"))


async def test_a_link_is_never_removed_and_a_session_never_prolonged(world: World, partner: Partner) -> None:
    for rewrite in (delete(partner_links), update(partner_sessions).values(expires_at=text("now()"))):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with world.database.transaction(world.authority) as tx:
                await tx.run(rewrite)


async def test_another_authority_sees_no_link_and_no_session(world: World, partner: Partner) -> None:
    counted = {}
    for authority in (world.authority, "0147", None):
        async with world.database.transaction(authority) as tx:
            counted[authority] = [
                len(await tx.all(select(table).where(table.c.authority == world.authority)))
                for table in (partner_links, partner_sessions)
            ]

    assert counted == {world.authority: [1, 1], "0147": [0, 0], None: [0, 0]}
