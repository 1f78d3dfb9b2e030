"""Opening a case: what it takes, what it makes, and every way in which it is refused."""

import asyncio
from typing import Any

import pytest

from chassis.ids import new_id
from tests.cases.world import NAME, NOTE, World, cpr, opening, slug


async def test_a_case_takes_one_call_and_four_fields(world: World) -> None:
    told = {"citizen": {"identifiers": [{"system": "cpr", "value": cpr()}]}, "needs": [{"domain": "debt"}]}

    answer = await world.caller("employment", "jobcenter").post("/cases", told)

    case = answer.json()
    assert answer.status_code == 201
    assert leaves(told) <= 4
    assert answer.headers["Location"] == f"/v1/cases/{case['id']}"
    assert (answer.headers["ETag"], case["version"]) == ('"1"', 1)
    assert (case["holdingSector"], case["coordinator"]["unit"]) == ("employment", "jobcenter")
    assert [(s["sector"], s["unit"]) for s in case["involved"]] == [("employment", "jobcenter")]
    need = case["needs"][0]
    assert (need["domain"], need["ownerSector"], need["state"], need["catchState"]) == (
        "debt",
        "employment",
        "open",
        "uncaught",
    )
    assert [a["kind"] for a in case["attention"]] == ["need-uncaught"]
    assert {"closeCase", "recordConsent", "registerNeed", "releaseSector", "updateCase"} <= set(case["allowedActions"])
    assert await world.caller().read(f"/cases/{case['id']}") == case


def leaves(told: Any) -> int:
    """How many values a body has."""
    if isinstance(told, dict | list):
        return sum(leaves(value) for value in (told.values() if isinstance(told, dict) else told))
    return 1


async def test_everything_that_may_be_told_is_kept(world: World) -> None:
    told = opening(
        "substance-use",
        "housing",
        id=str(new_id()),
        kle="15.20.00",
        externalReferences=[{"system": "fasit", "value": "F-17", "url": "https://fasit.example/F-17"}],
        citizenInformed={"on": "2026-03-01", "how": "meeting"},
    )
    told["needs"][0] |= {"id": str(new_id()), "description": NOTE}
    told["citizen"] |= {"contact": {"phone": "12345678", "safeToCall": "formiddag", "interpreter": True}}

    case = await world.caller().does("/cases", told)

    assert case["id"] == told["id"]
    assert case["kle"] == "15.20.00"
    assert case["externalReferences"] == told["externalReferences"]
    assert case["citizenInformed"] == told["citizenInformed"]
    assert case["displayName"] == case["citizen"]["name"] == NAME
    contact = case["citizen"]["contact"]
    assert (contact["phone"], contact["safeToCall"], contact["interpreter"]) == ("12345678", "formiddag", True)
    assert [need["domain"] for need in case["needs"]] == ["substance-use", "housing"]
    need = await world.caller().read(f"/cases/{case['id']}/needs/{told['needs'][0]['id']}")
    assert need["description"] == NOTE


async def test_opening_tells_the_town_of_case_and_needs_without_a_word_about_the_person(world: World) -> None:
    case = await world.case("substance-use", "debt")

    events = await world.announced(case["id"])

    assert [event["type"].split(".")[3] for event in events] == ["case-opened", "need-registered", "need-registered"]
    assert [int(event["sequence"]) for event in events] == [1, 2, 3]
    assert events[0]["data"] == {
        "openedBySector": "employment",
        "coordinator": "anna",
        "caseNumber": case["caseNumber"],
        "origin": "registered",
    }
    assert [event["data"] for event in events[1:]] == [
        {"needId": need["id"], "ownerSector": "employment"} for need in case["needs"]
    ]


async def test_help_may_be_anonymous(world: World) -> None:
    case = await world.case(citizen={"anonymous": True, "alias": "Solsorten"})

    assert (case["displayName"], case["alias"], case["citizen"]["identifiers"]) == (None, "Solsorten", [])


async def test_a_system_imports_cases_and_people_do_not(world: World) -> None:
    imported = await world.caller(role="integration").does("/cases", opening(origin="imported"))
    by_hand = await world.caller().post("/cases", opening(origin="imported"))

    assert imported["origin"] == "imported"
    assert (await world.announced(imported["id"]))[0]["type"] == "dk.helhed.cases.case-imported.v1"
    assert (by_hand.status_code, slug(by_hand)) == (403, "import-not-yours")
    # A system keeps a case up to date, and lets go of nobody and opens no wall.
    assert {"registerNeed", "updateCase"} <= set(imported["allowedActions"])
    assert not {"closeCase", "recordConsent", "releaseSector"} & set(imported["allowedActions"])


