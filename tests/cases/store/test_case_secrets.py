"""Tenants that never meet, and words about people that lie open in no table."""

import hashlib
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import Column, LargeBinary, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from chassis.ids import new_id
from contracts.events.referrals import ReferralRequestedV1
from services.cases.consumes import consumer
from services.cases.domain.trial import realm_of
from services.cases.tables import cases, identifiers, metadata
from tests.cases.everything import ALIAS, MARK, tell_around, tell_in, tell_who, words
from tests.cases.exempting import in_days
from tests.cases.world import NAME, NOTE, PHONE, SAFE_TO_CALL, Json, World
from tests.support.servers import TestDatabases

CPR = "2512489996"
REASON = "Hun er grebet."
SECRETS = (CPR, "251248-9996", NAME, PHONE, SAFE_TO_CALL, NOTE, MARK, ALIAS, REASON, "nancy@", "pas-17")

# Where a table has its rows. All belong to the authority, but for these: who measures a trial knows nobody of the
# authority, and so what is the trial's lies in the trial's own realm.
OF_THE_TRIAL = {
    "legal_basis_decisions",
    "trial_amendments",
    "trial_lists",
    "trial_participants",
    "trial_seeds",
    "trial_slots",
}
# The original in the trial's realm, a copy with each authority that takes part.
OF_BOTH = {"legal_bases", "trial_arms", "trial_sites", "trials"}
# Who founded a trial does so for no authority, and is asked for before any trial is known.
OF_NOBODY = {"trial_founders"}
OF_THE_AUTHORITY = set(metadata.tables) - OF_THE_TRIAL - OF_NOBODY

# Bytes that seal no words: hashes with a key, and what is emptied with the dry run that wrote it.
NO_WORDS = {
    "cases.alias_index",
    "identifiers.blind_index",
    "idempotency_keys.scope",
    "idempotency_keys.fingerprint",
    "operation_parts.digest",
    "planned_records.key",
}
SEALED = {
    f"{table.name}.{column.name}": column
    for table in metadata.sorted_tables
    for column in table.c
    if isinstance(column.type, LargeBinary) and f"{table.name}.{column.name}" not in NO_WORDS
}


@pytest.fixture
async def full(world: World) -> Json:
    """A case in which everything has been told that may be told; with what is told beside it, every table has a row."""
    await tell_around(world)
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
    await tell_in(world, case, CPR)
    await world.caller().does("/cases/_search", {"identifier": {"system": "cpr", "value": CPR}})
    await world.caught(case)
    await world.invited(case)
    assert (await world.release(case)).status_code == 201
    moved = {"ground": "citizen-moved", "reason": words("closure"), "toAuthority": "0147", "told": words("told")}
    moved["citizenStatement"] = words("closure statement")
    arrived = {"receivedOn": in_days(0), "receipt": words("receipt")}
    await world.caller("health").does(f"/cases/{case['id']}/closure", moved | {"receipt": arrived})
    late = ReferralRequestedV1(referral_id=new_id(), need_id=new_id(), from_sector="social", to_sector="health")
    envelope = world.envelope(UUID(case["id"]), late, 99)
    await consumer.park(world.database, envelope, reason="gap", error="", deliveries=12)
    return case


def realms_of(world: World, admin: psycopg.Connection[Any]) -> list[str]:
    """The realm of the authority, and those of its trials."""
    mine = admin.execute("select id from trials where authority = %s", [world.authority]).fetchall()
    return [world.authority, *(realm_of(row[0]) for row in mine)]


