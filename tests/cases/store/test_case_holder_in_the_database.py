"""I1 where nobody can forget it: whatever the code does, the database keeps one holder at every instant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.database import Transaction
from chassis.ids import new_id
from services.cases.tables import cases, metadata, responsibilities
from tests.cases.world import Json, World

r = responsibilities.c
HOUR = timedelta(hours=1)


@pytest.fixture
async def case(world: World) -> Json:
    """An open case."""
    return await world.case()


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses, at once or at its end, for this reason."""
    with pytest.raises(IntegrityError, match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


async def holding(tx: Transaction, case: Json) -> Any:
    """The row of the present holder."""
    return await tx.one(select(responsibilities).where(r.case_id == case["id"], r.kind == "holder", r.until.is_(None)))


def stretch(case: Json, world: World, since: datetime, **changes: Any) -> Any:
    """The insertion of a stretch of holding."""
    row: dict[str, Any] = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": UUID(case["id"]),
        "kind": "holder",
        "sector": "health",
        "since": since,
        "because": "handed-over",
    }
    return insert(responsibilities).values(row | changes)


async def test_two_holders_at_once_cannot_be_written(world: World, case: Json) -> None:
    async with refusing(world, "one_holder_at_a_time") as tx:
        await tx.run(stretch(case, world, (await holding(tx, case)).since + HOUR))


async def test_two_coordinators_at_once_cannot_be_written(world: World, case: Json) -> None:
    async with refusing(world, "one_coordinator_at_a_time") as tx:
        since = (await holding(tx, case)).since
        await tx.run(stretch(case, world, since, kind="coordinator", subject="bodil"))


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("a gap before the next", {"gap": HOUR}),
        ("another than the case names", {"gap": timedelta(0)}),
        ("nobody after", None),
    ],
)
async def test_a_case_without_its_holder_is_refused_at_commit(
    world: World, case: Json, what: str, where: dict[str, timedelta] | None
) -> None:
    async with refusing(world, "responsibility has a gap") as tx:
        present = await holding(tx, case)
        ends = present.since + HOUR
        await tx.run(update(responsibilities).where(r.id == present.id).values(until=ends))
        if where:
            await tx.run(stretch(case, world, ends + where["gap"]))


async def test_a_holder_that_follows_without_a_gap_is_taken(world: World, case: Json) -> None:
    async with world.database.transaction(world.authority) as tx:
        present = await holding(tx, case)
        ends = present.since + HOUR
        await tx.run(update(responsibilities).where(r.id == present.id).values(until=ends))
        await tx.run(stretch(case, world, ends))
        await tx.run(update(cases).where(cases.c.id == case["id"]).values(holding_sector="health"))

    async with world.database.transaction(world.authority) as tx:
        assert (await holding(tx, case)).sector == "health"


async def test_a_stretch_that_ended_as_it_began_is_not_taken_for_the_holder(world: World, case: Json) -> None:
    for sector in ("aaa", "zzz"):
        made = await world.case()
        async with world.database.transaction(world.authority) as tx:
            present = await holding(tx, made)
            ends = present.since + HOUR
            await tx.run(update(responsibilities).where(r.id == present.id).values(until=ends))
            await tx.run(stretch(made, world, ends, until=ends, sector=sector))
            await tx.run(stretch(made, world, ends))
            await tx.run(update(cases).where(cases.c.id == made["id"]).values(holding_sector="health"))


@pytest.mark.parametrize(
    "change",
    [
        {"sector": "health"},
        {"kind": "involved", "sector": "social"},
        {"since": text("since + interval '1 hour'")},
        {"since": text("since - interval '1 hour'")},
        {"until": text("since")},
    ],
    ids=["sector", "kind", "since later", "since earlier", "until"],
)
async def test_the_holder_is_not_rewritten(world: World, case: Json, change: dict[str, Any]) -> None:
    async with refusing(world, "responsibility has a gap") as tx:
        mine = (r.case_id == case["id"], r.kind == "holder")
        await tx.run(update(responsibilities).where(*mine).values(change))


