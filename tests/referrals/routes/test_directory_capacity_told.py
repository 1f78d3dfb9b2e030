"""A unit tells of its room, and the town hears of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import day_of, now
from services.referrals.domain.capacity import stream_of
from tests.referrals.hsds import id_of, placed, put, put_service, send_file, service
from tests.referrals.world import World, slug

TODAY = day_of(now())


async def placed_service(world: World, **changes: Any) -> dict[str, Any]:
    """A service of the health sector's alcohol unit."""
    document = service(helhed=placed("health", unit="health:alkohol", covers=["substance-use"]) | changes)
    assert (await put_service(world.caller(None, role="integration"), document)).status_code == 201
    return document


async def heard(world: World, document: dict[str, Any]) -> list[dict[str, Any]]:
    """What the town has been told of a service."""
    return await world.announced(stream_of(world.authority, id_of(document)))


def count(days_ago: int = 0, **changes: Any) -> dict[str, Any]:
    return {"status": "waitlist", "asOf": str(TODAY - timedelta(days=days_ago)), "waitingDays": 21, **changes}


async def test_a_unit_tells_of_its_room_and_the_town_hears_of_it(world: World) -> None:
    document = await placed_service(world)
    own = world.caller("health", "health:alkohol")

    told = await put(own, f"/services/{document['id']}/capacity", count(), if_match="1")

    assert told.status_code == 200, told.text
    assert told.json()["capacity"] == {
        "status": "waitlist",
        "asOf": str(TODAY),
        "waitingDays": 21,
        "stale": False,
        "staleAfterDays": 30,
    }
    assert (told.json()["version"], told.headers["ETag"]) == (2, '"2"')
    (event,) = await heard(world, document)
    assert event["type"] == "dk.helhed.referrals.capacity-changed.v1"
    assert event["data"] == {
        "serviceId": document["id"],
        "sector": "health",
        "unit": "health:alkohol",
        "covers": ["substance-use"],
        "status": "waitlist",
        "asOf": str(TODAY),
        "waitingDays": 21,
    }


async def test_saying_the_same_again_announces_nothing(world: World) -> None:
    document = await placed_service(world)
    own = world.caller("health", "health:alkohol", role="team-lead")
    for version in ("1", "2"):
        told = await put(own, f"/services/{document['id']}/capacity", count(), if_match=version)
        assert told.json()["version"] == 2

    assert len(await heard(world, document)) == 1


@pytest.mark.parametrize(
    ("sector", "unit", "role", "status"),
    [
        ("health", "health:psykiatri", "caseworker", 403),
        ("social", "social:gaeld", "team-lead", 403),
        ("health", "health:alkohol", "team-lead", 200),
        ("health", None, "administrator", 200),
        (None, None, "integration", 200),
    ],
)
async def test_only_its_own_unit_or_who_keeps_the_directory_tells(
    world: World, sector: str | None, unit: str | None, role: str, status: int
) -> None:
    document = await placed_service(world)
    somebody = world.caller(sector, *([unit] if unit else []), role=role)
    somebody.headers.pop("Access-Purpose")

    told = await put(somebody, f"/services/{document['id']}/capacity", count(), if_match="1")

    assert told.status_code == status
    assert status == 200 or slug(told) == "not-your-service"


async def test_what_is_refused_is_not_announced(world: World) -> None:
    document = await placed_service(world)
    own = world.caller("health", "health:alkohol")
    address = f"/services/{document['id']}/capacity"
    first = await put(own, address, count(days_ago=1), if_match="1")
    assert first.status_code == 200

    stale = await put(own, address, count(), if_match="1")
    older = await put(own, address, count(days_ago=2), if_match="2")
    ahead = await put(own, address, count(days_ago=-1), if_match="2")

    assert [(one.status_code, slug(one)) for one in (stale, older, ahead)] == [
        (412, "stale-version"),
        (409, "capacity-is-older"),
        (400, "time-in-the-future"),
    ]
    assert len(await heard(world, document)) == 1


async def test_a_service_of_no_sector_is_placed_first(world: World) -> None:
    document = service()
    keeper = world.caller(None, role="integration")
    await put_service(keeper, document)

    told = await put(keeper, f"/services/{document['id']}/capacity", count(), if_match="1")

    assert (told.status_code, slug(told)) == (409, "service-without-sector")


