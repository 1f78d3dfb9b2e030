"""Who a case is for, learnt after the opening: one more number, a name in another system, the citizen's own act."""

from typing import Any

import pytest

from tests.cases.world import NAME, PHONE, World, cpr, fingerprint, opening, slug, somewhere

REPLACEMENT = {"system": "x-ecpr", "value": "010190-1AB3"}
ANONYMOUS = {"anonymous": True, "alias": "Gæsten i stuen"}
WORDS = "Jeg vil gerne have, at I ved, hvem jeg er."


def replacement(number: int) -> dict[str, str]:
    """A replacement number that this test alone uses."""
    return {"system": "x-ecpr", "value": f"0101{number % 90 + 10}1AB{number % 10}"}


def telling(**changes: Any) -> dict[str, Any]:
    """What an anonymous citizen's own act is noted with."""
    told = {
        "identifiers": [{"system": "cpr", "value": cpr()}],
        "name": NAME,
        "citizenStatement": WORDS,
        "evidence": "Sagt ved samtalen og underskrevet.",
    }
    return told | changes


async def test_who_came_with_a_replacement_number_is_found_by_the_cpr_number_learnt_later(world: World) -> None:
    case = await world.case(citizen={"identifiers": [REPLACEMENT]})
    learnt = {"system": "cpr", "value": cpr()}

    told = await world.caller().does(f"/cases/{case['id']}/identifiers", learnt, If_Match=f'"{case["version"]}"')

    assert [(i["system"], i["masked"][-5:]) for i in told["citizen"]["identifiers"]] == [
        ("x-ecpr", "-xxxx"),
        ("cpr", "-xxxx"),
    ]
    assert told["version"] == case["version"] + 1
    for identifier in (REPLACEMENT, learnt):
        found = await world.caller().does("/cases/_search", {"identifier": identifier})
        assert [one["id"] for one in found["items"]] == [case["id"]]
    again = await world.caller().post("/cases", opening(citizen={"identifiers": [learnt]}))
    assert slug(again) == "open-case-exists"


async def test_the_same_number_again_changes_nothing(world: World) -> None:
    learnt = {"system": "cpr", "value": cpr()}
    case = await world.case(citizen={"identifiers": [learnt]})

    again = await world.caller().does(f"/cases/{case['id']}/identifiers", learnt)

    assert again["version"] == case["version"]


async def test_a_number_of_somebody_with_an_open_case_is_refused_without_a_word_about_it(world: World) -> None:
    case, theirs = await world.case(citizen={"identifiers": [REPLACEMENT]}), cpr()
    await world.caller("health").does("/cases", opening(citizen={"identifiers": [{"system": "cpr", "value": theirs}]}))

    refused = await world.caller().post(f"/cases/{case['id']}/identifiers", {"system": "cpr", "value": theirs})

    assert (refused.status_code, slug(refused)) == (409, "open-case-exists")
    assert set(refused.json()) == {"type", "title", "status", "detail", "instance", "errors"}


async def test_a_number_of_somebody_else_is_not_this_citizens(world: World) -> None:
    case, theirs = await world.case(citizen={"identifiers": [REPLACEMENT]}), cpr()
    earlier = await world.case(citizen={"identifiers": [{"system": "cpr", "value": theirs}]})
    ended = {"ground": "citizen-declined", "reason": "Ønsker det ikke.", "citizenStatement": "Jeg vil ikke mere."}
    await world.caller().does(f"/cases/{earlier['id']}/closure", ended)

    refused = await world.caller().post(f"/cases/{case['id']}/identifiers", {"system": "cpr", "value": theirs})

    assert (refused.status_code, slug(refused)) == (409, "identifiers-disagree")
    # To try somebody's number is to look them up, refused or not.
    assert [str(look.case_id) for look in await world.looked() if look.what == "refused"] == [earlier["id"]]


async def test_a_person_has_one_cpr_number(world: World) -> None:
    case = await world.case()

    refused = await world.caller().post(f"/cases/{case['id']}/identifiers", {"system": "cpr", "value": cpr()})

    assert (refused.status_code, slug(refused)) == (409, "cpr-number-known")


@pytest.mark.parametrize(
    ("identifier", "status", "name"),
    [
        ({"system": "cpr", "value": "310261-1234"}, 400, "malformed-cpr"),
        ({"system": "x-ecpr", "value": "310261-1AB3"}, 400, "malformed-replacement-number"),
        ({"system": "d-ecpr", "value": "010190-1AB3"}, 400, "malformed-replacement-number"),
        ({"system": "cpr", "value": "'; drop table"}, 400, "invalid-request"),
        ({"system": "cpr"}, 400, "invalid-request"),
    ],
)
async def test_what_is_no_number_is_refused_and_not_repeated(
    world: World, identifier: dict[str, str], status: int, name: str
) -> None:
    case = await world.case()

    refused = await world.caller().post(f"/cases/{case['id']}/identifiers", identifier)

    assert (refused.status_code, slug(refused)) == (status, name)
    assert identifier.get("value", "never") not in refused.text


