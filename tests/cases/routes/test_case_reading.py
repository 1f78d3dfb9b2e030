"""Reading: what is shown and masked, lists, searches, the worklist; and that every look is logged, and why."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.cases.world import ASIDE, NAME, NOTE, PHONE, World, agreed, cpr, opening, slug

PERSON = {"identifiers": [{"system": "cpr", "value": "251248-9996"}], "name": NAME, "contact": {"phone": PHONE}}


async def test_identifiers_are_masked_wherever_a_case_is_shown(world: World) -> None:
    case = await world.case(citizen=PERSON)
    anna = world.caller()

    shown = [
        await anna.get(f"/cases/{case['id']}"),
        await anna.get("/cases"),
        await anna.get("/worklist"),
        await anna.post("/cases/_search", {"caseNumber": case["caseNumber"]}),
    ]

    known = {"system": "cpr", "masked": "251248-xxxx", "warnings": ["cpr-modulus-11"]}
    assert shown[0].json()["citizen"]["identifiers"] == [known]
    assert all(answer.status_code == 200 and "9996" not in answer.text for answer in shown)


async def test_a_protected_citizen_has_neither_name_nor_contact_anywhere(world: World) -> None:
    case = await world.case(citizen={**PERSON, "protectedUntil": "2199-01-01"})
    anna = world.caller()

    shown = [
        await anna.get(f"/cases/{case['id']}"),
        await anna.get("/cases"),
        await anna.get("/worklist"),
        await anna.post("/cases/_search", {"identifier": {"system": "cpr", "value": "2512489996"}}),
    ]

    for answer in shown:
        assert case["id"] in answer.text
        assert NAME not in answer.text
        assert PHONE not in answer.text
    whole = shown[0].json()
    assert (whole["protected"], whole["displayName"], whole["citizen"]["name"]) == (True, None, None)
    assert whole["citizen"]["contact"] is None


async def test_a_protection_that_is_over_protects_no_more(world: World) -> None:
    case = await world.case(citizen={**PERSON, "protectedUntil": "2020-01-01"})

    assert (case["protected"], case["displayName"]) == (False, NAME)


async def test_a_case_that_has_not_changed_is_not_sent_again(world: World) -> None:
    case = await world.case()
    anna = world.caller()

    first = await anna.get(f"/cases/{case['id']}")
    anna.headers["If-None-Match"] = first.headers["ETag"]
    again = await anna.get(f"/cases/{case['id']}")

    assert (again.status_code, again.content) == (304, b"")
    assert len(await world.looked()) == 2


# -- lists ---------------------------------------------------------------------------------------------------------


async def test_filters_leave_out_what_does_not_fit(world: World) -> None:
    anna = world.caller()
    plain, caught, closed = await world.case(), await world.case(), await world.case()
    theirs = await world.caller(subject="bodil").does("/cases", opening())
    await world.referred(caught, "requested", "accepted")
    await anna.does(f"/cases/{closed['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    async def found(**query: str) -> list[str]:
        named = {
            plain["id"]: "plain",
            caught["id"]: "caught",
            closed["id"]: "closed",
            theirs["id"]: "theirs",
        }
        return [named[item["id"]] for item in (await anna.read("/cases", **query))["items"]]

    assert await found() == ["theirs", "closed", "caught", "plain"]
    assert await found(status="closed") == ["closed"]
    assert await found(status="open,closed") == ["theirs", "closed", "caught", "plain"]
    assert await found(holdingSector="social") == []
    assert await found(involvedSector="health") == ["caught"]
    assert await found(coordinator="bodil") == ["theirs"]
    assert await found(coordinator="me", status="open") == ["caught", "plain"]
    assert await found(coordinator="me", status="closed") == ["closed"]
    assert await found(attention="true") == ["theirs", "plain"]
    assert await found(attention="false") == ["closed", "caught"]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "open"},
        {"status": "opne"},
        {"holdingSector": "health,helth"},
        {"status": "Open"},
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "x"},
        {"attention": "perhaps"},
        {"coordinator": "to ord"},
    ],
    ids=str,
)
async def test_a_query_that_is_not_known_is_refused(world: World, query: dict[str, str]) -> None:
    answer = await world.caller().get("/cases", **query)

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")


async def test_pages_are_stable_while_cases_come_and_go(world: World) -> None:
    anna = world.caller()
    first = [(await world.case())["id"] for _ in range(5)]
    seen, query = [], {"limit": "2"}

    while True:
        page = await anna.read("/cases", **query)
        seen += [item["id"] for item in page["items"]]
        assert len(page["items"]) <= 2
        await world.case()
        if page["page"]["next"] is None:
            break
        query["cursor"] = page["page"]["next"]

    assert seen == first[::-1]


async def test_a_cursor_belongs_to_its_list_its_filters_and_its_reader(world: World) -> None:
    anna = world.caller()
    for _ in range(2):
        made = await world.case()
        await world.referred(made, "requested")
    cursor = (await anna.read("/cases", limit="1"))["page"]["next"]

    spoilt = [
        await anna.get("/cases", limit="1", cursor=cursor, status="open"),
        await anna.get("/worklist", limit="1", cursor=cursor),
        await world.caller("health").get("/cases", limit="1", cursor=cursor),
        await anna.get("/cases", limit="1", cursor="A" + cursor[1:] if cursor[0] != "A" else "B" + cursor[1:]),
    ]

    assert [(answer.status_code, slug(answer)) for answer in spoilt] == [(400, "invalid-cursor")] * 4


@pytest.mark.parametrize(("part", "count"), [("needs", 3), ("consents", 3)])
async def test_parts_have_pages_too(world: World, part: str, count: int) -> None:
    case = await world.case("debt")
    anna = world.caller()
    bodies: dict[str, Any] = {"needs": {"domain": "housing"}, "consents": agreed()}
    for _ in range(count - len(case.get(part, []))):
        await anna.does(f"/cases/{case['id']}/{part}", bodies[part])

    whole = (await anna.read(f"/cases/{case['id']}/{part}"))["items"]
    first = await anna.read(f"/cases/{case['id']}/{part}", limit="2")
    rest = await anna.read(f"/cases/{case['id']}/{part}", limit="2", cursor=first["page"]["next"])

    assert len(whole) == count
    assert first["items"] + rest["items"] == whole
    assert rest["page"]["next"] is None
    assert await anna.read(f"/cases/{case['id']}/{part}/{whole[1]['id']}") == whole[1]


# -- search --------------------------------------------------------------------------------------------------------


async def test_a_case_is_found_by_person_reference_and_number(world: World) -> None:
    number = cpr()
    anna = world.caller()
    case = await world.case(
        citizen={"identifiers": [{"system": "cpr", "value": number}, {"system": "pas", "value": "ab-123"}]},
        externalReferences=[{"system": "fasit", "value": "F-17"}],
    )
    await world.case()

    ways: list[Any] = [
        {"identifier": {"system": "cpr", "value": f"{number[:6]}-{number[6:]}"}},
        {"identifier": {"system": "pas", "value": "AB-123"}},
        {"externalReference": {"system": "fasit", "value": "F-17"}},
        {"caseNumber": case["caseNumber"]},
    ]
    for way in ways:
        found = await anna.does("/cases/_search", way)
        assert [item["id"] for item in found["items"]] == [case["id"]], way
        assert found["page"] == {"next": None}
    for miss in (
        {"identifier": {"system": "pas", "value": number}},
        {"identifier": {"system": "cpr", "value": cpr()}},
        {"externalReference": {"system": "other", "value": "F-17"}},
        {"caseNumber": "2026-999999999"},
    ):
        assert (await anna.does("/cases/_search", miss))["items"] == []


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ({}, "invalid-request"),
        ({"caseNumber": "2026-000001", "externalReference": {"system": "f", "value": "1"}}, "invalid-request"),
        ({"caseNumber": "17"}, "invalid-request"),
        ({"identifier": {"system": "cpr", "value": "9999999999"}}, "malformed-cpr"),
    ],
)
async def test_a_search_is_by_exactly_one_thing_of_its_form(world: World, way: dict[str, Any], told: str) -> None:
    answer = await world.caller().post("/cases/_search", way)

    assert (answer.status_code, slug(answer)) == (400, told)
    assert "9999999999" not in answer.text


# -- the worklist ----------------------------------------------------------------------------------------------------


async def test_the_worklist_begins_with_what_is_most_urgent_and_then_oldest(world: World) -> None:
    anna = world.caller()
    calm, uncaught, refused, newer, closed = [await world.case() for _ in range(5)]
    await world.referred(calm, "requested", "accepted")
    await world.referred(refused, "requested", "rejected")
    await anna.does(f"/cases/{closed['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    items = (await anna.read("/worklist"))["items"]

    assert [item["id"] for item in items] == [refused["id"], uncaught["id"], newer["id"], calm["id"]]
    assert [[a["kind"] for a in item["attention"]] for item in items] == [
        ["referral-without-successor"],
        ["need-uncaught"],
        ["need-uncaught"],
        [],
    ]


async def test_a_lost_catch_goes_before_everything(world: World) -> None:
    bodil = world.caller("health", subject="bodil")
    ordinary = await bodil.does("/cases", opening())
    lost = await world.case()
    referral_id = await world.caught(lost)
    assert (await world.release(lost)).status_code == 201
    assert [item["id"] for item in (await bodil.read("/worklist"))["items"]] == [ordinary["id"], lost["id"]]

    await world.referred(lost, "failed", referral_id=referral_id)

    first, second = (await bodil.read("/worklist"))["items"]
    assert (first["id"], second["id"]) == (lost["id"], ordinary["id"])
    assert (first["attention"][0]["kind"], first["needs"][0]["catchState"]) == ("caught-then-lost",) * 2


async def test_the_worklist_of_a_unit_is_what_it_holds(world: World) -> None:
    ours = await world.caller("employment", "east", subject="bodil").does("/cases", opening())
    theirs = await world.caller("employment", "west").does("/cases", opening())

    east = await world.caller("employment", "east").read("/worklist", **{"as": "unit"})
    all_units = await world.caller("employment").read("/worklist", **{"as": "unit"})
    own = await world.caller("employment", "east").read("/worklist")

    assert [item["id"] for item in east["items"]] == [ours["id"]]
    assert [item["id"] for item in all_units["items"]] == [ours["id"], theirs["id"]]
    assert [item["id"] for item in own["items"]] == [theirs["id"]]


async def test_a_worklist_has_pages(world: World) -> None:
    made = [(await world.case())["id"] for _ in range(3)]
    anna = world.caller()

    first = await anna.read("/worklist", limit="2")
    rest = await anna.read("/worklist", limit="2", cursor=first["page"]["next"])

    assert [item["id"] for item in first["items"] + rest["items"]] == made


async def test_what_the_citizen_said_is_shown_with_the_need_and_in_no_list_of_cases(world: World) -> None:
    case = await world.case(needs=[{"id": str(new_id()), "domain": "debt", "description": NOTE}])
    anna = world.caller()
    path = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    await anna.does(f"{path}/setting-aside", ASIDE)

    assert (await anna.read(path))["citizenStatement"] == ASIDE["citizenStatement"]
    for listed in (await anna.get("/cases"), await anna.get("/worklist"), await anna.get(f"/cases/{case['id']}")):
        assert NOTE not in listed.text
        assert ASIDE["citizenStatement"] not in listed.text