async def test_case_numbers_are_not_used_twice(world: World) -> None:
    numbers = [(await world.case())["caseNumber"] for _ in range(3)]

    assert len(set(numbers)) == 3
    assert all(number[4] == "-" and len(number) == 11 for number in numbers)


# -- refusals ----------------------------------------------------------------------------------------------------------


async def test_a_person_has_one_open_case_and_nobody_is_told_about_it(world: World) -> None:
    number = cpr()
    first = await world.case(citizen=person(number))

    second = await world.caller("social").post("/cases", opening(citizen=person(number)))
    elsewhere = await world.caller(authority="0147").post("/cases", opening(citizen=person(number)))

    assert (second.status_code, slug(second)) == (409, "open-case-exists")
    assert set(second.json()) == {"type", "title", "status", "detail", "instance", "errors"}
    assert first["id"] not in second.text
    assert number not in second.text
    assert elsewhere.status_code == 201


async def test_two_who_open_for_the_same_new_person_at_once_make_one_case(world: World) -> None:
    for _ in range(3):
        number = cpr()
        asked = [
            world.caller(sector).post("/cases", opening(citizen=person(number)))
            for sector in ("employment", "social", "health", "employment")
        ]

        answers = await asyncio.gather(*asked)

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        assert {slug(answer) for answer in answers if answer.status_code == 409} == {"open-case-exists"}


async def test_a_case_opened_anew_forgets_no_protection_and_tells_nothing_of_what_another_sector_heard(
    world: World,
) -> None:
    number = cpr()
    told = person(number, protectedUntil="2199-01-01", contact={"phone": "12345678", "safeToCall": "formiddag"})
    first = await world.case(citizen=told)
    died = {"ground": "citizen-declined", "reason": "Hun vil ikke mere.", "citizenStatement": "Jeg vil ikke mere."}
    await world.caller().does(f"/cases/{first['id']}/closure", died)

    second = await world.caller("social").does(
        "/cases", opening(citizen={"identifiers": [{"system": "cpr", "value": number}]})
    )

    assert (second["protected"], second["citizen"]["protectedUntil"]) == (True, "2199-01-01")
    version = {"If-Match": f'"{second["version"]}"'}
    lifted = await world.caller("social", role="team-lead").patch(
        f"/cases/{second['id']}", {"protectedUntil": None}, **version
    )
    assert (lifted.json()["displayName"], lifted.json()["citizen"]["contact"]) == (None, None)
    earlier = await world.caller().read(f"/cases/{first['id']}")
    assert earlier["citizen"]["contact"]["safeToCall"] == "formiddag"


async def test_identifiers_of_two_people_open_nothing(world: World) -> None:
    one, other = cpr(), cpr()
    for number in (one, other):
        made = await world.case(citizen=person(number))
        await world.caller().does(f"/cases/{made['id']}/closure", {"ground": "citizen-died", "reason": "Død."})
    both = {"identifiers": [{"system": "cpr", "value": one}, {"system": "cpr", "value": other}]}

    answer = await world.caller().post("/cases", opening(citizen=both))

    assert (answer.status_code, slug(answer)) == (409, "identifiers-disagree")


async def test_an_id_is_taken_once_whoever_took_it(world: World) -> None:
    chosen = str(new_id())
    await world.case(id=chosen)

    again = await world.caller().post("/cases", opening(id=chosen))
    elsewhere = await world.caller(authority="0147").post("/cases", opening(id=chosen))

    assert [(a.status_code, slug(a)) for a in (again, elsewhere)] == [(409, "already-exists")] * 2


async def test_a_need_id_or_a_reference_is_taken_once(world: World) -> None:
    need, reference = str(new_id()), [{"system": "fasit", "value": "F-17"}]
    await world.case(needs=[{"id": need, "domain": "debt"}], externalReferences=reference)

    answers = [
        await world.caller().post("/cases", opening(needs=[{"id": need, "domain": "debt"}])),
        await world.caller().post("/cases", opening(externalReferences=reference)),
        await world.caller().post("/cases", opening(needs=[{"id": (twice := str(new_id())), "domain": "debt"}] * 2)),
    ]

    assert twice
    assert [(a.status_code, slug(a)) for a in answers] == [
        (409, "already-exists"),
        (409, "already-exists"),
        (409, "need-exists"),
    ]
    assert (await world.caller().read("/cases"))["items"].__len__() == 1