async def test_only_the_holder_learns_a_number_and_nobody_from_a_version_that_is_gone(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", to="health")
    number, where = {"system": "cpr", "value": cpr()}, f"/cases/{case['id']}/identifiers"

    involved = await world.caller("health").post(where, number)
    stranger = await world.caller("social").post(where, number)
    nowhere = await world.caller("social").post(f"/cases/{somewhere()}/identifiers", number)
    stale = await world.caller().post(where, number, If_Match='"1"')

    assert (involved.status_code, slug(involved)) == (403, "holder-only")
    assert fingerprint(stranger) == fingerprint(nowhere)
    assert (stale.status_code, slug(stale)) == (412, "stale-version")


# -- anonymous -----------------------------------------------------------------------------------------------------


async def test_nobody_else_tells_who_an_anonymous_citizen_is(world: World) -> None:
    case = await world.case(citizen=ANONYMOUS)

    refused = await world.caller().post(f"/cases/{case['id']}/identifiers", {"system": "cpr", "value": cpr()})

    assert (refused.status_code, slug(refused)) == (409, "citizen-is-anonymous")


async def test_a_citizen_tells_who_they_are_in_their_own_words(world: World) -> None:
    case, told = await world.case(citizen=ANONYMOUS), telling()

    known = await world.caller().does(f"/cases/{case['id']}/identification", told)

    assert (known["displayName"], known["alias"]) == (NAME, ANONYMOUS["alias"])
    found = await world.caller().does("/cases/_search", {"identifier": told["identifiers"][0]})
    assert [one["id"] for one in found["items"]] == [case["id"]]
    kept = await world.caller().read(f"/cases/{case['id']}/identification")
    assert (kept["citizenStatement"], kept["evidence"]) == (WORDS, told["evidence"])
    once_more = await world.caller().post(f"/cases/{case['id']}/identification", telling())
    assert (once_more.status_code, slug(once_more)) == (409, "citizen-is-known")


async def test_a_citizen_of_an_earlier_case_is_the_same_person(world: World) -> None:
    number = {"system": "cpr", "value": cpr()}
    earlier = await world.case(citizen={"identifiers": [number], "protectedUntil": "2199-01-01"})
    ended = {"ground": "citizen-declined", "reason": "Ønsker det ikke.", "citizenStatement": "Jeg vil ikke mere."}
    await world.caller().does(f"/cases/{earlier['id']}/closure", ended)
    case = await world.case(citizen=ANONYMOUS)

    known = await world.caller().does(f"/cases/{case['id']}/identification", telling(identifiers=[number]))

    # What protects the person is remembered, whoever tells.
    assert (known["protected"], known["displayName"]) == (True, None)
    found = await world.caller().does("/cases/_search", {"identifier": number})
    assert {one["id"] for one in found["items"]} == {earlier["id"], case["id"]}


async def test_a_citizen_with_an_open_case_has_no_second_one(world: World) -> None:
    number = {"system": "cpr", "value": cpr()}
    await world.caller("health").does("/cases", opening(citizen={"identifiers": [number]}))
    case = await world.case(citizen=ANONYMOUS)

    refused = await world.caller().post(f"/cases/{case['id']}/identification", telling(identifiers=[number]))

    assert (refused.status_code, slug(refused)) == (409, "open-case-exists")
    still = await world.caller().read(f"/cases/{case['id']}")
    assert (still["displayName"], still["citizen"]["identifiers"]) == (None, [])


async def test_numbers_of_two_people_are_nobodys(world: World) -> None:
    numbers = [{"system": "cpr", "value": cpr()}, {"system": "cpr", "value": cpr()}]
    for number in numbers:
        earlier = await world.case(citizen={"identifiers": [number]})
        ended = {"ground": "citizen-declined", "reason": "Ønsker det ikke.", "citizenStatement": "Jeg vil ikke mere."}
        await world.caller().does(f"/cases/{earlier['id']}/closure", ended)
    case = await world.case(citizen=ANONYMOUS)

    refused = await world.caller().post(f"/cases/{case['id']}/identification", telling(identifiers=numbers))

    assert (refused.status_code, slug(refused)) == (409, "identifiers-disagree")


@pytest.mark.parametrize("missing", ["citizenStatement", "evidence", "identifiers"])
async def test_an_identification_is_the_citizens_act_with_evidence(world: World, missing: str) -> None:
    case = await world.case(citizen=ANONYMOUS)
    told = {name: value for name, value in telling().items() if name != missing}

    refused = await world.caller().post(f"/cases/{case['id']}/identification", told)

    assert refused.status_code == 400
    assert (await world.caller().get(f"/cases/{case['id']}/identification")).status_code == 404


# -- what other systems call the case -----------------------------------------------------------------------------


async def test_a_case_gets_a_name_in_another_system_and_is_found_by_it(world: World) -> None:
    case, name = await world.case(), {"system": "fasit", "value": somewhere(), "url": "https://fasit.example/1"}

    told = await world.caller().does(f"/cases/{case['id']}/external-references", name)
    again = await world.caller().does(f"/cases/{case['id']}/external-references", name)

    assert told["externalReferences"] == [name]
    assert again["version"] == told["version"]
    searched = {"externalReference": {"system": "fasit", "value": name["value"]}}
    assert [one["id"] for one in (await world.caller().does("/cases/_search", searched))["items"]] == [case["id"]]


async def test_a_name_leads_to_one_case_whichever_that_is(world: World) -> None:
    name = {"system": "fasit", "value": somewhere()}
    mine = await world.case(externalReferences=[name])
    theirs = await world.caller("health").does("/cases", opening())

    taken = await world.caller("health").post(f"/cases/{theirs['id']}/external-references", name)
    closed = await world.caller().post(
        f"/cases/{mine['id']}/closure",
        {"ground": "citizen-declined", "reason": "Ønsker det ikke.", "citizenStatement": "Jeg vil ikke mere."},
    )
    late = await world.caller().post(f"/cases/{mine['id']}/external-references", {"system": "x", "value": "1"})

    assert (taken.status_code, slug(taken)) == (409, "already-exists")
    assert mine["id"] not in taken.text
    assert closed.status_code == 200
    assert (late.status_code, slug(late)) == (409, "case-closed")


# -- protection ----------------------------------------------------------------------------------------------------


async def test_nothing_shows_a_protected_name_or_how_to_reach_the_person(world: World) -> None:
    number = {"system": "cpr", "value": cpr()}
    citizen = {"identifiers": [number], "name": NAME, "contact": {"phone": PHONE}, "protectedUntil": "2199-01-01"}
    case = await world.case(citizen=citizen)
    caller, where = world.caller(), f"/cases/{case['id']}"

    told = [
        (await caller.get(where)).text,
        (await caller.get("/cases")).text,
        (await caller.get("/worklist")).text,
        (await caller.get("/worklist", **{"as": "unit"})).text,
        (await caller.post("/cases/_search", {"identifier": number})).text,
        (await caller.post(f"{where}/identifiers", replacement(17))).text,
        (await caller.post(f"{where}/external-references", {"system": "fasit", "value": somewhere()})).text,
    ]

    assert all(case["id"] in text for text in told)
    assert not any(hidden in text for text in told for hidden in (NAME, PHONE, number["value"]))


async def test_a_protection_ends_with_its_last_danish_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    from services.cases.routes import cases

    citizen = {
        "identifiers": [{"system": "cpr", "value": cpr()}],
        "name": NAME,
        "contact": {"phone": PHONE},
        "protectedUntil": "2027-03-01",
    }
    case = await world.case(citizen=citizen)

    async def shown_at(hour: int) -> Any:
        monkeypatch.setattr(cases, "now", lambda: datetime(2027, 3, 1, hour, 30, tzinfo=UTC))
        return await world.caller().read(f"/cases/{case['id']}")

    # In Denmark the second of March begins at 23:00 UTC.
    before, after = await shown_at(22), await shown_at(23)

    assert (before["protected"], before["displayName"], before["citizen"]["contact"]) == (True, None, None)
    assert (after["protected"], after["displayName"], after["citizen"]["contact"]["phone"]) == (False, NAME, PHONE)


async def test_a_check_digit_that_does_not_fit_is_told_and_stops_nothing(world: World) -> None:
    fits = await world.case(citizen={"identifiers": [{"system": "cpr", "value": "070761-4285"}]})
    does_not = await world.case(citizen={"identifiers": [{"system": "cpr", "value": "251248-9996"}]})

    assert [i["warnings"] for i in fits["citizen"]["identifiers"]] == [[]]
    assert [i["warnings"] for i in does_not["citizen"]["identifiers"]] == [["cpr-modulus-11"]]
