"""Changing what is known of a citizen: a merge patch, made from a version the caller has read."""

import asyncio
from typing import Any

import pytest

from tests.cases.world import NAME, PHONE, SAFE_TO_CALL, Caller, Json, World, slug

CONTACT = {"phone": PHONE, "email": "nancy@example.dk", "safeToCall": SAFE_TO_CALL, "interpreter": True}


@pytest.fixture
async def case(world: World) -> Json:
    """A case of somebody who can be reached."""
    person = {"identifiers": [{"system": "cpr", "value": "251248-9996"}], "name": NAME, "contact": CONTACT}
    return await world.case(citizen=person, kle="15.20.00")


async def patch(caller: Caller, case: Json, body: Any, version: int | str | None = None) -> Any:
    """Ask for a change of the version the caller has read."""
    tag = f'"{case["version"] if version is None else version}"'
    return await caller.patch(f"/cases/{case['id']}", body, If_Match=tag)


async def test_what_is_named_changes_what_is_null_empties_what_is_absent_stays(world: World, case: Json) -> None:
    anna = world.caller()

    named = (await patch(anna, case, {"name": "Nancy A. Berggren"})).json()
    emptied = (await patch(anna, named, {"kle": None, "contact": {"email": None, "interpreter": None}})).json()
    nothing = (await patch(anna, emptied, {})).json()

    assert (named["displayName"], named["kle"]) == ("Nancy A. Berggren", "15.20.00")
    assert named["citizen"]["contact"]["email"] == CONTACT["email"]
    assert (emptied["kle"], emptied["displayName"]) == (None, "Nancy A. Berggren")
    contact = emptied["citizen"]["contact"]
    assert (contact["email"], contact["interpreter"]) == (None, False)
    # A change of one way to reach her does not forget when it is safe to.
    assert (contact["phone"], contact["safeToCall"]) == (PHONE, SAFE_TO_CALL)
    assert {**nothing, "version": 0} == {**emptied, "version": 0}
    assert await anna.read(f"/cases/{case['id']}") == nothing


async def test_contact_may_be_emptied_and_begun_anew(world: World, case: Json) -> None:
    anna = world.caller()

    emptied = (await patch(anna, case, {"contact": None})).json()
    anew = (await patch(anna, emptied, {"contact": {"phone": "87654321"}})).json()

    assert emptied["citizen"]["contact"] is None
    assert anew["citizen"]["contact"] == {
        "phone": "87654321",
        "email": None,
        "digitalPost": False,
        "safeToCall": None,
        "preferredChannel": None,
        "language": None,
        "interpreter": False,
    }


async def test_a_protection_is_set_and_lifted(world: World, case: Json) -> None:
    anna, lead = world.caller(), world.caller(role="team-lead")

    protected = (await patch(anna, case, {"protectedUntil": "2199-01-01"})).json()
    lifted = (await patch(lead, protected, {"protectedUntil": None})).json()

    assert (protected["protected"], protected["displayName"]) == (True, None)
    assert (lifted["protected"], lifted["displayName"]) == (False, NAME)


async def test_a_protection_is_shortened_by_a_team_lead_of_the_holder_and_prolonged_by_all(
    world: World, case: Json
) -> None:
    await world.referred(case, "requested", "accepted")
    anna, lead, health = world.caller(), world.caller(role="team-lead"), world.caller("health", role="team-lead")
    told = await anna.read(f"/cases/{case['id']}")
    told = (await patch(anna, told, {"protectedUntil": "2198-01-01"})).json()

    for caller in (anna, health, world.caller(role="integration")):
        for until in (None, "2197-12-31"):
            refused = await patch(caller, told, {"protectedUntil": until})
            assert (refused.status_code, slug(refused)) == (403, "protection-not-yours")
    longer = (await patch(world.caller("health"), told, {"protectedUntil": "2199-01-01"})).json()
    shorter = (await patch(lead, longer, {"protectedUntil": "2198-01-01"})).json()

    assert longer["citizen"]["protectedUntil"] == "2199-01-01"
    assert shorter["citizen"]["protectedUntil"] == "2198-01-01"


async def test_each_change_is_one_version_and_made_from_the_present_one(world: World, case: Json) -> None:
    anna = world.caller()

    first = await patch(anna, case, {"kle": "27.00.00"})
    stale = await patch(anna, case, {"kle": "27.01.00"})
    weak = await anna.patch(f"/cases/{case['id']}", {}, If_Match=f'W/"{first.json()["version"]}"')
    missing = await anna.patch(f"/cases/{case['id']}", {})
    any_at_all = await anna.patch(f"/cases/{case['id']}", {}, If_Match="*")

    assert (first.status_code, first.headers["ETag"]) == (200, f'"{case["version"] + 1}"')
    assert (stale.status_code, slug(stale), stale.json()["version"]) == (412, "stale-version", case["version"] + 1)
    assert (weak.status_code, missing.status_code, any_at_all.status_code) == (412, 428, 428)
    assert slug(missing) == "precondition-required"
    assert (await anna.read(f"/cases/{case['id']}"))["kle"] == "27.00.00"


async def test_of_many_who_change_the_same_version_one_does(world: World, case: Json) -> None:
    callers = [world.caller(subject=f"person-{number}") for number in range(12)]

    answers = await asyncio.gather(*(patch(one, case, {"kle": f"27.{n:02}.00"}) for n, one in enumerate(callers)))

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 412, 503}
    assert (await world.caller().read(f"/cases/{case['id']}"))["version"] == case["version"] + 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"status": "closed"},
        {"holdingSector": "health"},
        {"version": 7},
        {"citizen": {"name": "N"}},
        {"name": ""},
        {"kle": "fifteen"},
        {"contact": {"phone": "ring"}},
        {"contact": {"interpreter": "yes"}},
        {"contact": {"address": "Vesterbrogade 1"}},
        {"contact": []},
        {"protectedUntil": "i morgen"},
        ["name"],
    ],
    ids=str,
)
async def test_a_change_that_is_not_right_is_refused(world: World, case: Json, spoilt: Any) -> None:
    answer = await patch(world.caller(), case, spoilt)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert "Vesterbrogade" not in answer.text


async def test_a_merge_patch_says_that_it_is_one(world: World, case: Json) -> None:
    anna = world.caller()

    answer = await anna.patch(f"/cases/{case['id']}", {}, If_Match='"1"', Content_Type="application/json")

    assert (answer.status_code, slug(answer)) == (415, "unsupported-media-type")


async def test_a_closed_case_is_not_changed(world: World, case: Json) -> None:
    anna = world.caller()
    closed = await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    answer = await patch(anna, closed, {"name": "N"})

    assert (answer.status_code, slug(answer)) == (409, "case-closed")
