"""What bears on a case from outside of it: who is away, who was selected by nothing. And what a worklist shows."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from tests.cases.criteria_examples import JUDGED, PATH, TOO_YOUNG, assessment
from tests.cases.town_hall import employed, unit
from tests.cases.watchers import alarms_of, time_passes
from tests.cases.world import ASIDE, Json, World, cpr

TODAY = day_of(now())


@pytest.fixture
async def office(world: World) -> None:
    """Anna and Bodil work in a unit of employment."""
    await unit(world, "employment:udsatte")
    for subject in ("anna", "bodil"):
        await employed(world, subject, "employment:udsatte", displayName=subject.title(), phone="+45 12 34 56 78")


async def kinds(world: World, sector: str = "employment") -> list[str]:
    """What is on a sector's list."""
    return [item["kind"] for item in (await world.caller(sector).read("/watch-list"))["items"]]


async def away(world: World, **told: Any) -> Json:
    """Anna is away from today."""
    return await world.caller().does("/staff/anna/absences", {"from": TODAY.isoformat()} | told)


# -- who is away ---------------------------------------------------------------------------------------------------


async def test_a_coordinator_who_is_away_is_watched_until_somebody_stands_in(world: World, office: None) -> None:
    case = await world.case()
    await world.caught(case)
    absence = await away(world)
    await time_passes(world, case, 0)
    assert await kinds(world) == ["coordinator-absent"]
    assert await alarms_of(world, case, "employment", subject="carl") == [("coordinator-absent", None, None)]

    await world.caller().does(f"/staff/anna/absences/{absence['id']}/substitute", {"substitute": "bodil"})
    await time_passes(world, case, 0)

    assert await kinds(world) == []


async def test_who_stands_in_is_told_what_the_coordinator_would_be(world: World, office: None) -> None:
    await away(world, substitute="bodil", to=(TODAY + timedelta(days=9)).isoformat())
    case = await world.case()

    await world.referred(case, "requested", "rejected")

    told = ("referral-rejected", "bodil", case["needs"][0]["id"])
    assert await alarms_of(world, case, "employment", subject="bodil") == [told]
    assert await alarms_of(world, case, "employment", subject="anna") == []


async def test_where_nobody_stands_in_the_unit_is_told(world: World, office: None) -> None:
    await away(world)
    case = await world.case()

    await world.referred(case, "requested", "rejected")

    told = [one for one in await alarms_of(world, case, "employment", subject="carl") if one[0] == "referral-rejected"]
    assert told == [("referral-rejected", None, case["needs"][0]["id"])]


# -- who was selected by nothing -----------------------------------------------------------------------------------


async def test_who_is_selected_by_nothing_is_watched_while_no_sector_is_there_for_them(world: World) -> None:
    case = await world.case()
    await world.caught(case, to="health")
    there = await world.referred(case, "requested", "accepted", to="social")
    path = PATH | {"sector": "social"}
    await world.caller().does(f"/cases/{case['id']}/assessments", assessment(TOO_YOUNG, evidence=JUDGED, path=path))
    await time_passes(world, case, 0)
    assert await kinds(world) == []

    await world.referred(case, "failed", referral_id=there, to="social")
    assert await kinds(world) == ["not-selected-without-path"]

    await world.referred(case, "requested", "accepted", to="social")
    assert await kinds(world) == []


# -- the worklist --------------------------------------------------------------------------------------------------


async def shown(world: World, sector: str = "employment") -> Json:
    """The first case on a sector's worklist."""
    (first, *_) = (await world.caller(sector).read("/worklist", **{"as": "unit"}))["items"]
    return dict(first)


async def test_a_need_says_for_whom_it_waits_and_until_when(world: World) -> None:
    case = await world.case()
    asked = (await shown(world))["needs"][0]
    referral = await world.referred(case, "requested")
    sent = (await shown(world))["needs"][0]
    await world.referred(case, "accepted", referral_id=referral, unit="alkohol")
    accepted = (await shown(world))["needs"][0]
    await world.referred(case, "contact", "receipt", referral_id=referral)
    caught = (await shown(world))["needs"][0]

    def in_days(days: int) -> str:
        return (TODAY + timedelta(days=days)).isoformat()

    assert [(need["waitingFor"], need["dueOn"]) for need in (asked, sent, accepted, caught)] == [
        ({"sector": "employment", "unit": None, "authority": None}, in_days(14)),
        ({"sector": "health", "unit": None, "authority": None}, in_days(7)),
        ({"sector": "health", "unit": "alkohol", "authority": None}, in_days(7)),
        (None, None),
    ]


async def test_a_need_that_is_set_aside_waits_for_who_owes_the_question(world: World) -> None:
    case = await world.case()
    need = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    told = await world.caller().does(f"{need}/setting-aside", ASIDE)

    owes = {"sector": "social", "unit": None, "authority": None}
    assert (told["waitingFor"], told["dueOn"]) == (owes, ASIDE["revisitOn"])
    assert (await shown(world))["needs"][0]["dueOn"] == ASIDE["revisitOn"]


async def test_a_case_says_who_coordinates_by_name_and_number(world: World, office: None) -> None:
    await world.case()

    assert (await shown(world))["coordinator"] == {
        "subject": "anna",
        "name": "Anna",
        "phone": "+45 12 34 56 78",
        "unit": None,
    }


async def test_a_case_says_that_a_name_is_kept_from_its_reader(world: World) -> None:
    person = {"identifiers": [{"system": "cpr", "value": cpr()}], "name": "Asta", "protectedUntil": "2199-01-01"}
    await world.case(citizen=person)
    protected = await shown(world)

    assert (protected["displayName"], protected["hidden"]) == (None, 1)


async def test_a_plain_case_hides_nothing_and_has_no_days_of_its_own(world: World) -> None:
    await world.case()
    plain = await shown(world)

    names = ("hidden", "exemptUntil", "lastContactAt", "nextContactDue")
    assert [plain[name] for name in names] == [0, None, None, None]
