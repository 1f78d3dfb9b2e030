"""I24 where nobody can forget it: an anonymous case is linked to nobody without the citizen's own act on record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import now
from chassis.database import Transaction
from chassis.ids import new_id
from services.cases.tables import cases, citizens, identifications, identifiers, join_requests
from tests.cases.world import Json, World, cpr


@pytest.fixture
async def case(world: World) -> Json:
    """A case of somebody who has not told who they are."""
    return await world.case(citizen={"anonymous": True, "alias": "Gæsten"})


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses for this reason."""
    with pytest.raises(IntegrityError, match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


async def whose(tx: Transaction, case: Json) -> UUID:
    """The citizen of a case."""
    row = await tx.one(select(cases.c.citizen_id).where(cases.c.id == case["id"]))
    assert row
    found: UUID = row.citizen_id
    return found


def number_for(world: World, person: UUID) -> dict[str, object]:
    """A number for a person."""
    row = {"id": new_id(), "authority": world.authority, "system": "cpr", "blind_index": cpr().encode()}
    return {**row, "citizen_id": person}


async def test_an_anonymous_citizen_gets_no_number(world: World, case: Json) -> None:
    async with refusing(world, "an anonymous citizen has no number") as tx:
        await tx.run(insert(identifiers), [number_for(world, await whose(tx, case))])


async def test_a_number_is_not_moved_to_an_anonymous_citizen(world: World, case: Json) -> None:
    known = await world.case()
    async with refusing(world, "an anonymous citizen has no number") as tx:
        mine = identifiers.c.citizen_id == await whose(tx, known)
        await tx.run(update(identifiers).where(mine).values(citizen_id=await whose(tx, case)))


async def test_nobody_else_says_that_a_citizen_is_anonymous_no_more(world: World, case: Json) -> None:
    async with refusing(world, "only the citizen tells who they are") as tx:
        mine = citizens.c.id == await whose(tx, case)
        await tx.run(update(citizens).where(mine).values(anonymous=False))


async def test_nobody_gives_an_anonymous_case_to_a_person_who_is_known(world: World, case: Json) -> None:
    known = await world.case()
    async with refusing(world, "only the citizen tells who they are") as tx:
        person = await whose(tx, known)
        await tx.run(update(cases).where(cases.c.id == case["id"]).values(citizen_id=person))


@pytest.mark.parametrize("missing", ["citizen_statement", "evidence"])
async def test_an_act_of_the_citizens_has_words_and_evidence(world: World, case: Json, missing: str) -> None:
    row = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": case["id"],
        "citizen_statement": b"sealed",
        "evidence": b"sealed",
        "recorded_by": "anna",
        "recorded_at": now(),
    }
    async with refusing(world, "null value") as tx:
        await tx.run(insert(identifications), [row | {"citizen_id": await whose(tx, case), missing: None}])


async def test_what_a_citizen_has_said_is_never_changed_and_never_gone(world: World, case: Json) -> None:
    for change in (update(identifications).values(evidence=b"other"), delete(identifications)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with world.database.transaction(world.authority) as tx:
                await tx.run(change)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"state": "accepted"}, "answered"),
        ({"state": "pending", "answered_at": now(), "answered_by": "anna"}, "answered"),
        ({"state": "accepted", "answered_at": now(), "answered_by": "anna", "case_id": None}, "of_a_case"),
        ({"state": "declined", "answered_at": now(), "answered_by": "anna"}, "reason_code"),
    ],
    ids=["by nobody", "and still pending", "about nobody", "for no reason"],
)
async def test_a_request_to_join_is_answered_wholly_or_not_at_all(
    world: World, case: Json, values: dict[str, object], why: str
) -> None:
    row = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": case["id"],
        "asking_sector": "health",
        "asked_by": "bodil",
        "reason": b"sealed",
        "asked_at": now(),
        "version": 1,
    }
    async with refusing(world, f"ck_join_requests_{why}") as tx:
        await tx.run(insert(join_requests), [row | values])
