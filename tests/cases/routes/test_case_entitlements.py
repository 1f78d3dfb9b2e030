"""What the arm of a trial owes a citizen: to be met so often at the least, and no larger a budget."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, insert, select

from chassis.clock import day_of, now
from chassis.ids import new_id
from services.cases.tables import allocations, cases, enrolments, trial_arms, trials
from tests.cases.recording import ago, allocation, contact, decided, money
from tests.cases.world import Json, World, slug

DAY = timedelta(days=1)


async def enrolled(
    world: World,
    case: Json,
    *,
    starts: int = -10,
    ends: int = 10,
    status: str = "active",
    every: int | None = None,
    ceiling: int | None = None,
) -> None:
    """The citizen takes part in a trial of their own, with an arm that owes this, from so many days to so many."""
    at, trial = now(), new_id()
    today = day_of(at)
    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(cases.c.citizen_id).where(cases.c.id == UUID(case["id"])))
        assert row is not None

        async def add(table: Table, **told: Any) -> None:
            await tx.run(insert(table).values(authority=world.authority, **told))

        await add(
            trials,
            id=trial,
            name="Forsøg",
            status="recruiting",
            starts_on=date(2026, 1, 1),
            ends_on=date(2199, 1, 1),
            conflict_group=str(trial),
            protocol={"arms": [{"code": "redesigned"}]},
            founded_at=at,
            registered_at=at,
            seed_commitment="-",
            version=1,
        )
        await add(
            trial_arms,
            trial_id=trial,
            code="redesigned",
            name_da="Ny indsats",
            name_en="Redesigned",
            exempt_from=[],
            budget_ceiling_oere=ceiling,
            contact_every_days=every,
        )
        of = {"trial_id": trial, "citizen_id": row.citizen_id, "arm": "redesigned"}
        await add(allocations, **of, method="randomised", allocated_at=at)
        await add(
            enrolments,
            **of,
            id=new_id(),
            case_id=UUID(case["id"]),
            conflict_group=str(trial),
            sector="employment",
            stratum="alle",
            status=status,
            consent_effort=True,
            consent_evaluation=True,
            enrolled_at=at,
            enrolled_by="dora",
            starts_on=today + starts * DAY,
            ends_on=today + ends * DAY,
            withdrawn_at=at if status == "withdrawn" else None,
            version=1,
        )


async def due_after(world: World, case: Json) -> date | None:
    """By when the next meeting is due, after one two days ago; counted from that day."""
    made = await world.caller().does(f"/cases/{case['id']}/contacts", contact(at=ago(days=2)))
    told = (await world.caller().read(f"/cases/{case['id']}"))["nextContactDue"]
    assert day_of(datetime.fromisoformat(made["at"])) == day_of(now() - 2 * DAY)
    return told and date.fromisoformat(told)


async def test_an_arm_owes_meetings_more_often_than_the_authority_has_decided(world: World) -> None:
    case = await world.case()
    await decided(world, "contact-every-days", 60)
    await enrolled(world, case, every=7)

    assert await due_after(world, case) == day_of(now() - 2 * DAY) + 7 * DAY


@pytest.mark.parametrize(
    ("enrolment", "days"),
    [
        ({"every": 7, "starts": 1}, 60),
        ({"every": 7, "ends": -1}, 60),
        ({"every": 7, "ends": 0}, 7),
        ({"every": 7, "status": "withdrawn", "ends": 3}, 7),
        ({"every": None}, 60),
    ],
    ids=["from tomorrow", "until yesterday", "until today", "withdrawn from a day to come", "of an arm that owes none"],
)
async def test_an_arm_owes_from_its_first_day_to_its_last(world: World, enrolment: dict[str, Any], days: int) -> None:
    case = await world.case()
    await decided(world, "contact-every-days", 60)
    await enrolled(world, case, **enrolment)

    assert await due_after(world, case) == day_of(now() - 2 * DAY) + days * DAY


async def test_of_two_trials_the_more_meetings_and_the_lower_ceiling_hold(world: World) -> None:
    case = await world.case()
    await enrolled(world, case, every=30, ceiling=500)
    await enrolled(world, case, every=14, ceiling=800)
    await world.caller().does(f"/cases/{case['id']}/budget/entries", allocation(1_000))

    assert await due_after(world, case) == day_of(now() - 2 * DAY) + 14 * DAY
    assert (await world.caller().read(f"/cases/{case['id']}/budget"))["ceilingOere"] == 500


async def test_an_arm_bounds_the_budget(world: World) -> None:
    case, anna = await world.case(), world.caller()
    entries = f"/cases/{case['id']}/budget/entries"
    await anna.does(entries, allocation(1_000))
    before = await anna.does(entries, money("commitment", 450))
    await enrolled(world, case, ceiling=500)

    beyond = await anna.post(entries, money("expense", 51))
    await anna.does(entries, money("expense", 450, commitmentId=before["id"]))
    await anna.does(entries, money("expense", 50))

    assert (beyond.status_code, slug(beyond), beyond.json()["availableOere"]) == (409, "budget-ceiling-reached", 50)
    budget = await anna.read(f"/cases/{case['id']}/budget")
    assert (budget["allocatedOere"], budget["ceilingOere"], budget["availableOere"]) == (1_000, 500, 0)


async def test_another_citizens_arm_owes_nothing_here(world: World) -> None:
    case = await world.case()
    await enrolled(world, await world.case(), every=7, ceiling=10)
    await world.caller().does(f"/cases/{case['id']}/budget/entries", allocation(1_000))

    assert await due_after(world, case) is None
    assert (await world.caller().read(f"/cases/{case['id']}/budget"))["ceilingOere"] == 1_000


async def test_who_may_not_know_of_an_enrolment_is_told_nothing_of_its_arm(world: World) -> None:
    case, bodil = await world.case(), world.caller("health")
    await decided(world, "contact-every-days", 60)
    await world.referred(case, "requested", "accepted")
    await enrolled(world, case, every=7, ceiling=500)
    entries = f"/cases/{case['id']}/budget/entries"
    await world.caller().does(entries, allocation(1_000))
    await due_after(world, case)

    told = await bodil.read(f"/cases/{case['id']}")
    budget = await bodil.read(f"/cases/{case['id']}/budget")
    beyond = await bodil.post(entries, money("expense", 600))

    assert told["nextContactDue"] == (day_of(now() - 2 * DAY) + 60 * DAY).isoformat()
    assert (budget["ceilingOere"], budget["availableOere"]) == (1_000, 1_000)
    assert (slug(beyond), beyond.json()["availableOere"]) == ("budget-ceiling-reached", 1_000)
