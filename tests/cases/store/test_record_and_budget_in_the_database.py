"""What the service's own role cannot do, whatever the code does: change the record, or pass the ceiling (I27)."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import now
from chassis.database import Transaction
from chassis.ids import new_id
from services.cases.domain.budget import Ledger
from services.cases.repository.budget import BudgetRepository
from services.cases.tables import (
    appointment_outcomes,
    appointments,
    budget_entries,
    budgets,
    contacts,
    documents,
    notes,
)
from tests.cases.ledgers import REFUSALS, ask
from tests.cases.recording import KINDS, ago, allocation, appointment, body_of, money
from tests.cases.world import Json, World

WRITTEN_ONCE: dict[str, Table] = {
    "contacts": contacts,
    "notes": notes,
    "appointments": appointments,
    "documents": documents,
    "appointment_outcomes": appointment_outcomes,
    "budget_entries": budget_entries,
}
_e, _b = budget_entries.c, budgets.c


@pytest.fixture
async def case(world: World) -> Json:
    """An open case with a budget of 1,000 of which 400 are bound and 100 spent."""
    made = await world.case()
    for body in (allocation(1000), money("commitment", 400), money("expense", 100)):
        await world.caller().does(f"/cases/{made['id']}/budget/entries", body)
    return made


@pytest.fixture
async def told(world: World, case: Json) -> Json:
    """The same case with an entry of every kind in its record."""
    anna, path = world.caller(), f"/cases/{case['id']}"
    for kind in KINDS:
        await anna.does(f"{path}/{kind}", body_of(kind))
    held = await anna.does(f"{path}/appointments", appointment(at=ago(hours=1)))
    await anna.does(f"{path}/appointments/{held['id']}/outcome", {"outcome": "held"})
    return case


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses, at once or at its end, for this reason."""
    with pytest.raises((IntegrityError, ProgrammingError), match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


@asynccontextmanager
async def taken_already(world: World, key: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own in which this key is in the way."""
    async with world.database.transaction(world.authority) as tx:
        with pytest.raises(IntegrityError, match=key):
            yield tx


@pytest.mark.parametrize("table", WRITTEN_ONCE)
async def test_what_is_written_once_is_neither_changed_nor_removed(world: World, told: Json, table: str) -> None:
    columns = [column for column in WRITTEN_ONCE[table].columns if column.name != "authority"]

    for column in columns:
        async with refusing(world, "permission denied") as tx:
            await tx.run(update(WRITTEN_ONCE[table]).values({column.name: None}))
    async with refusing(world, "permission denied") as tx:
        await tx.run(delete(WRITTEN_ONCE[table]))
    async with refusing(world, "permission denied") as tx:
        await tx.run(text(f"truncate {table}"))
    async with world.database.transaction(world.authority) as tx:
        assert await tx.all(select(WRITTEN_ONCE[table])), "there was something to change"


async def copy(tx: Transaction, table: Table, case: Json, **changes: Any) -> Any:
    """The insertion of a row like one of the case's, with another id."""
    row = (await tx.all(select(table).where(table.c.case_id == case["id"])))[0]
    return insert(table).values({**row._mapping, "id": new_id(), **changes})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_correction_is_of_the_same_case_and_sector_and_the_only_one(
    world: World, told: Json, kind: str
) -> None:
    table = WRITTEN_ONCE[kind]
    other = await world.case()
    async with world.database.transaction(world.authority) as tx:
        old = (await tx.all(select(table).where(table.c.case_id == told["id"])))[0]
        await tx.run(await copy(tx, table, told, corrects=old.id))

    async with taken_already(world, f"uq_{kind}_corrects") as tx:
        await tx.run(await copy(tx, table, told, corrects=old.id))
    fresh = (await last_of(world, table, told)).id
    for wrong in ({"case_id": UUID(other["id"])}, {"sector": "health"}, {"corrects": uuid4()}):
        async with refusing(world, f"fk_{kind}_corrects") as tx:
            await tx.run(await copy(tx, table, told, **{"corrects": fresh} | wrong))
    async with refusing(world, f"ck_{kind}_corrects_another") as tx:
        itself = new_id()
        await tx.run(await copy(tx, table, told, id=itself, corrects=itself))


async def last_of(world: World, table: Table, case: Json) -> Any:
    """The last entry of a case: nobody has corrected it."""
    async with world.database.transaction(world.authority) as tx:
        return (await tx.all(select(table).where(table.c.case_id == case["id"]).order_by(table.c.id)))[-1]


async def test_an_appointment_has_one_outcome_and_one_successor(world: World, told: Json) -> None:
    async with world.database.transaction(world.authority) as tx:
        row = (await tx.all(select(appointment_outcomes)))[0]
        await tx.run(await copy(tx, appointments, told, moved_from=row.appointment_id))

    async with taken_already(world, "pk_appointment_outcomes") as tx:
        await tx.run(insert(appointment_outcomes).values(row._mapping))
    async with taken_already(world, "uq_appointments_moved_from") as tx:
        await tx.run(await copy(tx, appointments, told, moved_from=row.appointment_id))


# -- the budget ----------------------------------------------------------------------------------------------------


def line(world: World, case: Json, kind: str, amount: int, **changes: Any) -> Any:
    """The insertion of a line of the ledger."""
    row = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": UUID(case["id"]),
        "sector": "employment",
        "recorded_by": "anna",
        "recorded_at": now(),
        "kind": kind,
        "amount": amount,
        "paying_sector": "employment",
        "purpose_kind": "help",
    }
    return insert(budget_entries).values(row | changes)


def totals(case: Json, **change: Any) -> Any:
    """The change of a case's totals."""
    return update(budgets).where(_b.case_id == case["id"]).values(change)


async def test_the_ceiling_is_not_passed_by_any_line(world: World, case: Json) -> None:
    async with refusing(world, "ck_budgets_within_the_ceiling") as tx:
        await tx.run(line(world, case, "expense", 501))
        await tx.run(totals(case, spent=601))


async def test_of_two_who_take_the_last_krone_at_once_one_is_refused(world: World, case: Json) -> None:
    """Also where neither has locked the case: the totals are one row, and each adds to what the other has left."""

    async def spend() -> None:
        async with world.database.transaction(world.authority) as tx:
            await tx.run(line(world, case, "expense", 500))
            both_are_at_it.set() if written else written.append(1)
            await both_are_at_it.wait()
            await tx.run(totals(case, spent=_b.spent + 500))

    written: list[int] = []
    both_are_at_it = asyncio.Event()

    outcomes = await asyncio.gather(spend(), spend(), return_exceptions=True)

    (refused,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(refused, IntegrityError)
    assert "ck_budgets_within_the_ceiling" in str(refused)


@pytest.mark.parametrize(
    "change",
    [{"allocated": 2000}, {"committed": 0}, {"spent": 0}, {"committed": 100, "spent": 400}],
    ids=str,
)
async def test_totals_say_no_other_than_the_ledger(world: World, case: Json, change: dict[str, int]) -> None:
    async with refusing(world, "the totals are not the ledger's") as tx:
        await tx.run(totals(case, **change))


@pytest.mark.parametrize("kind", ["allocation", "commitment", "expense"])
async def test_a_line_without_its_totals_is_refused(world: World, case: Json, kind: str) -> None:
    async with refusing(world, "the totals are not the ledger's") as tx:
        await tx.run(line(world, case, kind, 1))


async def test_a_line_of_a_case_without_a_budget_is_refused(world: World) -> None:
    bare = await world.case()

    async with refusing(world, "cannot be vouched for") as tx:
        await tx.run(line(world, bare, "allocation", 1))


async def test_a_budget_is_not_moved_to_another_case_nor_removed(world: World, case: Json) -> None:
    other = await world.case()

    async with refusing(world, "permission denied") as tx:
        await tx.run(totals(case, case_id=UUID(other["id"])))
    async with refusing(world, "permission denied") as tx:
        await tx.run(delete(budgets))


async def test_a_line_is_undone_once_and_settles_what_is_of_its_case(world: World, case: Json) -> None:
    other = await world.case()
    await world.caller().does(f"/cases/{other['id']}/budget/entries", allocation(10))
    async with world.database.transaction(world.authority) as tx:
        mine = (await tx.all(select(budget_entries).where(_e.case_id == case["id"], _e.kind == "expense")))[0]
        theirs = (await tx.all(select(budget_entries).where(_e.case_id == other["id"])))[0]
        await tx.run(line(world, case, "reversal", 100, reverses=mine.id))
        await tx.run(totals(case, spent=0))

    async with taken_already(world, "uq_budget_entries_reverses") as tx:
        await tx.run(line(world, case, "reversal", 100, reverses=mine.id))
    for wrong in (
        {"kind": "reversal", "reverses": theirs.id},
        {"kind": "expense", "commitment_id": theirs.id},
    ):
        async with refusing(world, "fk_budget_entries_") as tx:
            await tx.run(line(world, case, amount=10, **wrong))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"kind": "payment"}, "kind"),
        ({"kind": "reversal"}, "reverses"),
        ({"reverses": UUID(int=1)}, "reverses"),
        ({"commitment_id": UUID(int=1)}, "settles"),
        ({"purpose_kind": "sanction"}, "purpose_kind"),
    ],
)
async def test_a_line_that_makes_no_sense_is_refused(world: World, case: Json, wrong: dict[str, Any], why: str) -> None:
    async with refusing(world, f"ck_budget_entries_{why}") as tx:
        await tx.run(line(world, case, **{"kind": "allocation", "amount": 1} | wrong))


@pytest.mark.parametrize("seed", range(3))
async def test_the_database_counts_as_the_rules_do(world: World, seed: int) -> None:
    """Whatever a ledger takes, its totals are the database's too: else the commit would be refused."""
    case, dice = await world.case(), random.Random(seed)
    ledger = Ledger()
    taken = 0
    for _ in range(60):
        kind = dice.choice(["allocation", "commitment", "commitment", "expense", "settling", "settling", "reversal"])
        known = len(ledger.entries)
        try:
            ask(ledger, kind, dice.randint(1, 50), dice.randint(0, 30))
        except REFUSALS:
            continue
        taken += 1
        async with world.database.transaction(world.authority) as tx:
            new = list(ledger.entries.values())[known]
            await BudgetRepository(tx).add(UUID(case["id"]), new, ledger)
    async with world.database.transaction(world.authority) as tx:
        kept = await BudgetRepository(tx).ledger(UUID(case["id"]), arm_ceiling=None)

    assert taken > 15
    assert kept.totals == ledger.totals
