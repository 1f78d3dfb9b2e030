"""A referral to a service of the directory: its unit has it on its list, and what cannot be asked is refused."""

from typing import Any
from uuid import uuid4

import pytest

from tests.referrals.abroad import Abroad
from tests.referrals.hsds import placed, put_service, service
from tests.referrals.world import World, slug, wish_for

ALKOHOL = placed("health", unit="health:alkohol", published=False)


async def offered(world: World, authority: str | None = None, **changes: Any) -> str:
    """A service in the directory; of the world's own authority unless another is named."""
    document = service(**{"helhed": ALKOHOL, **changes})
    kept = await put_service(world.caller(None, role="integration", authority=authority), document)
    assert kept.status_code == 201, kept.text
    return str(document["id"])


async def test_the_services_unit_is_the_one_addressed(world: World) -> None:
    asked_for = await offered(world)

    seen = await world.referral(toServiceId=asked_for)
    colleague = await world.caller("health", "psykiatri").post(f"/referrals/{seen['id']}/acceptance", {})
    taken = await world.caller("health", "alkohol").post(f"/referrals/{seen['id']}/acceptance", {})

    assert seen["to"] == {"sector": "health", "unit": "health:alkohol", "serviceId": asked_for, "authority": None}
    assert slug(colleague) == "only-the-addressed-unit"
    assert taken.json()["to"]["serviceId"] == asked_for


async def test_a_consent_for_another_unit_does_not_reach_the_services(world: World) -> None:
    case = await world.case(to_unit="psykiatri")

    tried = await world.caller("employment").post("/referrals", wish_for(case, toServiceId=await offered(world)))

    assert tried.json()["fails"] == "consent-to-another-unit"


@pytest.mark.parametrize("unit", [None, "alkohol", "health:alkohol"])
async def test_the_unit_may_be_named_too_however_it_is_written(world: World, unit: str | None) -> None:
    seen = await world.referral(toServiceId=await offered(world), toUnit=unit)

    assert seen["to"]["unit"] == (unit or "health:alkohol")


async def test_a_service_without_a_unit_leaves_the_address_as_it_is(world: World) -> None:
    asked_for = await offered(world, helhed=placed("health"))

    for unit in (None, "visitation"):
        seen = await world.referral(toServiceId=asked_for, toUnit=unit)
        assert (seen["to"]["unit"], seen["to"]["serviceId"]) == (unit, asked_for)


@pytest.mark.parametrize(
    ("offer", "fails"),
    [
        ({"helhed": placed("social", unit="alkohol")}, ["service-of-another-sector"]),
        ({"helhed": {}}, ["service-of-another-sector"]),
        ({"status": "inactive"}, ["service-not-active"]),
        ({"status": "temporarily closed"}, ["service-not-active"]),
        ({"helhed": placed("health", unit="gigt")}, ["service-of-another-unit"]),
        (
            {"status": "defunct", "helhed": placed("social", unit="gaeld")},
            ["service-not-active", "service-of-another-sector", "service-of-another-unit"],
        ),
    ],
    ids=str,
)
async def test_all_that_is_in_the_way_is_told_at_once(world: World, offer: dict[str, Any], fails: list[str]) -> None:
    wish = wish_for(await world.case(), toServiceId=await offered(world, **offer), toUnit="alkohol")

    tried = await world.caller("employment").post("/referrals", wish)

    assert (tried.status_code, slug(tried), tried.json()["fails"]) == (409, "service-not-addressable", fails)


async def test_a_service_that_is_not_there_is_not_asked(world: World) -> None:
    elsewhere = await offered(world, authority=Abroad(world).authority)

    for asked_for in (str(uuid4()), elsewhere):
        tried = await world.caller("employment").post("/referrals", wish_for(await world.case(), toServiceId=asked_for))
        assert tried.json()["fails"] == ["service-unknown"]


async def test_of_another_authority_only_what_it_has_published_is_asked(world: World) -> None:
    abroad = Abroad(world)
    shown = await offered(world, abroad.authority, helhed=placed("health", unit="psykiatri", published=True))
    hidden = await offered(world, abroad.authority)
    own = await offered(world, helhed=placed("health", published=True))

    seen = await abroad.referral(toServiceId=shown)
    tried = [
        await world.caller("employment").post(
            "/referrals", wish_for(await abroad.case(), toServiceId=asked_for, toAuthority=abroad.authority)
        )
        for asked_for in (hidden, own)
    ]
    sent_on = await abroad.caller("health", "psykiatri").post(
        f"/referrals/{seen['id']}/redirection",
        {"toSector": "health", "toServiceId": hidden, "reasonCode": "wrong-service"},
    )

    assert seen["to"] == {
        "sector": "health", "unit": "psykiatri", "serviceId": shown, "authority": abroad.authority,
    }  # fmt: skip
    assert [one.json()["fails"] for one in tried] == [["service-unknown"]] * 2
    assert (sent_on.status_code, sent_on.json()["to"]["serviceId"]) == (201, hidden), "its own it may ask as it stands"


