"""The decision and the condition are one: whom `may_see` lets through, the `where` finds, and nobody else."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from chassis.actor import Actor
from chassis.database import Database, Transaction
from chassis.ids import new_id
from services.referrals.domain.access import may_see
from services.referrals.queries.found import visible_here, visible_to
from services.referrals.repository.known import owner_has_part
from services.referrals.tables import known_cases, referrals
from tests.referrals.world import MONDAY
from tests.support.servers import TestDatabases

AUTHORITIES = ("0101", "0147")
SECTORS = ("employment", "social", "health")
UNITS = (None, "alkohol", "health:alkohol")


def somebody() -> list[Actor]:
    """Every kind of caller there is."""
    return [
        Actor("s", "i", "c", authority=authority, sector=sector, unit=unit, roles=frozenset({role}))
        for authority in (*AUTHORITIES, None)
        for sector in (*SECTORS, None)
        for unit in UNITS
        for role in ("caseworker", "team-lead", "integration")
    ]


def rows() -> list[dict[str, Any]]:
    """A referral of every kind: each pair of sectors, each unit, in each authority and to each."""
    kinds = [
        (authority, parties, to_unit, responsible, asked)
        for authority, parties, to_unit, responsible, asked in itertools.product(
            AUTHORITIES, itertools.product(SECTORS, SECTORS), UNITS, UNITS, (None, *AUTHORITIES)
        )
        if asked != authority and (asked or len(set(parties)) > 1)
    ]
    return [
        {
            "authority": authority,
            "id": new_id(),
            "case_id": new_id(),
            "need_id": new_id(),
            "state": "accepted",
            "from_sector": sender,
            "requested_by": "s",
            "to_sector": receiver,
            "to_unit": to_unit,
            "to_authority": asked,
            "responsible_unit": responsible,
            "reason_sealed": b"",
            "legal_basis": "fvl-28-2",
            "return_scope": "none",
            "requested_at": MONDAY,
            "attempt_count": 0,
            "version": 1,
            "anonymous": False,
        }
        for authority, (sender, receiver), to_unit, responsible, asked in kinds
    ]


def unseen(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, of which the receiver is not told."""
    hidden = {"anonymous": True, "legal_basis": None, "return_scope": "caught-only"}
    return [row | hidden | {"id": new_id(), "need_id": new_id()} for row in made if row["responsible_unit"] is None]


def moved(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same, of needs that have become another sector's."""
    of_whole_sectors = [row for row in made if row["to_unit"] is None and row["responsible_unit"] is None]
    return [
        row | {"id": new_id(), "need_id": new_id(), "case_id": new_id(), "need_owner": owner}
        for row in of_whole_sectors
        for owner in SECTORS
    ]


def cases_of(moved_on: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases of these. Every other is held by the sector whose the need is; of the rest it has let go."""
    return [
        {
            "authority": row["authority"],
            "case_id": row["case_id"],
            "case_number": "2026-000001",
            "status": "open",
            "holding_sector": row["need_owner"] if number % 2 else "nobody",
        }
        for number, row in enumerate(moved_on)
    ]


@pytest.fixture
async def as_owner(databases: TestDatabases) -> AsyncIterator[Transaction]:
    """A transaction that row-level security does not help: the condition must do it alone."""
    database = Database(databases["referrals"].admin_url, name="test")
    async with database.transaction(None) as tx:
        yield tx
    await database.close()


async def test_the_where_finds_exactly_what_the_decision_allows(as_owner: Transaction) -> None:
    made = rows()
    made += unseen(made)
    of_first_owners = len(made)
    made = [row | {"need_owner": None} for row in made]
    moved_on = moved(made)
    made += moved_on
    await as_owner.run(insert(known_cases), known := cases_of(moved_on))
    ids = [row["id"] for row in made]
    await as_owner.run(insert(referrals), made)
    of_all = select(referrals, owner_has_part().label("owner_has_part")).where(referrals.c.id.in_(ids))
    all_rows = await as_owner.all(of_all)
    callers = somebody()

    for caller in callers:
        condition = select(referrals.c.id).where(referrals.c.id.in_(ids), visible_to(caller))
        found = {row.id for row in await as_owner.all(condition)}
        assert found == {row.id for row in all_rows if may_see(caller, row)}
        here = select(referrals.c.id).where(referrals.c.id.in_(ids), visible_here(caller))
        own = {row.id for row in all_rows if may_see(caller, row) and row.authority == caller.authority}
        assert {row.id for row in await as_owner.all(here)} == own

    await as_owner.run(delete(referrals).where(referrals.c.id.in_(ids)))
    await as_owner.run(delete(known_cases).where(known_cases.c.case_id.in_([case["case_id"] for case in known])))
    assert of_first_owners == 270 + 90
    assert len(moved_on) == 180
    assert len(callers) == 108
