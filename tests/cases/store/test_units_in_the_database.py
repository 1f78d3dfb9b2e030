"""I30 where nobody can forget it: whatever the code does, no unit ends while it holds anybody, and none takes anybody
in after its end; not even two transactions that cannot see each other bring it about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import day_of, now
from chassis.database import Transaction
from chassis.ids import new_id
from chassis.problems import Unavailable
from services.cases.tables import absences, cases, responsibilities, staff, units
from tests.cases.town_hall import employed, unit
from tests.cases.world import Json, World, opening

TODAY = day_of(now())
r = responsibilities.c
END = update(units).where(units.c.id == "employment:udsatte").values(valid_to=TODAY)


@pytest.fixture
async def held(world: World) -> Json:
    """A case that a unit holds."""
    await unit(world, "employment:udsatte")
    return await world.caller("employment", "employment:udsatte").does("/cases", opening())


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses for this reason."""
    with pytest.raises(IntegrityError, match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


def part(world: World, case: Json, unit_name: str | None, **changes: Any) -> Any:
    """The insertion of a sector's part in a case."""
    row = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": UUID(case["id"]),
        "kind": "involved",
        "sector": "employment",
        "unit": unit_name,
        "since": now(),
        "because": "handed-over",
    }
    return insert(responsibilities).values(row | changes)


async def ended(world: World, unit_id: str, sector: str = "employment") -> None:
    """A unit that has ended."""
    await unit(world, unit_id, sector)
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(units).where(units.c.id == unit_id).values(valid_to=TODAY))


async def impatiently(world: World, change: Any) -> None:
    """Try a change, and give up soon where it has to wait for somebody."""
    async with world.database.transaction(world.authority) as tx:
        await tx.run(text("set local lock_timeout = '100ms'"))
        await tx.run(change)


async def test_a_unit_that_holds_a_case_cannot_end(world: World, held: Json) -> None:
    async with refusing(world, "still holds somebody") as tx:
        await tx.run(END)


@pytest.mark.parametrize("name", ["alkohol", "health:alkohol"])
async def test_by_neither_name_can_a_unit_with_a_part_in_a_case_end(world: World, name: str) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", unit=name)
    await unit(world, "alkohol", "health")

    async with refusing(world, "still holds somebody") as tx:
        await tx.run(update(units).where(units.c.id == "alkohol").values(valid_to=TODAY))


async def test_a_unit_cannot_be_entered_as_ended_while_its_name_holds(world: World) -> None:
    await world.caller("employment", "udsatte").does("/cases", opening())
    row = {"id": "employment:udsatte", "sector": "employment", "bare": "udsatte", "name": "Udsatte", "version": 1}
    days = {"valid_from": TODAY, "valid_to": TODAY}

    async with refusing(world, "still holds somebody") as tx:
        await tx.run(insert(units).values(row | days | {"authority": world.authority}))


async def test_the_unit_that_the_case_itself_names_cannot_end(world: World, held: Json) -> None:
    async with refusing(world, "still holds somebody") as tx:
        await tx.run(update(responsibilities).where(r.case_id == held["id"]).values(unit=None))
        await tx.run(END)


@pytest.mark.parametrize("name", ["nedlagt", "health:nedlagt"])
async def test_an_ended_unit_takes_nobody_in(world: World, held: Json, name: str) -> None:
    await ended(world, "nedlagt", "health")

    async with refusing(world, "takes nobody in") as tx:
        await tx.run(part(world, held, name, sector="health"))


async def test_nobody_is_moved_into_an_ended_unit(world: World, held: Json) -> None:
    await ended(world, "nedlagt")

    async with refusing(world, "takes nobody in") as tx:
        await tx.run(update(responsibilities).where(r.case_id == held["id"]).values(unit="nedlagt"))
    async with refusing(world, "takes nobody in") as tx:
        await tx.run(update(cases).where(cases.c.id == held["id"]).values(holding_unit="nedlagt"))


async def test_the_same_name_in_another_sector_is_another_unit(world: World, held: Json) -> None:
    await ended(world, "health:udsatte", "health")

    async with world.database.transaction(world.authority) as tx:
        holding = await tx.one(select(r.unit).where(r.case_id == held["id"], r.kind == "holder"))
        assert await tx.run(part(world, held, "udsatte", sector="social")) == 1

    assert holding is not None
    assert holding.unit == "employment:udsatte"


async def test_a_take_over_that_nobody_sees_yet_keeps_the_unit_open(world: World) -> None:
    await unit(world, "employment:udsatte")
    case = await world.case()

    async with world.database.transaction(world.authority) as taking:
        await taking.run(update(responsibilities).where(r.case_id == case["id"]).values(unit="udsatte"))
        with pytest.raises(Unavailable):
            await impatiently(world, END)

    async with refusing(world, "still holds somebody") as tx:
        await tx.run(END)


async def test_who_would_be_taken_in_waits_for_an_ending_that_nobody_sees_yet(world: World) -> None:
    await unit(world, "employment:udsatte")
    case = await world.case()
    change = update(responsibilities).where(r.case_id == case["id"]).values(unit="udsatte")

    async with world.database.transaction(world.authority) as ending:
        await ending.run(END)
        with pytest.raises(Unavailable):
            await impatiently(world, change)

    async with refusing(world, "takes nobody in") as tx:
        await tx.run(change)


@pytest.mark.parametrize(
    "change", ["delete from units", "update units set sector = 'social'", "update units set id = 'x', bare = 'x'"]
)
async def test_a_unit_is_never_lost_and_never_becomes_another(world: World, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(change))


async def test_two_absences_at_once_cannot_be_written(world: World) -> None:
    await unit(world, "a")
    await employed(world, "anna", "a")
    row = {"authority": world.authority, "subject": "anna", "recorded_by": "anna", "recorded_at": now(), "version": 1}

    async with refusing(world, "one_absence_at_a_time") as tx:
        for _ in range(2):
            await tx.run(insert(absences).values(row | {"id": new_id(), "first_day": TODAY}))


async def test_nobody_works_in_a_unit_of_another_sector(world: World) -> None:
    await unit(world, "a", "employment")
    row = {"subject": "anna", "unit": "a", "sector": "health", "roles": [], "valid_from": TODAY, "version": 1}

    async with refusing(world, "fk_staff_authority_unit_sector_units") as tx:
        await tx.run(insert(staff).values(row | {"authority": world.authority}))
