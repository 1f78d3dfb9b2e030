"""What the database holds of the directory, whatever the code does; asked as the service's own role."""

import json
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from helhed.databases import connect
from tests.referrals.hsds import placed, put_service, send_file, service, whole
from tests.referrals.world import World
from tests.support.servers import TestDatabases

_ADD = text(
    "insert into directory_services (authority, id, name, status, organisation_id, location_ids, languages, covers,"
    " municipalities, published, document, capacity_status, capacity_as_of, capacity_waiting_days, changed_at, version)"
    " values (:authority, :id, 'x', :status, :organisation, '{}', '{}', '{}', '{}', false, :document, :capacity,"
    " :as_of, :days, now(), 1)"
)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("ck_directory_services_status", {"status": "open"}),
        ("ck_directory_services_capacity_status", {"capacity": "plenty", "as_of": "2026-01-01"}),
        ("ck_directory_services_whole_capacity", {"capacity": "waitlist"}),
        ("ck_directory_services_whole_capacity", {"as_of": "2026-01-01"}),
        ("ck_directory_services_waiting_days", {"capacity": "waitlist", "as_of": "2026-01-01", "days": -1}),
        ("ck_directory_services_waiting_days", {"days": 3}),
        ("fk_directory_services_authority_directory_organisations", {"organisation": uuid4()}),
    ],
)
async def test_a_row_that_cannot_be_true_is_refused(world: World, constraint: str, changes: dict[str, object]) -> None:
    row = {"status": "active", "organisation": None, "capacity": None, "as_of": None, "days": None}
    row |= {"authority": world.authority, "id": uuid4(), "document": json.dumps(service())}
    with pytest.raises(IntegrityError, match=constraint):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(_ADD, [row | changes])
    async with world.database.transaction(world.authority) as tx:
        assert await tx.run(_ADD, [row]) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "delete from directory_services",
        "delete from directory_organisations",
        "delete from directory_locations",
        "delete from directory_imports",
        "update directory_imports set dry_run = true",
    ],
)
async def test_nothing_is_taken_away_and_what_was_imported_stands(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(statement))


@pytest.mark.parametrize(
    "table", ["directory_services", "directory_organisations", "directory_locations", "directory_imports"]
)
async def test_rows_are_seen_by_their_own_authority_only(world: World, table: str) -> None:
    await send_file(world.caller(None, role="integration"), whole())
    counted = text(f"select count(*) as rows from {table}")

    seen = []
    for authority in (world.authority, "0999", "public"):
        async with world.database.transaction(authority) as tx:
            row = await tx.one(text(f"select count(*) as rows from {table} where authority = :a"), a=world.authority)
            seen.append(row.rows if row else None)
            assert await tx.one(counted) is not None

    assert seen == [1, 0, 0]


@pytest.mark.parametrize(
    ("written", "asked"),
    [("boligen", "boliger"), ("gældsrådgivning", "gældsrådgivningen"), ("behandlinger", "behandlingen")],
)
async def test_the_server_knows_danish(world: World, written: str, asked: str) -> None:
    await put_service(world.caller(None, role="integration"), service(description=written, helhed=placed()))
    found = text("select id from directory_services where words @@ websearch_to_tsquery('danish', :asked)")

    async with world.database.transaction(world.authority) as tx:
        assert len(await tx.all(found, asked=asked)) == 1
        assert await tx.all(found, asked="noget helt andet") == []


async def test_a_row_from_before_there_was_a_column_for_it_is_found_by_all_its_words(
    world: World, databases: TestDatabases
) -> None:
    keeper = world.caller(None, role="integration")
    await put_service(keeper, service(application_process="Personlig henvendelse.", helhed=placed()))
    with connect(databases["referrals"].admin_url) as connection:
        # As who owns the table, and as if there were no trigger.
        connection.execute("set session_replication_role = replica")
        mine = "more_words is not null and authority = %s"
        was = f"update directory_services set more_words = null where {mine}"
        assert connection.execute(was, [world.authority]).rowcount == 1

    assert len((await keeper.get("/directory/services", q="henvendelser")).json()["items"]) == 1
    assert (await keeper.get("/directory/services", q="helbred")).json()["items"] == []
