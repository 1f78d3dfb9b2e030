"""Caseloads and time use: figures to plan by, without names, without rank, and of nobody who could be seen in them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text, update

from chassis.clock import DENMARK, day_of, now
from services.cases.tables import responsibilities, staff, units
from tests.cases.recording import contact, involved, note
from tests.cases.world import Caller, Json, World, opening, slug

r = responsibilities.c


def lead(world: World, sector: str = "employment", **how: Any) -> Caller:
    """The team lead of a sector."""
    return world.caller(sector, role="team-lead", subject="dora", **how)


async def handed_to_bodil(world: World, case: Json, on: datetime) -> None:
    """Another coordinator since a moment: a page of history as the database keeps it."""
    async with world.database.transaction(world.authority) as tx:
        await tx.run(text("set constraints all deferred"))
        mine = (r.case_id == UUID(case["id"]), r.kind == "coordinator")
        await tx.run(update(responsibilities).where(*mine).values(since=on, subject="bodil"))


# -- caseloads -----------------------------------------------------------------------------------------------------


async def test_a_caseload_counts_open_cases_by_coordinator(world: World) -> None:
    for subject in ("anna", "anna", "bodil"):
        await world.caller(subject=subject).does("/cases", opening())
    closed = await world.caller(subject="cecil").does("/cases", opening())
    await world.caller(subject="cecil").does(
        f"/cases/{closed['id']}/closure", {"ground": "citizen-died", "reason": "Død."}
    )

    loads = await lead(world).read("/caseloads")

    today = day_of(now()).isoformat()
    assert loads["items"] == [
        {"on": today, "subject": "anna", "cases": 2, "fte": None, "casesPerFte": None},
        {"on": today, "subject": "bodil", "cases": 1, "fte": None, "casesPerFte": None},
    ]
    assert await world.caller(subject="anna").read("/caseloads/mine") == loads["items"][0]
    assert (await world.caller(subject="nobody").read("/caseloads/mine"))["cases"] == 0


async def test_a_caseload_is_of_a_day_in_denmark(world: World) -> None:
    """Of a day that ended at midnight in Denmark: a case taken at half past belongs to the next."""
    case = await world.case()
    midnight = datetime.now(DENMARK).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    await handed_to_bodil(world, case, (midnight + timedelta(minutes=30)).astimezone(UTC))
    dora = lead(world)

    days = [midnight.date() + timedelta(days=n) for n in (-1, 0, 3)]
    counted = [(await dora.read("/caseloads", on=day.isoformat()))["items"] for day in days]

    assert [[(one["subject"], one["cases"]) for one in items] for items in counted] == [
        [],
        [("bodil", 1)],
        [("bodil", 1)],
    ]
    assert (await world.caller(subject="bodil").read("/caseloads/mine", on=days[0].isoformat()))["cases"] == 0


async def test_a_caseload_is_of_ones_own_sector_and_of_a_unit(world: World) -> None:
    await world.caller("employment", "east").does("/cases", opening())
    await world.caller("employment", "west", subject="bodil").does("/cases", opening())
    await world.caller("health", subject="cecil").does("/cases", opening())
    elsewhere = World(world.app, world.http, world.keys)
    await elsewhere.caller(subject="erik").does("/cases", opening())

    async def subjects(caller: Caller, **how: str) -> list[str]:
        return [one["subject"] for one in (await caller.read("/caseloads", **how))["items"]]

    assert await subjects(lead(world)) == ["anna", "bodil"]
    assert await subjects(lead(world), unit="west") == ["bodil"]
    assert await subjects(lead(world), unit="north") == []
    assert await subjects(lead(world, "health")) == ["cecil"]


async def test_a_caseload_is_told_by_full_time_post_where_the_hours_are_known(world: World) -> None:
    for subject in ("anna", "anna", "anna", "bodil"):
        await world.caller(subject=subject).does("/cases", opening())
    at = day_of(now())
    unit = {"id": "employment:east", "sector": "employment", "bare": "east", "name": "Øst"}
    post = {"unit": "employment:east", "sector": "employment", "roles": ["caseworker"]}
    async with world.database.transaction(world.authority) as tx:
        common = {"authority": world.authority, "valid_from": at, "version": 1}
        await tx.run(insert(units).values(common | unit))
        await tx.run(insert(staff).values(common | post | {"subject": "anna", "fte": 0.4}))
        await tx.run(insert(staff).values(common | post | {"subject": "bodil", "fte": None}))

    loads = (await lead(world).read("/caseloads"))["items"]

    assert [(one["subject"], one["cases"], one["fte"], one["casesPerFte"]) for one in loads] == [
        ("anna", 3, 0.4, 7.5),
        ("bodil", 1, None, None),
    ]
    assert await world.caller().read("/caseloads/mine") == loads[0]


async def test_caseloads_come_in_pages_by_subject(world: World) -> None:
    for subject in ("cecil", "anna", "bodil"):
        await world.caller(subject=subject).does("/cases", opening())
    first = await lead(world).read("/caseloads", limit="2")
    last = await lead(world).read("/caseloads", limit="2", cursor=first["page"]["next"])

    assert [one["subject"] for page in (first, last) for one in page["items"]] == ["anna", "bodil", "cecil"]
    assert last["page"]["next"] is None


async def test_who_may_ask_for_caseloads_and_for_which_days(world: World) -> None:
    tomorrow = (day_of(now()) + timedelta(days=1)).isoformat()
    answers = [
        await world.caller().get("/caseloads"),
        await world.caller(role="integration").get("/caseloads/mine"),
        await world.caller().get("/time-use", **{"from": "2026-01-01", "to": "2026-01-31"}),
        await lead(world).get("/caseloads", on=tomorrow),
        await lead(world).get("/caseloads", on="yesterday"),
        await lead(world).get("/time-use", **{"from": "2026-02-01", "to": "2026-01-31"}),
        await lead(world).get("/time-use"),
    ]

    assert [(answer.status_code, slug(answer)) for answer in answers] == [
        (403, "role-missing"),
        (403, "role-missing"),
        (403, "role-missing"),
        (400, "day-to-come"),
        (400, "invalid-request"),
        (400, "period-backwards"),
        (400, "invalid-request"),
    ]


# -- time use ------------------------------------------------------------------------------------------------------

JANUARY = {"from": "2026-01-15", "to": "2026-01-15"}


async def met_in_january(world: World, citizens: int, minutes: int = 10, **told: Any) -> list[Json]:
    """So many citizens, each with one contact in January; their cases."""
    cases = [await world.case() for _ in range(citizens)]
    for case in cases:
        body = contact(at="2026-01-20T10:00:00Z", minutes=minutes, **told)
        await world.caller().does(f"/cases/{case['id']}/contacts", body)
    return cases


async def test_minutes_are_told_by_month_sector_and_purpose_of_five_citizens_and_more(world: World) -> None:
    cases = await met_in_january(world, 5, purposeKind="availability-check")
    anna = world.caller()
    for case in cases[:4]:
        await anna.does(f"/cases/{case['id']}/contacts", contact(at="2026-01-20T10:00:00Z", minutes=60))
    for case in cases:
        await anna.does(
            f"/cases/{case['id']}/notes",
            note(at="2026-01-31T22:59:59Z", minutes=3, purposeKind="availability-check"),
        )
        await anna.does(f"/cases/{case['id']}/notes", note(at="2026-01-31T23:00:00Z", minutes=7))

    january = await lead(world).read("/time-use", **JANUARY)
    both = await lead(world).read("/time-use", **{"from": "2026-01-31", "to": "2026-02-01"})

    assert january["items"] == [
        _cell("2026-01-01", "availability-check", 65, 5),
        _cell("2026-01-01", "help", None, "<5"),
    ]
    assert both["items"] == [*january["items"], _cell("2026-02-01", None, 35, 5)]


def _cell(month: str, purpose: str | None, minutes: int | None, citizens: int | str) -> Json:
    return {
        "month": month,
        "sector": "employment",
        "purposeKind": purpose,
        "minutes": minutes,
        "citizens": citizens,
    }


async def test_no_choice_of_days_tells_single_people_apart(world: World) -> None:
    await met_in_january(world, 5)
    anna = world.caller()
    sixth = await world.case()
    await anna.does(f"/cases/{sixth['id']}/contacts", contact(at="2026-01-03T10:00:00Z", minutes=59))

    with_them = await lead(world).read("/time-use", **{"from": "2026-01-01", "to": "2026-01-31"})
    without = await lead(world).read("/time-use", **{"from": "2026-01-04", "to": "2026-01-31"})

    assert with_them == without
    assert with_them["items"] == [_cell("2026-01-01", "help", 109, 6)]


async def test_what_was_put_right_is_counted_once_and_a_citizen_once(world: World) -> None:
    (first, *_), anna = await met_in_january(world, 5), world.caller()
    here = f"/cases/{first['id']}/contacts"
    wrong = (await anna.read(here))["items"][0]
    await anna.does(here, contact(at="2026-01-20T10:00:00Z", minutes=30, corrects=wrong["id"]))
    for _ in range(2):
        await anna.does(here, contact(at="2026-01-21T10:00:00Z", minutes=1))
    untimed = await world.case()
    await anna.does(f"/cases/{untimed['id']}/contacts", contact(at="2026-01-21T10:00:00Z"))

    january = await lead(world).read("/time-use", **JANUARY)

    assert january["items"] == [_cell("2026-01-01", "help", 72, 5)]


async def test_time_use_is_of_all_sectors_of_one_authority(world: World) -> None:
    elsewhere = World(world.app, world.http, world.keys)
    await met_in_january(elsewhere, 5)
    for _ in range(5):
        case, _, bodil = await involved(world)
        await bodil.does(f"/cases/{case['id']}/contacts", contact(at="2026-01-20T10:00:00Z", minutes=10))

    january = await lead(world).read("/time-use", **JANUARY)

    assert january["items"] == [_cell("2026-01-01", "help", 50, 5) | {"sector": "health"}]


async def test_who_looked_at_figures_is_logged_without_a_case(world: World) -> None:
    await lead(world).read("/caseloads")
    await world.caller().read("/caseloads/mine")
    await lead(world).read("/time-use", **JANUARY)

    looks = await world.looked()
    assert [(look.what, look.case_id, look.subject) for look in looks] == [
        ("caseloads", None, "dora"),
        ("caseload", None, "anna"),
        ("time-use", None, "dora"),
    ]


@pytest.mark.parametrize("purpose", ["supervision", "quality-control"])
async def test_a_team_lead_says_why(world: World, purpose: str) -> None:
    dora = lead(world)
    dora.headers["Access-Purpose"] = purpose
    assert (await dora.get("/caseloads")).status_code == 200
    del dora.headers["Access-Purpose"]
    assert slug(await dora.get("/caseloads")) == "purpose-required"
