"""What the database itself refuses: another authority's rows, a changed answer, and anything usable in a dump."""

import hashlib
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import ProgrammingError

from chassis.actor import Actor
from chassis.database import Database, Transaction
from services.surveys.domain.access import may_see, reach_of
from services.surveys.domain.errors import LinkNotUsable
from services.surveys.domain.known_case import KnownCase
from services.surveys.queries import on_case
from services.surveys.repository import Cases as KnownCases
from services.surveys.repository import Invitations
from services.surveys.tables import known_cases, metadata, responses, survey_sessions
from tests.support.servers import TestDatabases
from tests.surveys.builders import NOON, caseworker, sending_service
from tests.surveys.desk import Desk
from tests.surveys.town import Cases, Surveys

OWN = ("known_cases", "known_case_sectors", "programme_activations", "invitations", "survey_sessions", "responses")


@pytest.fixture
async def answered(surveys: Surveys, cases: Cases) -> dict[str, str]:
    """A citizen has answered; a second has a link and has opened it. All the secrets there ever were."""
    await surveys.activate()
    (first,) = await surveys.invitations(await cases.open())
    used = await surveys.link(first["id"])
    used_sitting = await surveys.sitting(used)
    await surveys.submit(used_sitting)
    (second,) = await surveys.invitations(await cases.open())
    live = await surveys.link(second["id"])
    return {"used": used, "used sitting": used_sitting, "live": live, "live sitting": await surveys.sitting(live)}


async def test_every_table_is_behind_row_level_security(databases: TestDatabases) -> None:
    """Enabled and forced, so that not even the owner of the tables steps over it."""
    with psycopg.connect(databases["surveys"].admin_url) as admin:
        guarded = admin.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' "
            "and relrowsecurity and relforcerowsecurity"
        ).fetchall()

    assert set(OWN) < set(metadata.tables)
    assert {name for (name,) in guarded} == set(metadata.tables)


async def test_without_an_authority_there_are_no_rows(answered: dict[str, str], database: Database) -> None:
    """And within another one there are only its own."""
    async with database.transaction(None) as tx:
        nowhere = [(await tx.one(select(func.count()).select_from(metadata.tables[name]))) for name in OWN]
    async with database.transaction("0997") as tx:
        elsewhere = [(await tx.one(select(func.count()).select_from(metadata.tables[name]))) for name in OWN]

    assert {row[0] for row in nowhere + elsewhere if row} == {0}


async def test_a_link_is_not_found_in_another_authoritys_rows(database: Database, authority: str) -> None:
    """Even when the fingerprint is right: row-level security holds without the code's help."""
    desk = Desk(database, authority)
    await desk.set_up()
    token = await desk.link((await desk.invite(NOON)).id, NOON)

    async with database.transaction(authority) as tx:
        at_home = await Invitations(tx).of_link(token)
    async with database.transaction("0997") as tx:
        with pytest.raises(LinkNotUsable):
            await Invitations(tx).of_link(token)

    assert at_home.authority == authority


async def test_the_application_can_neither_change_nor_remove_an_answer(
    answered: dict[str, str], database: Database, authority: str
) -> None:
    """Not by a defect of ours either: it lacks the right."""
    for statement in (update(responses).values(answers=b""), delete(responses)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database.transaction(authority) as tx:
                await tx.run(statement)


async def test_a_dump_of_the_database_holds_nothing_usable(answered: dict[str, str], databases: TestDatabases) -> None:
    """No link, no session, no answer, no score; also not in the kept answers to repeated requests."""
    dump = _dump(databases["surveys"].admin_url)
    assert b"who5-casework" in dump
    assert hashlib.sha256(answered["live"].encode()).digest() not in dump, "a plain hash could be looked up elsewhere"

    for name, token in answered.items():
        assert token.encode() not in dump, name
        assert token.partition(".")[2].encode() not in dump, name
    for word in (b"cheerful", b'"score"', b"interested"):
        assert word not in dump


async def test_the_reach_of_a_query_is_the_reach_of_the_rule(database: Database, authority: str) -> None:
    """`may_see` and its condition on the tables agree for every kind of caller and case."""
    made = [
        KnownCase(uuid4(), authority, "employment"),
        KnownCase(uuid4(), authority, "employment", {"health"}),
        KnownCase(uuid4(), authority, "health", {"employment", "social"}),
        KnownCase(uuid4(), authority, "social", is_open=False),
    ]
    actors = [
        caseworker(sector, authority=home)
        for sector in ("employment", "health", "social", "housing", None)
        for home in (authority, "0997", None)
    ]
    actors += [sending_service(authority), sending_service("0997")]

    async with database.transaction(authority) as tx:
        for case in made:
            await KnownCases(tx).save(case)
        for actor in actors:
            assert await _found(tx, actor) == {case.id for case in made if may_see(actor, case)}, actor


async def test_what_is_known_of_a_case_survives_being_saved(database: Database, authority: str) -> None:
    """Row and rule say the same; a sector that let go is gone."""
    case = KnownCase(uuid4(), authority, "employment", {"health", "social"})

    async with database.transaction(authority) as tx:
        await KnownCases(tx).save(case)
        case.release("health")
        case.close()
        await KnownCases(tx).save(case)
        known = await KnownCases(tx).known(case.id)

    assert known == case


async def test_sittings_that_are_over_are_forgotten_when_the_link_is_opened_again(
    surveys: Surveys, cases: Cases, databases: TestDatabases, database: Database, authority: str
) -> None:
    """Scanners may open a link for a fortnight; their sittings do not pile up."""
    await surveys.activate()
    (invitation,) = await surveys.invitations(await cases.open())
    token = await surveys.link(invitation["id"])
    for _ in range(3):
        await surveys.open(token)
    with psycopg.connect(databases["surveys"].admin_url) as admin:
        admin.execute("update survey_sessions set expires_at = now() where authority = %s", [authority])

    await surveys.open(token)

    async with database.transaction(authority) as tx:
        assert len(await tx.all(select(survey_sessions.c.id))) == 1


async def _found(tx: Transaction, actor: Actor) -> set[UUID]:
    rows = await tx.all(select(known_cases.c.case_id).where(on_case(reach_of(actor), known_cases)))
    return {row.case_id for row in rows}


def _dump(url: str) -> bytes:
    """Every row of every table, as an administrator would copy it."""
    content = bytearray()
    with psycopg.connect(url) as admin:
        for name in metadata.tables:
            rows = sql.SQL("copy (select t::text, row_to_json(t)::text from {} t) to stdout").format(
                sql.Identifier(name)
            )
            with admin.cursor().copy(rows) as copied:
                for chunk in copied:
                    content += chunk
            # bytea is written as hexadecimal: look inside it too.
            binary = sql.SQL("copy {} to stdout (format binary)").format(sql.Identifier(name))
            with admin.cursor().copy(binary) as copied:
                for chunk in copied:
                    content += chunk
    return bytes(content)
