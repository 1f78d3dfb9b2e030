"""Referrals to another authority, as cases hears of them; and the consents that let them be sent."""

import pytest

from tests.cases.world import Json, World, agreed, slug

REGION = "R1084"


async def test_a_case_is_not_read_by_the_sector_whose_namesake_was_asked(world: World) -> None:
    case = await world.case()
    health = world.caller("health")
    for steps in (("requested",), ("accepted", "attempted", "contact")):
        told = {"return_scope": "dates"}
        await world.referred(case, *steps, to_authority=REGION, referral_id=_ID, unit="psykiatri", told=told)
        assert (await health.get(f"/cases/{case['id']}")).status_code == 404
        assert (await health.read("/cases"))["items"] == []

    after = await world.caller().read(f"/cases/{case['id']}")
    story = (await world.caller().read(f"/cases/{case['id']}/timeline"))["items"]

    assert after["needs"][0]["catchState"] == "contact-held"
    assert [one["sector"] for one in after["involved"]] == ["employment"]
    assert after["needs"][0]["waitingFor"]["authority"] == REGION
    met = [one["sector"] for one in story if one["kind"] in ("contact-attempted", "first-contact-held")]
    assert met == [None, None]


_ID = "01a20038-0000-7000-8000-00000000abcd"


async def test_a_receipt_from_there_catches_and_the_holder_still_needs_a_taker(world: World) -> None:
    case = await world.case()
    await world.referred(
        case, "requested", "accepted", "contact", "receipt", to_authority=REGION, takes=False, unit="psykiatri"
    )

    refused = await world.release(case)

    assert (refused.status_code, [one["code"] for one in refused.json()["unmet"]]) == (
        409,
        ["no-sector-takes-holding"],
    )
    assert (await world.caller().read(f"/cases/{case['id']}"))["needs"][0]["catchState"] == "caught"


async def told(world: World, case: Json) -> list[Json]:
    """The data of the consents that the town has heard of."""
    return [one["data"] for one in await world.announced(case["id"]) if "consent-given" in one["type"]]


async def test_a_consent_names_the_authority_that_may_be_told(world: World) -> None:
    case = await world.case()

    made = await world.caller().does(f"/cases/{case['id']}/consents", agreed(toAuthority=REGION))

    assert (made["toAuthority"], made["inForce"]) == (REGION, True)
    assert [one["toAuthority"] for one in await told(world, case)] == [REGION]
    read = await world.caller().read(f"/cases/{case['id']}/consents/{made['id']}")
    assert read == made


async def test_ones_own_authority_is_none_other(world: World) -> None:
    case = await world.case()

    made = await world.caller().does(f"/cases/{case['id']}/consents", agreed(toAuthority=world.authority))

    assert made["toAuthority"] is None
    assert ["toAuthority" in one for one in await told(world, case)] == [False]


async def test_the_namesake_of_who_receives_neither_records_nor_uses_it(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    health, path = world.caller("health"), f"/cases/{case['id']}/consents"
    await world.caller().does(f"/cases/{case['id']}/notes", {"text": "Hun vil helst ringes op om formiddagen."})

    own = await health.post(path, agreed(toAuthority=REGION))
    made = await world.caller().does(path, agreed(toAuthority=REGION, dataCategories=["notes"]))
    notes = await health.read(f"/cases/{case['id']}/notes")
    seen = await health.read(f"{path}/{made['id']}")

    assert (own.status_code, slug(own)) == (403, "consent-not-yours")
    assert notes["items"] == []
    assert seen["evidence"] is None


@pytest.mark.parametrize("code", ["R108", "public", "trial:1", "0101 ", 101])
async def test_what_has_not_the_form_of_an_authority_is_refused(world: World, code: object) -> None:
    case = await world.case()

    tried = await world.caller().post(f"/cases/{case['id']}/consents", agreed(toAuthority=code))

    assert tried.status_code == 400
