"""What the catalogue of every migrated database says; for each rule a statement that breaks it, which must be found."""

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString, cast

import psycopg
import pytest

from helhed.databases import ServiceDatabase
from helhed.town import SERVICES
from tests.house.catalogue import CANARIES, RULES, TABLES
from tests.support.servers import TestDatabases


def roles(database: ServiceDatabase) -> Mapping[str, str]:
    """The service's roles, as the rules name them."""
    app, messenger = database.logins
    return {"owner": database.owner, "app": app, "messenger": messenger}


def found(connection: psycopg.Connection[Any], query: str, database: ServiceDatabase) -> list[tuple[Any, ...]]:
    """What a query of the catalogue answers."""
    return connection.execute(cast(LiteralString, query), roles(database)).fetchall()


@pytest.fixture(scope="module")
def empty(databases: TestDatabases) -> ServiceDatabase:
    """A database of cases in which nobody has written: a planted index must not stumble over rows."""
    return databases.fresh("cases")


@pytest.fixture
def undone(empty: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    """The administrator in an empty database of cases; whatever is done there is undone."""
    with psycopg.connect(empty.admin_url) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("service", SERVICES)
def test_a_database_keeps_the_rule(service: str, rule: str, databases: TestDatabases) -> None:
    database = databases[service]

    with psycopg.connect(database.admin_url) as connection:
        assert len(found(connection, TABLES, database)) > 10
        assert found(connection, RULES[rule], database) == []


@pytest.mark.parametrize(("rule", "canary"), [(rule, canary) for rule in RULES for canary in CANARIES.get(rule, ())])
def test_what_breaks_a_rule_is_found(
    rule: str, canary: str, databases: TestDatabases, undone: psycopg.Connection[Any]
) -> None:
    database = databases["cases"]
    undone.execute(cast(LiteralString, canary.format(**roles(database))))

    assert found(undone, RULES[rule], database)


def test_every_rule_has_a_canary() -> None:
    assert set(CANARIES) == set(RULES)
