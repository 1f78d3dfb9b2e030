"""I13: what was demanded of a citizen, and whether anybody was sanctioned, stands nowhere: in no table, in no body."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text, text

from contracts.events import every_event
from services.cases.tables import metadata, refused_demands
from tests.cases.exempting import exempted, in_days
from tests.cases.world import World

# How such a thing could be called, in English and in Danish.
ENFORCING = ("sanction", "demand", "penal", "punish", "enforce", "sanktion", "straf", "paabud", "fine_", "noncompl")
_COLUMNS = (
    "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'"
)
# Of help: how much of it is asked for, in the plan for a unit that closes.
ASKED_FOR = {"demand"}
# The one place that counts, and all that it may hold: neither what was demanded nor of whom, beyond the case.
COUNTS = {"refused_demands": {"authority", "case_id", "day", "provision", "kind"}}


def enforcing(names: Iterable[str]) -> list[str]:
    """Those that sound of it."""
    return sorted(name for name in names if any(word in name.lower() for word in ENFORCING))


def columns(known: MetaData) -> Iterator[str]:
    """Every table, and every column with its table."""
    for table in known.tables.values():
        yield table.name
        yield from (f"{table.name}.{column.name}" for column in table.columns)


def members(schema: Any) -> Iterator[str]:
    """Every name of a member in a document, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else ()
        for part in schema.values():
            yield from members(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from members(part)


def test_no_table_has_a_place_for_a_demand_or_a_sanction() -> None:
    found = {name.partition(".")[0] for name in enforcing(columns(metadata))}

    assert found == set(COUNTS)
    assert {column.name for column in refused_demands.columns} == COUNTS["refused_demands"]


async def test_nor_has_the_database_itself(world: World) -> None:
    async with world.database.transaction(world.authority) as tx:
        rows = await tx.all(text(_COLUMNS))

    names = [row.name for row in rows]
    assert "cases.status" in names
    assert set(enforcing(names)) == {f"refused_demands.{column}" for column in COUNTS["refused_demands"]}


def test_nor_has_any_body_or_event(world_document: Any) -> None:
    told = set(members(world_document))

    assert {"provision", "exempt", "permitted"} <= told
    assert enforcing(told - ASKED_FOR) == []
    for event in every_event():
        assert enforcing(event.model_fields) == []


@pytest.fixture
def world_document(world: World) -> Any:
    """The service's document."""
    return world.app.openapi()


@pytest.mark.parametrize("name", ["sanctions", "citizens.demanded_at", "cases.sanktion_kode", "penalty_points"])
def test_a_place_for_one_is_found(name: str) -> None:
    planted = MetaData()
    table, _, column = name.partition(".")
    Table(table, planted, Column(column or "id", Text))

    assert enforcing(columns(planted))


async def test_an_exemption_changes_nothing_of_what_the_citizen_is_owed(world: World) -> None:
    """I12, as it is seen from outside: the same gate, the same needs, the same things to do, before and after."""
    case = await world.case("debt", "housing")
    await world.caught(case)
    paths = ("release-check", "needs", "responsibility", "consents")
    anna = world.caller()

    async def owed() -> list[Any]:
        seen = [await anna.read(f"/cases/{case['id']}/{path}") for path in paths]
        whole = await anna.read(f"/cases/{case['id']}")
        seen += [whole[name] for name in ("needs", "attention", "allowedActions", "status", "coordinator")]
        return [_without_version(one) for one in seen]

    before = await owed()
    made = await exempted(world, case)
    while_exempt = await owed()
    ending = {"on": in_days(0), "reasonCode": "citizen-request"}
    await anna.does(f"/cases/{case['id']}/exemptions/{made['id']}/ending", ending)

    assert while_exempt == before
    assert await owed() == before


def _without_version(seen: Any) -> Any:
    if isinstance(seen, dict):
        return {name: _without_version(part) for name, part in seen.items() if name not in ("version", "at")}
    return [_without_version(part) for part in seen] if isinstance(seen, list) else seen
