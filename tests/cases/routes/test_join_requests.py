"""Asking for a part in a case nobody may tell of, and answering for the case one holds."""

from typing import Any

import pytest

from tests.cases.world import World, agreed, cpr, fingerprint, opening, slug, somewhere

REASON = "Hun kom til os i dag og vil have hjælp af os begge."
Json = dict[str, Any]


def asking(number: Json | None = None) -> Json:
    """What is asked, about this person or one whom nobody knows."""
    return {"identifier": number or {"system": "cpr", "value": cpr()}, "reason": REASON}


async def held(world: World) -> tuple[Json, Json]:
    """A case that employment holds, and its citizen's number."""
    number = {"system": "cpr", "value": cpr()}
    return await world.case(citizen={"identifiers": [number]}), number


async def test_asking_about_a_case_and_about_none_is_answered_and_logged_alike(world: World) -> None:
    case, number = await held(world)
    health = world.caller("health")

    about_one = await health.post("/cases/join-requests", asking(number))
    about_none = await health.post("/cases/join-requests", asking())

    def told(answer: Any) -> Any:
        own = {"id", "askedAt"}
        body = {name: value for name, value in answer.json().items() if name not in own}
        headers = {name for name in answer.headers if name != "date"}
        return answer.status_code, body, headers, len(answer.content)

    assert told(about_one) == told(about_none)
    assert about_one.status_code == 201
    assert about_one.json()["caseId"] is None
    assert case["id"] not in about_one.text
    looks = [look for look in await world.looked() if look.what == "join-request"]
    assert [look.case_id for look in looks] == [None, None]
    listed = await health.read("/join-requests", **{"as": "asker"})
    assert [(one["state"], one["caseId"], one["allowedActions"]) for one in listed["items"]] == [
        ("pending", None, [])
    ] * 2


async def test_the_holder_sees_who_asks_and_lets_them_in_on_a_consent(world: World) -> None:
    case, number = await held(world)
    health = world.caller("health", "health:alkohol")
    asked = await health.does("/cases/join-requests", asking(number))
    before = await health.get(f"/cases/{case['id']}")

    mine = await world.caller().read(f"/cases/{case['id']}/join-requests")
    also = await world.caller().read("/join-requests", state="pending")
    without = await world.caller().post(f"/join-requests/{asked['id']}/acceptance", {})
    await world.caller().does(f"/cases/{case['id']}/consents", agreed())
    accepted = await world.caller().does(f"/join-requests/{asked['id']}/acceptance", {}, If_Match='"1"')

    assert before.status_code == 404
    assert [one["id"] for one in mine["items"]] == [asked["id"]] == [one["id"] for one in also["items"]]
    assert mine["items"][0]["reason"] == REASON
    assert mine["items"][0]["allowedActions"] == ["acceptJoinRequest", "declineJoinRequest"]
    assert (without.status_code, slug(without)) == (409, "involvement-basis-missing")
    assert (accepted["state"], accepted["version"], accepted["allowedActions"]) == ("accepted", 2, [])
    # Now the asker is told which case, and reads it as an involved sector does.
    told = await health.read(f"/join-requests/{asked['id']}")
    assert (told["state"], told["caseId"], told["answeredAt"]) == ("accepted", case["id"], None)
    seen = await health.read(f"/cases/{case['id']}")
    assert [part["unit"] for part in seen["involved"] if part["sector"] == "health"] == ["health:alkohol"]
    announced = [event["type"] for event in await world.announced(case["id"])]
    assert announced[-1] == "dk.helhed.cases.sector-involved.v1"


async def test_another_legal_basis_lets_a_sector_in_as_well(world: World) -> None:
    case, number = await held(world)
    asked = await world.caller("social").does("/cases/join-requests", asking(number))

    basis = {"legalBasis": "fvl-28-2"}
    accepted = await world.caller().does(f"/join-requests/{asked['id']}/acceptance", basis)

    assert accepted["state"] == "accepted"
    assert (await world.caller("social").get(f"/cases/{case['id']}")).status_code == 200


async def test_who_came_in_by_another_way_is_in(world: World) -> None:
    case, number = await held(world)
    asked = await world.caller("health").does("/cases/join-requests", asking(number))
    await world.referred(case, "requested", "accepted", to="health")

    accepted = await world.caller().does(f"/join-requests/{asked['id']}/acceptance", {})

    assert accepted["state"] == "accepted"