async def test_what_is_asked_to_be_told_is_said_by_the_authority_that_is_asked(world: World) -> None:
    abroad = Abroad(world)

    def asking(*sections: str, published: bool = True) -> dict[str, Any]:
        requires = [{"validFrom": "2026-01-01", "sections": list(sections)}]
        return {**placed("health", unit="health:alkohol", published=published), "handoverRequires": requires}

    await offered(world, helhed=asking("tried"))
    theirs = await offered(world, abroad.authority, helhed=asking("risks"))
    await offered(world, abroad.authority, helhed=asking("contactWishes", published=False))
    path = f"/referrals/{(await abroad.referral(toUnit='alkohol'))['id']}"
    by_service = await abroad.referral(toServiceId=theirs)
    at_home = await world.referral(toUnit="alkohol", handover={"tried": "Alt."})

    read = [await caller.get(path) for caller in (abroad.caller("health"), world.caller("employment"))]
    for_what_a_namesake_has = await world.caller("health").post(
        f"/referrals/{at_home['id']}/rejection", {"reasonCode": "missing-information"}
    )
    for_what_is_missing = await abroad.caller("health").post(f"{path}/rejection", {"reasonCode": "missing-information"})

    assert [one.json()["handoverMissing"] for one in read] == [["risks"]] * 2
    assert (by_service["handoverMissing"], at_home["handoverMissing"]) == (["risks"], [])
    assert slug(for_what_a_namesake_has) == "nothing-is-missing"
    assert for_what_is_missing.json()["state"] == "rejected"


async def test_nothing_is_missing_abroad_because_a_namesake_at_home_asks_for_it(world: World) -> None:
    abroad = Abroad(world)
    asked = {"validFrom": "2026-01-01", "sections": ["tried"]}
    await offered(world, helhed={**ALKOHOL, "handoverRequires": [asked]})
    none = {"validFrom": "2026-01-01", "sections": []}
    await offered(world, abroad.authority, helhed={**ALKOHOL, "published": True, "handoverRequires": [none]})
    seen = await abroad.referral(toUnit="alkohol")

    tried = await abroad.caller("health").post(
        f"/referrals/{seen['id']}/rejection", {"reasonCode": "missing-information"}
    )

    assert (seen["handoverMissing"], slug(tried)) == ([], "nothing-is-missing")


async def test_it_is_found_by_its_service(world: World) -> None:
    abroad, asked_for = Abroad(world), await offered(world)
    theirs = await offered(world, abroad.authority, helhed=placed("health", published=True))
    seen, _ = await world.referral(toServiceId=asked_for), await world.referral()
    there, _ = await abroad.referral(toServiceId=theirs), await abroad.referral()

    for caller, service_id, referral in (
        (world.caller("health"), asked_for, seen),
        (world.caller("employment"), asked_for, seen),
        (world.caller("employment"), theirs, there),
        (abroad.caller("health"), theirs, there),
    ):
        listed = (await caller.get("/referrals", toServiceId=service_id)).json()["items"]
        assert [one["id"] for one in listed] == [referral["id"]]


async def test_a_request_does_not_come_to_the_same_service_or_its_unit_twice(world: World) -> None:
    first, second = await offered(world), await offered(world)
    seen = await world.referral(toServiceId=first)
    path, unit = f"/referrals/{seen['id']}/redirection", world.caller("health", "alkohol")
    onward = {"toSector": "health", "reasonCode": "wrong-service"}

    same = await unit.post(path, {**onward, "toServiceId": first})
    whole_unit = await unit.post(path, {**onward, "toUnit": "alkohol"})
    sister = await unit.post(path, {**onward, "toServiceId": second})

    assert [slug(same), slug(whole_unit)] == ["redirect-loop"] * 2
    assert sister.json()["to"] == {
        "sector": "health", "unit": "health:alkohol", "serviceId": second, "authority": None,
    }  # fmt: skip
    back = await unit.post(f"/referrals/{sister.json()['successorId']}/redirection", {**onward, "toServiceId": first})
    assert slug(back) == "redirect-loop"
