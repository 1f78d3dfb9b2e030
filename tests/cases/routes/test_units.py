"""Units, and I30: none ends while it holds anybody, and one that has ended takes nobody in."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from tests.cases.town_hall import administrator, unit
from tests.cases.world import Caller, World, opening, slug

TODAY = day_of(now())
END = {"on": TODAY.isoformat()}


@pytest.fixture
def head(world: World) -> Caller:
    """Who keeps the organisation."""
    return administrator(world)


def lead(world: World, sector: str = "employment") -> Caller:
    """A team lead."""
    return world.caller(sector, role="team-lead", subject="leder")


async def test_a_unit_is_made_read_and_changed(world: World, head: Caller) -> None:
    told = {"id": "health:alkohol", "sector": "health", "name": "Alkoholbehandling", "phone": "+45 12 34 56 78"}
    made = await head.post("/units", told)
    changed = await head.patch(
        "/units/health:alkohol", {"name": "Rusmidler", "phone": None}, If_Match=made.headers["ETag"]
    )

    assert (made.status_code, made.headers["Location"]) == (201, "/v1/units/health:alkohol")
    assert made.json()["validFrom"] == TODAY.isoformat()
    assert changed.json() == made.json() | {"name": "Rusmidler", "phone": None, "version": 2}
    listed = await world.caller().read("/units", sector="health")
    assert [(one["id"], one["name"]) for one in listed["items"]] == [("health:alkohol", "Rusmidler")]
    assert (await world.caller().read("/units", sector="social"))["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"id": "social:alkohol"}, 400, "unit-misnamed"),
        ({"sector": "church"}, 400, "unknown-sector"),
        ({"parent": "nowhere"}, 400, "unit-unknown"),
        ({"parent": "health:alkohol"}, 409, "unit-above-itself"),
        ({"id": "kæft"}, 400, "invalid-request"),
        ({"name": ""}, 400, "invalid-request"),
        ({"cpr": "1"}, 400, "invalid-request"),
    ],
)
async def test_a_unit_that_cannot_be_is_refused(head: Caller, changes: dict[str, Any], status: int, why: str) -> None:
    refused = await head.post("/units", {"id": "health:alkohol", "sector": "health", "name": "Alkohol"} | changes)

    assert (refused.status_code, slug(refused)) == (status, why)


async def test_both_names_of_a_unit_are_one(world: World, head: Caller) -> None:
    await unit(world, "health:alkohol", "health")

    refused = await head.post("/units", {"id": "alkohol", "sector": "health", "name": "Alkohol"})

    assert (refused.status_code, slug(refused)) == (409, "already-exists")


async def test_units_stand_under_units_and_never_in_a_circle(world: World, head: Caller) -> None:
    await unit(world, "a")
    await unit(world, "b", parent="a")
    await unit(world, "c", parent="b")

    circle = await head.patch("/units/a", {"parent": "c"}, If_Match='"1"')
    early = await head.post("/units/a/ending", END)

    assert (circle.status_code, slug(circle)) == (409, "unit-above-itself")
    assert (early.status_code, slug(early), early.json()["units"]) == (409, "unit-has-units", ["b"])


async def test_who_may_what(world: World) -> None:
    await unit(world, "a")
    anna, other = world.caller(), lead(world, "social")

    assert (await anna.get("/units/a")).status_code == 200
    assert (await anna.post("/units", {"id": "b", "sector": "social", "name": "B"})).status_code == 403
    assert (await lead(world).patch("/units/a", {"name": "B"}, If_Match='"1"')).status_code == 403
    assert (await anna.post("/units/a/ending", END)).status_code == 403
    assert slug(await other.post("/units/a/ending", END)) == "unit-not-yours"
    assert (await world.caller(authority="0999").get("/units/a")).status_code == 404
    assert (await world.caller(role="evaluator", sector=None).get("/units/a")).status_code == 403


async def test_a_unit_is_changed_from_what_was_read(world: World, head: Caller) -> None:
    await unit(world, "a")

    assert (await head.patch("/units/a", {"name": "B"})).status_code == 428
    assert (await head.patch("/units/a", {"name": "B"}, If_Match='"2"')).status_code == 412
    assert (await head.patch("/units/a", {"name": None}, If_Match='"1"')).status_code == 400
    assert (await head.post("/units/a/ending", END, If_Match='"2"')).status_code == 412


async def test_a_unit_that_holds_somebody_does_not_end(world: World) -> None:
    await unit(world, "employment:udsatte")
    case = await world.caller("employment", "employment:udsatte").does("/cases", opening())
    await world.caller("employment", "udsatte").does("/cases", opening())

    refused = await lead(world).post("/units/employment:udsatte/ending", END)
    await world.caller().does(
        f"/cases/{case['id']}/closure",
        {"ground": "citizen-declined", "reason": "Det ønsker hun ikke.", "citizenStatement": "Jeg vil ikke mere."},
    )
    again = await lead(world).post("/units/employment:udsatte/ending", END)

    assert (refused.status_code, slug(refused), refused.json()["n"]) == (409, "unit-still-holds", 2)
    assert (again.status_code, again.json()["n"]) == (409, 1)


async def test_a_unit_with_a_part_in_a_case_or_a_referral_under_way_does_not_end(world: World) -> None:
    await unit(world, "health:alkohol", "health")
    case = await world.case()
    await world.referred(case, "requested", "accepted", unit="alkohol")

    refused = await lead(world, "health").post("/units/health:alkohol/ending", END)

    assert (refused.status_code, refused.json()["n"]) == (409, 1)


async def test_a_unit_that_holds_nobody_ends_and_takes_nobody_in(world: World) -> None:
    await unit(world, "health:alkohol", "health")

    ended = await lead(world, "health").post("/units/health:alkohol/ending", END)
    case = await world.case()
    await world.referred(case, "requested", "accepted", unit="alkohol")

    assert (ended.status_code, ended.json()["validTo"]) == (200, TODAY.isoformat())
    assert ended.json()["allowedActions"] == []
    now_involved = (await world.caller().read(f"/cases/{case['id']}/responsibility"))["involved"]
    assert {"sector": "health", "unit": None} in now_involved
    assert slug(await lead(world, "health").post("/units/health:alkohol/ending", END)) == "unit-has-ended"


async def test_who_acts_for_a_unit_that_has_ended_opens_cases_for_the_sector(world: World, head: Caller) -> None:
    await unit(world, "udsatte")
    await head.does("/units/udsatte/ending", END)

    case = await world.caller("employment", "employment:udsatte").does("/cases", opening())

    held = (await world.caller().read(f"/cases/{case['id']}/responsibility"))["holder"]
    assert held == {"sector": "employment", "unit": None}


async def test_no_unit_ends_in_the_past(world: World, head: Caller) -> None:
    await unit(world, "a")

    refused = await head.post("/units/a/ending", {"on": (TODAY - timedelta(days=1)).isoformat()})

    assert (refused.status_code, slug(refused)) == (400, "ending-in-the-past")
