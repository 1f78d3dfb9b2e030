"""Tenants that never meet, and words about people that lie open in no table."""

import hashlib
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Column, LargeBinary, Table, select, text, update
from sqlalchemy.exc import ProgrammingError

from chassis.ids import new_id
from contracts.events.referrals import ReferralRequestedV1
from services.cases.consumes import consumer
from services.cases.tables import cases, consents, identifiers, metadata, needs, releases
from tests.cases.recording import tell_the_record
from tests.cases.world import ASIDE, NAME, NOTE, PHONE, SAFE_TO_CALL, Json, World, agreed, slug
from tests.support.servers import TestDatabases

CPR = "2512489996"
ENDED = "Hun siger nu, at hun klarer det selv."
REASON = "Hun er grebet."
TOLD = "Talt med en ven i den nye kommune."
MOVED = {"ground": "citizen-moved", "reason": NOTE, "toAuthority": "0147", "told": TOLD}
SECRETS = (
    CPR,
    "251248-9996",
    NAME,
    PHONE,
    SAFE_TO_CALL,
    NOTE,
    ASIDE["citizenStatement"],
    ENDED,
    TOLD,
    "nancy@",
    "pas-17",
)


@pytest.fixture
async def full(world: World) -> Json:
    """A case in which everything has been told that may be told; every table has a row of it."""
    return await tell_all(world)


async def tell_all(world: World) -> Json:
    """Tell it all, to the end."""
    person = {
        "identifiers": [{"system": "cpr", "value": "251248-9996"}, {"system": "pas", "value": "pas-17"}],
        "name": NAME,
        "contact": {"phone": PHONE, "email": "nancy@example.dk", "safeToCall": SAFE_TO_CALL},
    }
    wish = [{"domain": "debt", "description": NOTE}, {"domain": "housing"}, {"domain": "income"}]
    case = await world.case(
        citizen=person, needs=wish, externalReferences=[{"system": "fasit", "value": str(new_id())}]
    )
    anna, path = world.caller(), f"/cases/{case['id']}"
    await anna.does(f"{path}/consents", agreed())
    await tell_the_record(anna, case, NOTE)
    for need in case["needs"][1:]:
        await anna.does(f"{path}/needs/{need['id']}/setting-aside", ASIDE)
    words = {"outcome": "withdrawn-by-citizen", "citizenStatement": ENDED}
    await anna.does(f"{path}/needs/{case['needs'][1]['id']}/closure", words)
    await anna.does("/cases/_search", {"identifier": {"system": "cpr", "value": CPR}})
    await world.caught(case)
    await world.invited(case)
    assert (await world.release(case)).status_code == 201
    await world.caller("health").does(f"{path}/closure", MOVED)
    late = ReferralRequestedV1(referral_id=new_id(), need_id=new_id(), from_sector="social", to_sector="health")
    envelope = world.envelope(UUID(case["id"]), late, 99)
    await consumer.park(world.database, envelope, reason="gap", error="", deliveries=12)
    return case


async def test_what_people_said_is_in_no_column_of_any_table(
    world: World, full: Json, databases: TestDatabases
) -> None:
    with psycopg.connect(databases["cases"].admin_url) as admin:
        tables = [row[0] for row in admin.execute("select tablename from pg_tables where schemaname = 'public'")]
        rows = {
            table: [row[0] for row in admin.execute(f"select t::text from {table} t where t::text like %s", [like])]
            for table in tables
            for like in [f"%{world.authority}%"]
        }

    dump = "\n".join(row for found in rows.values() for row in found).lower()
    assert {table for table, found in rows.items() if found} == set(metadata.tables)
    assert full["caseNumber"] in dump
    for secret in SECRETS:
        assert secret.lower() not in dump, secret
        assert secret.encode().hex() not in dump, secret


async def test_another_authority_sees_no_row_of_any_table_and_nobody_sees_none(world: World, full: Json) -> None:
    counted = {}
    for authority in (world.authority, "0147", None):
        async with world.database.transaction(authority) as tx:
            for table in metadata.tables:
                mine = text(f"select 1 from {table} where authority = :mine").bindparams(mine=world.authority)
                counted[authority, table] = len(await tx.all(mine))

    assert len(counted) == 3 * len(metadata.tables)
    wrong = {where for where, count in counted.items() if (count > 0) is not (where[0] == world.authority)}
    assert wrong == set()


@pytest.mark.parametrize("table", sorted(metadata.tables))
async def test_nothing_is_written_into_another_authority(world: World, table: str) -> None:
    await world.case()

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with world.database.transaction(world.authority) as tx:
            # The policy is asked before any constraint, so the rest of the row does not matter.
            await tx.run(text(f"insert into {table} (authority) values ('0147')"))


async def test_no_row_moves_to_another_authority(world: World, full: Json) -> None:
    for table in metadata.tables:
        with pytest.raises(ProgrammingError, match=r"row-level security|permission denied"):
            async with world.database.transaction(world.authority) as tx:
                await tx.run(text(f"update {table} set authority = '0147'"))


async def test_a_row_of_another_authority_is_not_changed(world: World, full: Json) -> None:
    async with world.database.transaction("0147") as tx:
        changed = await tx.run(update(cases).where(cases.c.id == full["id"]).values(kle="00.00.00"))

    assert changed == 0


SEALED = [
    (table, column)
    for table in (cases, needs, consents, releases)
    for column in table.c
    if isinstance(column.type, LargeBinary) and column.name != "alias_index"
]


@pytest.mark.parametrize(("table", "column"), SEALED, ids=str)
async def test_sealed_words_do_not_open_in_another_row(world: World, table: Table, column: Column[Any]) -> None:
    one, other = await tell_all(world), await tell_all(world)
    health = world.caller("health")
    assert (await health.get(f"/cases/{other['id']}")).status_code == 200

    async with world.database.transaction(world.authority) as tx:
        of = table.c.id if table is cases else table.c.case_id
        taken, given = [
            (await tx.all(select(table.c.id, column).where(of == case["id"], column.is_not(None))))[0]
            for case in (one, other)
        ]
        assert await tx.run(update(table).where(table.c.id == given.id).values({column: taken[1]})) == 1

    answer = await health.get(f"/cases/{other['id']}")
    assert (answer.status_code, slug(answer)) == (500, "internal-error")
    assert all(secret not in answer.text for secret in SECRETS)


async def test_a_blind_index_finds_the_person_and_tells_nothing(world: World, full: Json) -> None:
    """Neither the number nor a plain hash of it, and another one in every authority."""
    elsewhere = World(world.app, world.http, world.keys)
    await tell_all(elsewhere)

    found = []
    for authority in (world.authority, elsewhere.authority):
        async with world.database.transaction(authority) as tx:
            mine = select(identifiers.c.blind_index).where(identifiers.c.system == "cpr")
            found += [bytes(row.blind_index) for row in await tx.all(mine)]

    hashes = {hashlib.new(name, CPR.encode()).digest() for name in ("sha256", "sha512", "sha1", "md5")}
    assert len(set(found)) == len(found) == 2
    assert not hashes & set(found)
    assert {len(index) for index in found} == {32}


def test_every_table_of_the_service_keeps_its_tenants_apart(databases: TestDatabases) -> None:
    with psycopg.connect(databases["cases"].admin_url) as admin:
        walls = admin.execute(
            "select relname, relrowsecurity and relforcerowsecurity from pg_class"
            " where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version'"
        ).fetchall()

    assert dict(walls) == dict.fromkeys(metadata.tables, True)