@pytest.mark.parametrize("kind", ["involved", "coordinator"])
async def test_nobody_becomes_a_holder_by_being_renamed(world: World, case: Json, kind: str) -> None:
    async with refusing(world, "one_holder_at_a_time|ck_responsibilities_subject") as tx:
        mine = (r.case_id == case["id"], r.kind == kind)
        await tx.run(update(responsibilities).where(*mine).values(kind="holder"))


async def test_a_holding_is_not_moved_to_another_case(world: World, case: Json) -> None:
    other = await world.case()

    async with refusing(world, "one_holder_at_a_time") as tx:
        mine = (r.case_id == case["id"], r.kind == "holder")
        await tx.run(update(responsibilities).where(*mine).values(case_id=UUID(other["id"])))


@pytest.mark.parametrize(
    "change",
    [
        {"holding_sector": "health"},
        {"opened_at": text("opened_at - interval '1 hour'")},
        {"status": "closed", "closed_at": text("opened_at + interval '1 hour'")},
    ],
    ids=["holder", "opened earlier", "closed"],
)
async def test_the_case_does_not_say_other_than_its_history(world: World, case: Json, change: dict[str, Any]) -> None:
    async with refusing(world, "responsibility has a gap") as tx:
        await tx.run(update(cases).where(cases.c.id == case["id"]).values(change))


async def test_a_case_that_nobody_holds_is_not_opened(world: World, case: Json) -> None:
    async with refusing(world, "responsibility has a gap") as tx:
        row = await tx.one(select(cases).where(cases.c.id == case["id"]))
        assert row is not None
        closed = {"id": new_id(), "number": "2020-000001", "opened_at": row.opened_at - HOUR}
        ended = {"status": "closed", "closed_at": row.opened_at}
        await tx.run(insert(cases).values({**row._mapping, **closed, **ended}))


async def test_a_closed_case_was_held_to_its_last_instant(world: World, case: Json) -> None:
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    async with refusing(world, "responsibility has a gap") as tx:
        longer = {"closed_at": text("closed_at + interval '1 hour'")}
        await tx.run(update(cases).where(cases.c.id == case["id"]).values(longer))


# A dead letter goes once a replay has dealt with it. The watch list tells nothing that the cases do not: it is made
# from them, and made anew when it was emptied.
DELETED = {"dead_letters", "watch_items", "watched_cases"}


@pytest.mark.parametrize("table", sorted(set(metadata.tables) - DELETED))
async def test_nothing_is_deleted_by_the_service(world: World, table: str) -> None:
    """But what is listed above, with the reason."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(delete(metadata.tables[table]))


async def test_a_second_open_case_of_a_person_cannot_be_written(world: World, case: Json) -> None:
    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(cases).where(cases.c.id == case["id"]))
        assert row is not None
        twin = {**row._mapping, "id": new_id(), "number": "2020-000001"}
        with pytest.raises(IntegrityError, match="uq_cases_open_per_citizen"):
            await tx.run(insert(cases).values(twin))


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("needs", {"outcome": "withdrawn-by-citizen", "outcome_statement": None}, "withdrawn_in_words"),
        ("releases", {"referral_ids": []}, "rests_on_a_catch"),
        ("releases", {"receipt_id": None}, "taken_over_by_receipt"),
        ("releases", {"taken_over_by": None}, "taken_over_by_receipt"),
        ("cases", {"closure_ground": "citizen-moved", "told": None, "to_authority": "0147"}, "moved_to_who_knows"),
        ("cases", {"closure_ground": "citizen-moved", "to_authority": None}, "moved_to_who_knows"),
    ],
)
async def test_an_ending_is_not_rewritten_into_one_that_leaves_somebody_behind(
    world: World, case: Json, table: str, change: dict[str, Any], rule: str
) -> None:
    await world.caught(case)
    assert (await world.release(case)).status_code == 201
    told = metadata.tables[table]
    of = told.c.id if table == "cases" else told.c.case_id

    with pytest.raises(IntegrityError, match=rule):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(told).where(of == case["id"]).values(change))
