"""What holds of exemptions where nobody can forget it: whatever the code does, the database refuses, to the service's
own role too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import now
from chassis.database import Transaction
from chassis.ids import new_id
from services.cases.tables import exemption_endings, exemption_provisions, exemptions, refused_demands
from tests.cases.exempting import DAY, Enrolled, enrolled, exempted, in_days, today
from tests.cases.world import Json, World

E = exemptions.c


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


@asynccontextmanager
async def refusing(world: World, why: str) -> AsyncIterator[Transaction]:
    """A transaction of the service's own that the database refuses, at once or at its end, for this reason."""
    with pytest.raises(IntegrityError, match=why):
        async with world.database.transaction(world.authority) as tx:
            yield tx


def row(world: World, case: Json, first: int = 0, last: int = 100, **changes: Any) -> dict[str, Any]:
    """An exemption by ordinary law as a row, with days counted from today."""
    told = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": UUID(case["id"]),
        "valid_from": today() + first * DAY,
        "valid_to": today() + last * DAY,
        "granted_to": today() + last * DAY,
        "legal_basis": "social-assessment",
        "decided_by": "anna",
        "decided_sector": "employment",
        "decided_at": now(),
        "version": 1,
    }
    return told | changes


def under(part: Enrolled) -> dict[str, Any]:
    """What makes it one under a trial."""
    return {"legal_basis": None, "legal_basis_id": part.basis_id, "enrolment_id": part.enrolment_id}


async def write(tx: Transaction, told: dict[str, Any], *provisions: str) -> None:
    """Past every rule of the code, as the service's own role."""
    await tx.run(insert(exemptions).values(told))
    about = {name: told[name] for name in ("authority", "case_id", "valid_from", "valid_to")}
    rows = [about | {"exemption_id": told["id"], "provision": one} for one in provisions or ("offers",)]
    await tx.run(insert(exemption_provisions), rows)


async def test_what_keeps_the_rules_is_taken(world: World, case: Json) -> None:
    part = await enrolled(world, case)

    async with world.database.transaction(world.authority) as tx:
        await write(tx, row(world, case, 0, 100), "offers")
        await write(tx, row(world, case, 101, 200), "offers")
        await write(tx, row(world, case, 0, 100), "availability")
        await write(tx, row(world, case, -10, 300, **under(part)), "interviews")


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-50, 0), (100, 200), (20, 30), (-10, 300)])
async def test_two_decisions_for_one_duty_and_day_cannot_be_written(
    world: World, case: Json, first: int, last: int
) -> None:
    await exempted(world, case, provisions=["offers"], to=in_days(100))

    async with refusing(world, "one_exemption_at_a_time") as tx:
        await write(tx, row(world, case, first, last), "availability", "offers")


@pytest.mark.parametrize(
    ("days", "changes", "why"),
    [
        ((0, 301), {}, "within its ground"),
        ((-11, 10), {}, "within its ground"),
        ((0, 10), {"status": "withdrawn", "withdrawn_at": now()}, "within its ground"),
        ((0, 10), {"basis": (-100, 9)}, "within its ground"),
        ((0, 10), {"basis": (1, 400)}, "within its ground"),
        ((0, 10), {"exempt_from": ("interviews",)}, "named by its ground"),
        ((0, 10), {"named_by_basis": ("interviews",)}, "named by its ground"),
    ],
    ids=["after", "before", "left", "basis ends", "basis begins", "arm", "basis names"],
)
async def test_a_day_or_a_duty_outside_the_ground_cannot_be_written(
    world: World, case: Json, days: tuple[int, int], changes: Json, why: str
) -> None:
    part = await enrolled(world, case, **changes)

    async with refusing(world, why) as tx:
        await write(tx, row(world, case, *days, **under(part)))


offsets = st.integers(-30, 30)
spans = st.tuples(offsets, offsets).map(sorted).map(tuple)


@given(basis=spans, period=spans, wanted=spans)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_the_periods_no_day_outside_is_kept(
    world: World, basis: tuple[int, int], period: tuple[int, int], wanted: tuple[int, int]
) -> None:
    made = await world.case()
    part = await enrolled(world, made, basis=basis, period=period)
    within = max(basis[0], period[0]) <= wanted[0] and wanted[1] <= min(basis[1], period[1])

    try:
        async with world.database.transaction(world.authority) as tx:
            await write(tx, row(world, made, *wanted, **under(part)))
    except IntegrityError:
        assert not within
    else:
        assert within
    answer = await world.caller().post(f"/cases/{made['id']}/exemptions", part.asking(*wanted, "interviews"))
    assert (answer.status_code == 201) == (within and wanted[1] >= 0)


async def test_a_ground_of_somebody_else_carries_nothing(world: World, case: Json) -> None:
    part = await enrolled(world, await world.case())

    async with refusing(world, "within its ground") as tx:
        await write(tx, row(world, case, **under(part)))


@pytest.mark.parametrize(
    "changes",
    [
        {"legal_basis": None},
        {"legal_basis_id": "basis", "enrolment_id": "enrolment"},
        {"legal_basis": None, "legal_basis_id": "basis"},
        {"legal_basis": None, "enrolment_id": "enrolment"},
    ],
    ids=["nothing", "both", "no enrolment", "no legal basis"],
)
async def test_an_exemption_rests_on_exactly_one_ground(world: World, case: Json, changes: Json) -> None:
    part = await enrolled(world, case)
    known = {"basis": part.basis_id, "enrolment": part.enrolment_id}

    with pytest.raises(IntegrityError):
        async with world.database.transaction(world.authority) as tx:
            await write(tx, row(world, case, **{name: known.get(value, value) for name, value in changes.items()}))