@pytest.mark.parametrize("owner", ["health", "social"])
async def test_a_need_is_not_given_to_a_sector_that_knows_nothing_of_it(world: World, owner: str) -> None:
    answer = await world.caller().post("/cases", opening(needs=[{"domain": "debt", "ownerSector": owner}]))

    assert (answer.status_code, slug(answer)) == (409, "owner-not-involved")


async def test_a_sector_that_is_not_in_the_code_list_is_not_known(world: World) -> None:
    as_caller = await world.caller("culture").post("/cases", opening())
    as_owner = await world.caller().post("/cases", opening(needs=[{"domain": "debt", "ownerSector": "culture"}]))

    assert [(a.status_code, slug(a)) for a in (as_caller, as_owner)] == [(400, "unknown-sector")] * 2


async def test_who_acts_for_no_sector_opens_nothing(world: World) -> None:
    answer = await world.caller(None).post("/cases", opening())

    assert (answer.status_code, slug(answer)) == (403, "sector-required")


@pytest.mark.parametrize("role", ["citizen", "evaluator", "administrator", "auditor", "dpo", "representative"])
async def test_only_who_works_with_citizens_may_knock(world: World, role: str) -> None:
    answer = await world.caller(role=role).post("/cases", opening())

    assert (answer.status_code, slug(answer)) == (403, "role-missing") or slug(answer) == "purpose-not-allowed"


@pytest.mark.parametrize("number", ["3113480000", "251248-999", "abcdefghij"])
async def test_what_is_no_cpr_number_is_refused_without_being_repeated(world: World, number: str) -> None:
    answer = await world.caller().post("/cases", opening(citizen=person(number)))

    assert (answer.status_code, slug(answer)) == (400, "malformed-cpr")
    assert number not in answer.text


@pytest.mark.parametrize(
    "spoilt",
    [
        {"citizen": None},
        {"citizen": {}},
        {"citizen": {"anonymous": True}},
        {"citizen": {"anonymous": True, "alias": "S", "name": "N"}},
        {"citizen": {"identifiers": [], "name": "N"}},
        {"citizen": {"identifiers": [{"system": "cpr", "value": "1 2"}]}},
        {"citizen": {"anonymous": True, "alias": "S", "contact": {"email": "ingen"}}},
        {"citizen": {"anonymous": True, "alias": "S", "contact": {"phone": 12345678}}},
        {"citizen": {"anonymous": True, "alias": "S", "protectedUntil": "2026-02-30"}},
        {"needs": []},
        {"needs": [{}]},
        {"needs": [{"domain": "Magic!"}]},
        {"needs": [{"domain": "debt", "description": "a\u0000b"}]},
        {"needs": [{"domain": "debt", "state": "met"}]},
        {"needs": [{"domain": "debt"}] * 51},
        {"id": "7"},
        {"kle": "kle"},
        {"externalReferences": [{"system": "fasit", "value": "1", "url": "http://fasit.example"}]},
        {"origin": "found"},
        {"holdingSector": "health"},
        {"citizenInformed": {"on": "2026-03-01"}},
    ],
    ids=str,
)
async def test_a_body_that_is_not_right_is_refused(world: World, spoilt: dict[str, Any]) -> None:
    answer = await world.caller().post("/cases", opening(**spoilt))

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert answer.json()["errors"]


# -- repeats -----------------------------------------------------------------------------------------------------------


async def test_a_repeat_gets_the_first_answer_and_makes_nothing_new(world: World) -> None:
    told, key = opening(), f"key-{new_id()}"

    first = await world.caller().post("/cases", told, Idempotency_Key=key)
    again = await world.caller().post("/cases", told, Idempotency_Key=key)
    changed = await world.caller().post("/cases", told | {"kle": "15.20.00"}, Idempotency_Key=key)
    other_person = await world.caller(subject="bodil").post("/cases", told, Idempotency_Key=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert (changed.status_code, slug(changed)) == (422, "idempotency-key-reused")
    assert (other_person.status_code, slug(other_person)) == (409, "open-case-exists")
    assert len(await world.announced(first.json()["id"])) == 2


async def test_a_write_without_a_key_is_refused(world: World) -> None:
    answer = await world.caller().post("/cases", opening(), Idempotency_Key="kort")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "idempotency-key-malformed"


def person(number: str, **more: Any) -> dict[str, Any]:
    """Somebody by CPR number."""
    return {"identifiers": [{"system": "cpr", "value": number}], "name": NAME, **more}