async def test_a_no_is_a_no_and_tells_nothing_else(world: World) -> None:
    case, number = await held(world)
    asked = await world.caller("health").does("/cases/join-requests", asking(number))
    where = f"/join-requests/{asked['id']}"

    declined = await world.caller().does(f"{where}/rejection", {"reasonCode": "citizen-does-not-want-it"})
    twice = await world.caller().post(f"{where}/acceptance", {"legalBasis": "fvl-28-2"})

    assert (declined["state"], declined["reasonCode"]) == ("declined", "citizen-does-not-want-it")
    assert (twice.status_code, slug(twice), twice.json()["state"]) == (409, "join-request-answered", "declined")
    told = await world.caller("health").read(where)
    assert (told["state"], told["caseId"], told["reasonCode"], told["answeredAt"]) == ("declined", None, None, None)
    assert (await world.caller("health").get(f"/cases/{case['id']}")).status_code == 404


async def test_a_request_is_seen_by_who_holds_and_who_asked_and_by_nobody_else(world: World) -> None:
    _, number = await held(world)
    asked = await world.caller("health").does("/cases/join-requests", asking(number))
    nobodys = await world.caller("health").does("/cases/join-requests", asking())
    where, nowhere = f"/join-requests/{asked['id']}", f"/join-requests/{somewhere()}"

    for caller in (world.caller("social"), world.caller(authority="CVR00000001")):
        assert fingerprint(await caller.get(where)) == fingerprint(await caller.get(nowhere))
        assert (await caller.read("/join-requests"))["items"] == []
        answered = await caller.post(f"{where}/acceptance", {})
        assert fingerprint(answered) == fingerprint(await caller.post(f"{nowhere}/acceptance", {}))
    # The asker answers for nobody, whether or not there is a case.
    own, empty = [
        await world.caller("health").post(f"/join-requests/{one['id']}/acceptance", {}) for one in (asked, nobodys)
    ]
    assert fingerprint(own) == fingerprint(empty)
    assert own.status_code == 404


async def test_an_involved_sector_does_not_answer_for_the_holder(world: World) -> None:
    case, number = await held(world)
    await world.referred(case, "requested", "accepted", to="health")
    asked = await world.caller("social").does("/cases/join-requests", asking(number))

    listed = await world.caller("health").get(f"/cases/{case['id']}/join-requests")
    answered = await world.caller("health").post(f"/join-requests/{asked['id']}/acceptance", {})

    assert (listed.status_code, slug(listed)) == (403, "holder-only")
    assert (answered.status_code, slug(answered)) == (403, "holder-only")


async def test_letting_in_is_a_persons_doing_and_on_what_was_read(world: World) -> None:
    _, number = await held(world)
    asked = await world.caller("health").does("/cases/join-requests", asking(number))
    where = f"/join-requests/{asked['id']}"

    machine = await world.caller(role="integration").post(f"{where}/acceptance", {})
    stale = await world.caller().post(f"{where}/rejection", {"reasonCode": "other"}, If_Match='"9"')
    sectorless = await world.caller(None).post("/cases/join-requests", asking())

    assert (machine.status_code, stale.status_code) == (403, 412)
    assert (sectorless.status_code, slug(sectorless)) == (403, "sector-required")


async def test_a_request_about_a_closed_case_lets_nobody_in(world: World) -> None:
    case, number = await held(world)
    asked = await world.caller("health").does("/cases/join-requests", asking(number))
    ended = {"ground": "citizen-declined", "reason": "Ønsker det ikke.", "citizenStatement": "Jeg vil ikke mere."}
    await world.caller().does(f"/cases/{case['id']}/closure", ended)

    late = await world.caller().post(f"/join-requests/{asked['id']}/acceptance", {"legalBasis": "fvl-28-2"})

    assert (late.status_code, slug(late)) == (409, "case-closed")
    # And the person's next case is nobody else's to be asked about.
    await world.caller("health").does("/cases", opening(citizen={"identifiers": [number]}))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"identifier": {"system": "cpr", "value": "310261-1234"}, "reason": REASON},
        {"identifier": {"system": "cpr", "value": "010203-1234"}},
        {"identifier": {"system": "cpr", "value": "010203-1234"}, "reason": "x" * 4001},
        {"identifier": "010203-1234", "reason": REASON},
    ],
    ids=["nothing", "no date", "no reason", "too long", "no pair"],
)
async def test_what_is_no_request_is_refused_and_not_repeated(world: World, body: Json) -> None:
    refused = await world.caller("health").post("/cases/join-requests", body)

    assert refused.status_code == 400
    assert "310261" not in refused.text
    assert "010203" not in refused.text


async def test_pages_of_requests_follow_one_another(world: World) -> None:
    _, number = await held(world)
    asked = [await world.caller("health").does("/cases/join-requests", asking(number)) for _ in range(3)]

    first = await world.caller().read("/join-requests", limit="2")
    second = await world.caller().read("/join-requests", limit="2", cursor=first["page"]["next"])

    assert [one["id"] for one in first["items"] + second["items"]] == [one["id"] for one in asked]
    assert second["page"]["next"] is None