async def test_a_period_ends_after_it_begins_and_not_after_it_was_granted_to(world: World, case: Json) -> None:
    async with refusing(world, "ck_exemptions_granted") as tx:
        await write(tx, row(world, case, 5, 4))
    async with refusing(world, "ck_exemptions_period") as tx:
        await write(tx, row(world, case, 0, 5, granted_to=today() + 4 * DAY))


# -- its end ---------------------------------------------------------------------------------------------------------


def ending(world: World, case: Json, exemption: Json, last: int, **changes: Any) -> Any:
    """The insertion of a decision to end it."""
    told = {
        "id": new_id(),
        "authority": world.authority,
        "case_id": UUID(case["id"]),
        "exemption_id": UUID(exemption["id"]),
        "valid_to": today() + last * DAY,
        "reason": "citizen-request",
        "decided_at": now(),
    }
    return insert(exemption_endings).values(told | changes)


def ends_on(exemption: Json, last: int) -> Any:
    """The exemption with another last day."""
    return update(exemptions).where(E.id == exemption["id"]).values(valid_to=today() + last * DAY)


async def test_an_end_reaches_the_duties(world: World, case: Json) -> None:
    made = await exempted(world, case)

    async with world.database.transaction(world.authority) as tx:
        await tx.run(ending(world, case, made, 40))
        await tx.run(ends_on(made, 40))

    async with world.database.transaction(world.authority) as tx:
        kept = await tx.all(select(exemption_provisions.c.valid_to))
    assert {one.valid_to for one in kept} == {today() + 40 * DAY}
    assert len(kept) == 2


@pytest.mark.parametrize(("decided", "written"), [(None, 40), (50, 40), (40, 39), (40, 41)])
async def test_nobody_is_exempt_for_a_shorter_time_without_a_decision_that_says_so(
    world: World, case: Json, decided: int | None, written: int
) -> None:
    made = await exempted(world, case)

    async with refusing(world, "ends by decision") as tx:
        if decided is not None:
            await tx.run(ending(world, case, made, decided))
        await tx.run(ends_on(made, written))


async def test_no_exemption_is_prolonged(world: World, case: Json) -> None:
    made = await exempted(world, case)
    async with world.database.transaction(world.authority) as tx:
        await tx.run(ending(world, case, made, 40))
        await tx.run(ends_on(made, 40))

    async with refusing(world, "ends by decision") as tx:
        await tx.run(ending(world, case, made, 60))
        await tx.run(ends_on(made, 60))
    async with refusing(world, "ck_exemptions_period") as tx:
        await tx.run(ends_on(made, 151))


async def test_no_exemption_ends_before_the_day_on_which_it_is_decided(world: World, case: Json) -> None:
    made = await exempted(world, case)

    async with refusing(world, "not_backwards") as tx:
        await tx.run(ending(world, case, made, -1))


@pytest.mark.parametrize(("decided", "taken"), [("22:59:59", True), ("23:00:00", False)])
async def test_the_day_of_a_decision_is_the_danish_day(world: World, case: Json, decided: str, taken: bool) -> None:
    made = await exempted(world, case)
    at = f"2027-01-31T{decided}+00:00"
    told = ending(world, case, made, 0, decided_at=text(f"'{at}'::timestamptz"), valid_to=text("'2027-01-31'::date"))

    if taken:
        async with world.database.transaction(world.authority) as tx:
            await tx.run(told)
    else:
        async with refusing(world, "not_backwards") as tx:
            await tx.run(told)


async def test_an_end_has_a_reason_from_the_list(world: World, case: Json) -> None:
    made = await exempted(world, case)

    async with refusing(world, "ck_exemption_endings_reason") as tx:
        await tx.run(ending(world, case, made, 40, reason="no-show"))


# -- what is never done ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "delete from exemptions",
        "delete from exemption_provisions",
        "delete from exemption_endings",
        "delete from refused_demands",
        "update exemption_provisions set valid_to = valid_to - 1",
        "update exemption_endings set reason = 'citizen-request'",
        "update refused_demands set kind = 'demand'",
        "update exemptions set valid_from = valid_from - 1",
        "update exemptions set granted_to = granted_to + 1",
        "update exemptions set legal_basis = 'act-1750-2025'",
        "update exemptions set reason = null",
        "update exemptions set decided_by = 'bodil'",
        "truncate exemptions",
    ],
)
async def test_a_decision_is_neither_changed_nor_lost(world: World, case: Json, statement: str) -> None:
    await exempted(world, case)

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(statement))


async def test_another_authority_sees_none_of_it_and_adds_nothing(world: World, case: Json) -> None:
    made = await exempted(world, case)
    demand = {"provision": "offers", "on": in_days(0), "kind": "demand"}
    await world.caller().post(f"/cases/{case['id']}/demand-checks", demand)
    spared = {"authority": world.authority, "case_id": UUID(case["id"]), "day": today(), "provision": "x"}

    async with world.database.transaction("0147") as tx:
        for table in (exemptions, exemption_provisions, exemption_endings, refused_demands):
            assert await tx.all(select(table)) == []
        assert await tx.run(ends_on(made, 40)) == 0
    for told in (
        insert(exemptions).values(row(world, case)),
        ending(world, case, made, 40),
        insert(refused_demands).values(**spared, kind="demand"),
    ):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with world.database.transaction("0147") as tx:
                await tx.run(told)