async def test_a_count_survives_a_change_of_the_service(world: World) -> None:
    document = await placed_service(world)
    keeper = world.caller(None, role="integration")
    await put(keeper, f"/services/{document['id']}/capacity", count(), if_match="1")

    changed = await put_service(keeper, document | {"name": "Rusmiddelcentret"}, if_match="2")

    assert (changed.json()["version"], changed.json()["capacity"]["status"]) == (3, "waitlist")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"asOf": "2026-11-01"}, "/status"),
        (count(status="plenty"), "/status"),
        (count(asOf="yesterday"), "/asOf"),
        (count(waitingDays=-1), "/waitingDays"),
        (count(waitingDays="21"), "/waitingDays"),
        (count(because="nobody works"), "/because"),
    ],
)
async def test_a_count_that_is_none_is_refused(world: World, body: dict[str, Any], pointer: str) -> None:
    document = await placed_service(world)

    refused = await put(world.caller("health"), f"/services/{document['id']}/capacity", body, if_match="1")

    assert refused.status_code == 400
    assert pointer in [fault["pointer"] for fault in refused.json()["errors"]]


async def test_another_authoritys_service_is_not_there(world: World) -> None:
    document = await placed_service(world)
    stranger = world.caller("health", "health:alkohol", authority="0999")

    told = await put(stranger, f"/services/{document['id']}/capacity", count(), if_match="1")

    assert (told.status_code, slug(told)) == (404, "not-found-or-not-yours")


async def test_two_authorities_that_offer_one_service_each_tell_of_it(world: World) -> None:
    """A national catalogue gives a service one id for everybody."""
    document = await placed_service(world)
    neighbour = World(world.app, world.http, world.keys, world.cases)
    assert (await put_service(neighbour.caller(None, role="integration"), document)).status_code == 201

    for one in (world, neighbour):
        own = one.caller("health", "health:alkohol")
        told = await put(own, f"/services/{document['id']}/capacity", count(), if_match="1")
        assert told.status_code == 200, told.text

    streams = [await heard(one, document) for one in (world, neighbour)]
    assert [[event["data"]["serviceId"] for event in told] for told in streams] == [[document["id"]]] * 2
    assert streams[0][0]["subject"] != streams[1][0]["subject"]


async def test_a_service_that_is_called_like_a_case_stops_nothing_of_it(world: World) -> None:
    neighbour = World(world.app, world.http, world.keys, world.cases)
    case = await neighbour.case()
    document = service(id=str(case.id), helhed=placed("health"))
    keeper = world.caller(None, role="integration")
    await put_service(keeper, document)
    told = await put(keeper, f"/services/{document['id']}/capacity", count(), if_match="1")

    await neighbour.referral(case=case)

    assert told.status_code == 200
    assert [event["type"].rpartition("referrals.")[2] for event in await neighbour.announced(case.id)] == [
        "referral-requested.v1"
    ]
    assert stream_of(world.authority, UUID(document["id"])) != case.id


async def changed(world: World, document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the town hears when a service that has told of its room says something else of itself."""
    keeper = world.caller(None, role="integration")
    await put(keeper, f"/services/{document['id']}/capacity", count(status="has-capacity"), if_match="1")

    assert (await put_service(keeper, document | changes, if_match="2")).status_code == 200

    told = await heard(world, document)
    assert len(told) == 2
    return dict(told[-1]["data"])


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
async def test_the_town_hears_that_a_service_closes(world: World, status: str) -> None:
    told = await changed(world, await placed_service(world), status=status)

    assert (told["active"], told["status"], told["asOf"]) == (False, "has-capacity", str(TODAY))


async def test_the_town_hears_that_a_service_helps_with_something_else(world: World) -> None:
    moved = placed("social", unit="social:rus", covers=["housing"])

    told = await changed(world, await placed_service(world), helhed=moved)

    assert (told["sector"], told["unit"], told["covers"]) == ("social", "social:rus", ["housing"])
    assert "active" not in told


async def test_the_town_hears_that_a_service_is_nobodys_any_more(world: World) -> None:
    told = await changed(world, await placed_service(world), helhed={})

    assert (told["sector"], told["active"]) == ("health", False), "who heard of it as health's is to forget it as that"


async def test_the_town_hears_of_it_from_a_file_too_and_once(world: World) -> None:
    document = await placed_service(world)
    keeper = world.caller(None, role="integration")
    await put(keeper, f"/services/{document['id']}/capacity", count(), if_match="1")

    for status in ("defunct", "defunct", "active"):
        await send_file(keeper, document | {"status": status})
    await send_file(keeper, document | {"status": "defunct"}, dryRun="true")

    assert [event["data"].get("active", True) for event in await heard(world, document)] == [True, False, True]


async def test_what_is_no_news_of_room_is_not_announced(world: World) -> None:
    document, silent = await placed_service(world), await placed_service(world)
    keeper = world.caller(None, role="integration")
    await put(keeper, f"/services/{document['id']}/capacity", count(), if_match="1")

    await put_service(keeper, document | {"name": "Rusmiddelcentret"}, if_match="2")
    await put_service(keeper, silent | {"status": "defunct"}, if_match="1")

    assert len(await heard(world, document)) == 1
    assert await heard(world, silent) == []