async def test_what_people_said_is_in_no_column_of_any_table(
    world: World, full: Json, databases: TestDatabases
) -> None:
    with psycopg.connect(databases["cases"].admin_url) as admin:
        realms = realms_of(world, admin)
        # Whatever is in one of the realms, or names the authority or one of its trials, in whichever realm it is.
        like = [f"%{realm.removeprefix('trial:')}%" for realm in realms]
        tables = [row[0] for row in admin.execute("select tablename from pg_tables where schemaname = 'public'")]
        rows = {
            table: [
                row[0] for row in admin.execute(f"select t::text from {table} t where t::text like any (%s)", [like])
            ]
            for table in tables
        }

    open_to_all = {table: "\n".join(found).lower() for table, found in rows.items()}
    assert {table for table, found in rows.items() if found} == set(metadata.tables)
    assert full["caseNumber"] in open_to_all["cases"]
    lies_open = {
        (table, secret)
        for table, dump in open_to_all.items()
        for secret in SECRETS
        if secret.lower() in dump or secret.encode().hex() in dump
    }
    assert lies_open == set()


async def test_every_column_that_seals_words_has_some(world: World, full: Json, databases: TestDatabases) -> None:
    """Otherwise nothing was told that could have lain open."""
    with psycopg.connect(databases["cases"].admin_url) as admin:
        realms = realms_of(world, admin)
        empty = {
            place
            for place, column in SEALED.items()
            if not admin.execute(
                f"select 1 from {column.table.name} where authority = any (%s) and {column.name} is not null", [realms]
            ).fetchone()
        }

    assert empty == set()


async def test_nobody_sees_a_row_of_a_realm_that_is_not_theirs(
    world: World, full: Json, databases: TestDatabases
) -> None:
    """Nor does the authority see what is its trial's, nor the trial what is the authority's."""
    with psycopg.connect(databases["cases"].admin_url) as admin:
        realms = realms_of(world, admin)
    seen = {}
    for viewer in (*realms, "public", "0147", realm_of(new_id()), None):
        async with world.database.transaction(viewer) as tx:
            for table in metadata.tables:
                found = await tx.all(text(f"select distinct authority from {table}"))
                seen[viewer, table] = {row.authority for row in found}

    assert {where for where, found in seen.items() if not found <= {where[0]}} == set()
    assert {table for table in metadata.tables if seen[world.authority, table]} == OF_THE_AUTHORITY
    of_trials = {table for table in metadata.tables if any(seen[realm, table] for realm in realms[1:])}
    assert of_trials == OF_THE_TRIAL | OF_BOTH
    assert all(seen["public", table] for table in OF_NOBODY)


@pytest.mark.parametrize("table", sorted(metadata.tables))
async def test_nothing_is_written_into_another_authority(world: World, table: str) -> None:
    await world.case()

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with world.database.transaction(world.authority) as tx:
            # The policy is asked before any constraint, so the rest of the row does not matter.
            await tx.run(text(f"insert into {table} (authority) values ('0147')"))


# What is published is not changed at all: a trigger says so before whose the row is comes to be asked.
KEPT = {"criteria_sets": "a published criteria set is not changed"}


async def test_no_row_moves_to_another_authority(world: World, full: Json, databases: TestDatabases) -> None:
    with psycopg.connect(databases["cases"].admin_url) as admin:
        of_the_trial = realms_of(world, admin)[-1]
    for table in metadata.tables:
        realm = of_the_trial if table in OF_THE_TRIAL else "public" if table in OF_NOBODY else world.authority
        with pytest.raises(DBAPIError, match=KEPT.get(table, "row-level security|permission denied")):
            async with world.database.transaction(realm) as tx:
                await tx.run(text(f"update {table} set authority = '0147'"))


async def test_a_row_of_another_authority_is_not_changed(world: World) -> None:
    case = await world.case()
    async with world.database.transaction("0147") as tx:
        changed = await tx.run(update(cases).where(cases.c.id == case["id"]).values(kle="00.00.00"))

    assert changed == 0


