"""Keeping and reading services, organisations and locations."""

from typing import Any

import pytest

from tests.referrals.hsds import location, organisation, place, placed, put, put_service, service, whole
from tests.referrals.world import World, slug


async def test_a_service_is_kept_as_it_was_sent_and_shown(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = whole(helhed=placed(unit="social:gaeld", municipalities=["0101"]))

    made = await put_service(keeper, document)
    read = await world.caller("health").get(f"/directory/services/{document['id']}")

    assert made.status_code == 201
    assert made.headers["Location"] == f"/v1/directory/services/{document['id']}"
    assert read.headers["ETag"] == '"1"'
    assert read.json()["hsds"] == document
    shown = read.json()
    assert (shown["sector"], shown["unit"], shown["covers"]) == ("social", "social:gaeld", ["debt"])
    assert shown["organisation"] == {"id": document["organization"]["id"], "name": "Åkandehuset"}
    assert (shown["languages"], shown["capacity"], shown["allowedActions"]) == (["ur"], None, [])


async def test_a_service_is_changed_by_who_has_read_it(world: World) -> None:
    keeper = world.caller(None, role="administrator")
    keeper.headers.pop("Access-Purpose")
    document = service(helhed=placed())
    await put_service(keeper, document)
    changed = {key: value for key, value in document.items() if key != "helhed"} | {"name": "Ny rådgivning"}

    saved = await put_service(keeper, changed, if_match="1")
    stale = await put_service(keeper, document, if_match="1")
    new = await put_service(keeper, document)

    assert (saved.status_code, saved.json()["version"], saved.json()["name"]) == (200, 2, "Ny rådgivning")
    assert saved.json()["sector"] == "social", "what a document says nothing of stays"
    assert [(one.status_code, slug(one)) for one in (stale, new)] == [(412, "stale-version")] * 2


async def test_what_is_the_same_is_no_new_version(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = whole()
    await put_service(keeper, document)

    assert (await put_service(keeper, document, if_match="1")).json()["version"] == 1


async def test_without_a_version_nothing_is_put(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = service()
    address = f"/v1/directory/services/{document['id']}"

    assert (await keeper.http.put(address, headers=keeper.headers, json=document)).status_code == 428


@pytest.mark.parametrize(("kind", "make"), [("organisations", organisation), ("locations", location)])
async def test_an_entry_is_kept_listed_and_changed(world: World, kind: str, make: Any) -> None:
    keeper, reader = world.caller(None, role="integration"), world.caller("social", role="team-lead")
    document = make(x_more={"kept": True})
    address = f"/{kind}/{document['id']}"

    made = await put(keeper, address, document)
    changed = await put(keeper, address, document | {"name": "Villa Vest"}, if_match="1")
    stale = await put(keeper, address, document, if_match="1")

    assert (made.status_code, changed.status_code, stale.status_code) == (201, 200, 412)
    read = (await reader.get(f"/directory{address}")).json()
    assert read["hsds"] == document | {"name": "Villa Vest"}
    listed = (await reader.get(f"/directory/{kind}")).json()["items"]
    assert [(one["id"], one["name"], one["version"]) for one in listed] == [(document["id"], "Villa Vest", 2)]


async def test_an_organisation_told_anew_is_shown_by_its_services(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = whole()
    house = document["organization"]
    await put_service(keeper, document)
    await put(keeper, f"/organisations/{house['id']}", house | {"name": "Åkanden"}, if_match="1")

    shown = (await keeper.get(f"/directory/services/{document['id']}")).json()

    assert (shown["organisation"]["name"], shown["hsds"]["organization"]["name"]) == ("Åkanden", "Åkanden")
    assert shown["hsds"]["organization"]["x_cvr"] == "12345678"


async def test_a_service_does_not_overwrite_what_its_sender_has_not_read(world: World) -> None:
    keeper = world.caller(None, role="integration")
    house = organisation()
    await put(keeper, f"/organisations/{house['id']}", house)

    other = await put_service(keeper, service(organization=house | {"name": "Noget andet"}))
    unknown = await put_service(keeper, service(service_at_locations=[place(location_id=location()["id"])]))

    assert (other.status_code, slug(other), other.json()["pointer"]) == (
        409,
        "entry-told-differently",
        "/organization",
    )
    assert (unknown.status_code, slug(unknown)) == (409, "entry-unknown")
    assert (await keeper.get(f"/directory/organisations/{house['id']}")).json()["name"] == house["name"]


async def test_another_authoritys_directory_does_not_exist(world: World) -> None:
    keeper = world.caller(None, role="integration")
    stranger = world.caller("social", role="integration", authority="0999")
    document = whole(helhed=placed())
    await put_service(keeper, document)

    for address in (
        f"/services/{document['id']}",
        f"/organisations/{document['organization']['id']}",
        f"/locations/{document['service_at_locations'][0]['location']['id']}",
    ):
        answer = await stranger.get(f"/directory{address}")
        assert (answer.status_code, slug(answer)) == (404, "not-found-or-not-yours")
    changed = await put_service(stranger, document | {"name": "Kapret"}, if_match="1")
    assert changed.status_code == 412, "to a stranger it is not there, so no version of it is"
    assert (await keeper.get(f"/directory/services/{document['id']}")).json()["name"] == document["name"]


@pytest.mark.parametrize("role", ["caseworker", "team-lead"])
async def test_casework_reads_the_directory_and_does_not_keep_it(world: World, role: str) -> None:
    colleague = world.caller("social", role=role)

    refused = await put_service(colleague, service())

    assert (refused.status_code, slug(refused)) == (403, "role-missing")
    assert (await colleague.get("/directory/services")).status_code == 200


@pytest.mark.parametrize("role", ["citizen", "evaluator", "auditor"])
async def test_others_use_the_public_list(world: World, role: str) -> None:
    somebody = world.caller(None, role=role)
    somebody.headers.pop("Access-Purpose")

    assert slug(await somebody.get("/directory/services")) == "role-missing"


async def test_no_purpose_is_asked_since_nobody_is_in_it(world: World) -> None:
    colleague = world.caller("social")
    colleague.headers.pop("Access-Purpose")

    assert (await colleague.get("/directory/services")).status_code == 200


async def test_who_may_change_a_service_is_told_so(world: World) -> None:
    keeper = world.caller(None, role="integration")
    document = service(helhed=placed(sector="health"))
    await put_service(keeper, document)

    told = {
        who: (await world.caller(sector, role=role).get(f"/directory/services/{document['id']}")).json()[
            "allowedActions"
        ]
        for who, sector, role in (("own", "health", "caseworker"), ("other", "social", "caseworker"))
    }
    kept = (await keeper.get(f"/directory/services/{document['id']}")).json()["allowedActions"]

    assert told == {"own": ["tellCapacity"], "other": []}
    assert kept == ["putDirectoryService", "tellCapacity"]
