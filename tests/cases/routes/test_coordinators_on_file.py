"""Where an authority keeps its units and staff, a case is coordinated by one of them, in one of their units."""

from datetime import timedelta

import pytest

from chassis.clock import day_of, now
from tests.cases.town_hall import administrator, employed, unit
from tests.cases.world import Json, World, slug

YESTERDAY = (day_of(now()) - timedelta(days=1)).isoformat()
TOMORROW = (day_of(now()) + timedelta(days=1)).isoformat()


@pytest.fixture
async def office(world: World) -> World:
    """Units and people of two sectors; some come, some have gone."""
    await unit(world, "employment:syd")
    await unit(world, "employment:soon", validFrom=TOMORROW)
    await unit(world, "health:alkohol", "health")
    await employed(world, "carl", "employment:syd")
    await employed(world, "gone", "employment:syd", validTo=YESTERDAY)
    await employed(world, "dorte", "health:alkohol", "health")
    return world


@pytest.mark.parametrize("named", ["syd", "employment:syd"])
async def test_a_colleague_takes_over_in_a_unit_of_the_sector(office: World, named: str) -> None:
    case = await office.case()

    after = await office.caller().does(f"/cases/{case['id']}/coordinator", {"subject": "carl", "unit": named})

    assert (after["coordinator"]["subject"], after["coordinator"]["unit"]) == ("carl", named)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"subject": "carl", "unit": "alkohol"}, "unit-unfit"),
        ({"subject": "carl", "unit": "health:alkohol"}, "unit-unfit"),
        ({"subject": "carl", "unit": "soon"}, "unit-unfit"),
        ({"subject": "carl", "unit": "nowhere"}, "unit-unfit"),
        ({"subject": "dorte"}, "coordinator-unfit"),
        ({"subject": "gone"}, "coordinator-unfit"),
        ({"subject": "nobody", "unit": "syd"}, "coordinator-unfit"),
    ],
)
async def test_nobody_else_coordinates_and_no_other_unit_holds(office: World, told: Json, why: str) -> None:
    case, anna = await office.case(), office.caller()

    refused = await anna.post(f"/cases/{case['id']}/coordinator", told)

    assert (refused.status_code, slug(refused)) == (409, why)
    assert (await anna.read(f"/cases/{case['id']}"))["coordinator"]["subject"] == "anna"


@pytest.mark.parametrize("person", ["0101011234", "010101-1234", "anna@kommune.dk"])
async def test_a_subject_is_no_number_of_a_person_and_no_address(world: World, person: str) -> None:
    case = await world.case()
    await unit(world, "employment:syd")
    works = {"unit": "employment:syd", "sector": "employment", "validFrom": "2020-01-01"}

    answers = [
        await world.caller().post(f"/cases/{case['id']}/coordinator", {"subject": person}),
        await administrator(world).put(f"/staff/{person}", works, If_None_Match="*"),
    ]

    assert [(one.status_code, slug(one)) for one in answers] == [(400, "invalid-request")] * 2
    assert all(person not in str(one.json().get("errors", "")) for one in answers)
    assert person not in answers[0].text