# Where the words of a row are shown, by its own id and those that lead to it.
SHOWN = {
    "appointments": "/cases/{case_id}/appointments/{id}",
    "assessments": "/cases/{case_id}/assessments/{id}",
    "budget_entries": "/cases/{case_id}/budget/entries/{id}",
    "cases": "/cases/{id}",
    "citizen_alarms": "/cases/{case_id}/citizen-alarms/{id}",
    "consents": "/cases/{case_id}/consents/{id}",
    "contacts": "/cases/{case_id}/contacts/{id}",
    "documents": "/cases/{case_id}/documents/{id}",
    "enrolments": "/trials/{trial_id}/enrolments/{id}",
    "exemptions": "/cases/{case_id}/exemptions/{id}",
    "hearings": "/cases/{case_id}/hearings/{id}",
    "identifications": "/cases/{case_id}/identification",
    "join_requests": "/cases/{case_id}/join-requests",
    "needs": "/cases/{case_id}/needs/{id}",
    "notes": "/cases/{case_id}/notes/{id}",
    "offer_answers": "/cases/{case_id}/offers/{offer_id}",
    "plan_efforts": "/cases/{case_id}/plan",
    "plan_goals": "/cases/{case_id}/plan",
    "plan_versions": "/cases/{case_id}/plan",
    "releases": "/cases/{case_id}/releases/{id}",
}
# Read by the service alone: what was sent and waits, the draw of a trial, and an answer to be given again.
NEVER_SHOWN = {"idempotency_keys", "operation_parts", "operations", "trial_seeds"}
# Kept, and opened with its row; but why somebody left a trial is told in no answer.
UNTOLD = {"enrolments.withdrawal_statement"}
# How a row without the id of its case comes to it.
LEADS = {
    "offer_answers": "join offers o on o.id = t.offer_id",
    "plan_efforts": "join plan_versions o on o.id = t.version_id",
    "plan_goals": "join plan_versions o on o.id = t.version_id",
}


def test_all_that_is_sealed_is_shown_somewhere_or_never() -> None:
    assert set(SHOWN) | NEVER_SHOWN == {column.table.name for column in SEALED.values()}
    assert not set(SHOWN) & NEVER_SHOWN


def rows_of_two_cases(admin: psycopg.Connection[Any], cases: list[str], column: Column[Any]) -> list[Json]:
    """Two rows in which a column has words, of two of these cases."""
    table = column.table.name
    lead, case = LEADS.get(table, ""), "o.case_id" if table in LEADS else "t.id" if table == "cases" else "t.case_id"
    found = admin.cursor(row_factory=dict_row).execute(
        f"select distinct on ({case}) t.*, {case} as case_id, t.ctid as place from {table} t {lead}"
        f" where {case} = any (%s::uuid[]) and t.{column.name} is not null order by {case}",
        [cases],
    )
    one, other = found
    return [one, other]


async def test_sealed_words_do_not_open_in_another_row(world: World, databases: TestDatabases) -> None:
    told = [(await tell(world))["id"] for tell in (tell_all, tell_all, tell_who, tell_who)]
    opened = {}
    with psycopg.connect(databases["cases"].admin_url, autocommit=True) as admin:
        # Past every trigger: somebody has the database in hand.
        admin.execute("set session_replication_role = replica")
        for place, column in SEALED.items():
            if column.table.name not in SHOWN:
                continue
            table = column.table.name
            one, other = rows_of_two_cases(admin, told[2:] if table == "identifications" else told[:2], column)
            path = SHOWN[table].format_map(other)
            reader = world.caller("employment" if table == "identifications" else "health")
            before = await reader.get(path)
            put = f"update {table} set {column.name} = %s where ctid = %s returning ctid"
            (where,) = admin.execute(put, [one[column.name], other["place"]]).fetchone() or ()
            after = await reader.get(path)
            admin.execute(put, [other[column.name], where])
            shown = any(secret in before.text for secret in SECRETS)
            opened[place] = (before.status_code, shown, after.status_code, any(s in after.text for s in SECRETS))

    expected = {place: (200, place not in UNTOLD, 500, False) for place in opened}
    assert opened == expected
    assert {place.partition(".")[0] for place in opened} == set(SHOWN)


async def test_a_blind_index_finds_the_person_and_tells_nothing(world: World) -> None:
    """Neither the number nor a plain hash of it, and another one in every authority."""
    elsewhere = World(world.app, world.http, world.keys)
    await tell_all(world)
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
