"""Who records a consent, who confirms it, and from when it opens the wall: never who receives, for itself."""

import pytest

from tests.cases.world import NOTE, Json, World, agreed, slug


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's in which health has a part."""
    made = await world.case()
    await world.referred(made, "requested", "accepted")
    return made


async def given(world: World, case: Json) -> int:
    """How often the town has heard that a consent was given."""
    return sum(told["type"].split(".")[3] == "consent-given" for told in await world.announced(case["id"]))


async def test_who_receives_opens_no_wall_for_itself(world: World, case: Json) -> None:
    anna, bodil, path = world.caller(), world.caller("health", subject="bodil"), f"/cases/{case['id']}/consents"
    await anna.does(f"/cases/{case['id']}/notes", {"text": NOTE})
    taken = await bodil.does(path, agreed(dataCategories=["notes"]))
    confirmation = f"{path}/{taken['id']}/confirmation"

    assert (taken["recordedBySector"], taken["inForce"], taken["confirmedAt"]) == ("health", False, None)
    assert taken["allowedActions"] == ["withdrawConsent"]
    assert (await bodil.read(f"/cases/{case['id']}/notes"))["items"] == []
    by_herself = await bodil.post(confirmation)
    by_a_system = await world.caller(role="integration").post(confirmation)
    assert (by_herself.status_code, slug(by_herself)) == (403, "consent-not-yours")
    assert by_a_system.status_code == 403
    assert await given(world, case) == 0

    assert (await anna.read(f"{path}/{taken['id']}"))["allowedActions"] == ["confirmConsent", "withdrawConsent"]
    assert slug(await anna.post(confirmation, {}, If_Match='"7"')) == "stale-version"
    confirmed = await anna.does(confirmation, {}, If_Match='"1"')
    again = await anna.post(confirmation)

    assert (confirmed["inForce"], confirmed["version"]) == (True, 2)
    assert (again.status_code, slug(again)) == (409, "nothing-to-confirm")
    assert len((await bodil.read(f"/cases/{case['id']}/notes"))["items"]) == 1
    assert await given(world, case) == 1


async def test_what_the_giving_sector_records_counts_at_once(world: World, case: Json) -> None:
    made = await world.caller().does(f"/cases/{case['id']}/consents", agreed())

    again = await world.caller().post(f"/cases/{case['id']}/consents/{made['id']}/confirmation")

    assert (made["recordedBySector"], made["inForce"], await given(world, case)) == ("employment", True, 1)
    assert (again.status_code, slug(again)) == (409, "nothing-to-confirm")


async def test_a_consent_is_recorded_by_a_person_of_a_sector_it_is_between(world: World, case: Json) -> None:
    path = f"/cases/{case['id']}/consents"

    of_others = await world.caller().post(path, agreed(fromSector="social"))
    by_a_system = await world.caller(role="integration").post(path, agreed())

    assert (of_others.status_code, slug(of_others)) == (403, "consent-not-yours")
    assert by_a_system.status_code == 403


async def test_what_was_never_confirmed_is_withdrawn_without_a_word_to_the_town(world: World, case: Json) -> None:
    bodil, path = world.caller("health"), f"/cases/{case['id']}/consents"
    taken = await bodil.does(path, agreed())
    await bodil.does(f"{path}/{taken['id']}/withdrawal", {})

    late = await world.caller().post(f"{path}/{taken['id']}/confirmation")

    assert (late.status_code, slug(late)) == (409, "nothing-to-confirm")
    assert not [told for told in await world.announced(case["id"]) if "consent" in told["type"]]


async def test_what_health_gives_lapses_within_a_year_whatever_basis_is_named(world: World, case: Json) -> None:
    bodil, path = world.caller("health"), f"/cases/{case['id']}/consents"
    theirs = agreed(fromSector="health", toSector="employment")

    made = await bodil.does(path, theirs)
    too_long = await bodil.post(path, theirs | {"validUntil": "2199-01-01"})

    assert made["validUntil"] is not None
    assert (too_long.status_code, slug(too_long)) == (400, "health-consent-too-long")
