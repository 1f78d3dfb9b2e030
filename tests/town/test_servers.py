"""The two servers from their wheels: who may log in, what they may do, what a restart meets."""

import nats
import psycopg
import pytest

from helhed import databases
from helhed.databases import ServiceDatabase
from helhed.town import SERVICES


@pytest.fixture
def database(postgres_admin_url: str, worker_id: str) -> ServiceDatabase:
    """A prepared database without tables."""
    made = ServiceDatabase.at(
        postgres_admin_url,
        "bare",  # the roles are the server's, and others are at work on it: nobody else's password is changed here
        app_password="bare-in-tests",
        messenger_password="bare-in-tests",
        suffix=f"_{worker_id}",
    )
    databases.drop(postgres_admin_url, made)
    databases.prepare(postgres_admin_url, made)
    return made


def test_the_application_role_owns_nothing_and_creates_nothing(database: ServiceDatabase) -> None:
    with databases.connect(database.app_url) as app:
        for attempt in (
            "create table t ()",
            "create schema s",
            "create temporary table t ()",
            "create role r",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(attempt)


def test_no_role_of_a_service_steps_over_row_level_security(database: ServiceDatabase) -> None:
    with databases.connect(database.admin_url) as admin:
        powers = admin.execute(
            "select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication, rolcanlogin"
            " from pg_roles where rolname like 'helhed_bare_%' order by 1"
        ).fetchall()

    assert powers == [
        ("helhed_bare_app", False, True),
        ("helhed_bare_messenger", False, True),
        ("helhed_bare_owner", False, False),
    ]


def test_a_wrong_password_is_refused(database: ServiceDatabase) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        databases.connect(database.app_url.replace("bare-in-tests", "guess"))


def test_preparing_twice_changes_nothing_and_sets_the_password_anew(
    database: ServiceDatabase, postgres_admin_url: str, worker_id: str
) -> None:
    again = ServiceDatabase.at(
        postgres_admin_url, "bare", app_password="ny: /@?%", messenger_password="bare-in-tests", suffix=f"_{worker_id}"
    )
    try:
        databases.prepare(postgres_admin_url, again)
        databases.connect(again.app_url).close()
    finally:
        databases.prepare(postgres_admin_url, database)

    databases.connect(database.app_url).close()


def test_a_service_role_may_not_enter_another_services_database(database: ServiceDatabase, worker_id: str) -> None:
    password = "stranger-in-tests"
    stranger = ServiceDatabase.at(
        database.admin_url, "stranger", app_password=password, messenger_password=password, suffix=f"_{worker_id}"
    )
    databases.prepare(database.admin_url, stranger)

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        databases.connect(databases.with_database(stranger.app_url, database.name))


def test_urls_of_ones_own_must_name_the_roles_of_the_house(postgres_admin_url: str) -> None:
    with pytest.raises(databases.CannotPrepare, match="helhed_cases_app:<password>"):
        ServiceDatabase.told(
            postgres_admin_url,
            "cases",
            app_url="postgresql://postgres:x@localhost/helhed_cases",
            messenger_url="postgresql://helhed_cases_messenger:x@localhost/helhed_cases",
        )


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_migrated_database_of_its_own(service: str, databases: dict[str, ServiceDatabase]) -> None:
    with psycopg.connect(databases[service].app_url) as app:
        tables = app.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()

    assert tables is not None
    assert tables[0] > 5


async def test_accounts_of_nats_do_not_see_each_others_streams(nats_url: str, fresh_nats_url: str) -> None:
    ours, theirs = await nats.connect(nats_url), await nats.connect(fresh_nats_url)
    await ours.jetstream().add_stream(name="ACCOUNTS", subjects=["accounts.>"])

    seen = await theirs.jetstream().streams_info()

    assert seen == []
    await ours.jetstream().delete_stream("ACCOUNTS")
    await ours.close()
    await theirs.close()
