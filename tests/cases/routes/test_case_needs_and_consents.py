"""Needs and consents over HTTP: the happy path of each step, and each named refusal with its status."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.cases.world import ASIDE, NOTE, Json, World, agreed, slug, somewhere

WITHDRAWN = {"outcome": "withdrawn-by-citizen", "citizenStatement": "Det klarer jeg selv."}


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's with one need."""
    return await world.case()


def at(case: Json, step: str = "", need: int = 0) -> str:
    """The address of a need, or of a step of it."""
    return f"/cases/{case['id']}/needs/{case['needs'][need]['id']}{step}"


# -- needs ---------------------------------------------------------------------------------------------------------


async def test_a_need_is_registered_and_told_of_without_its_domain(world: World, case: Json) -> None:
    answer = await world.caller().post(f"/cases/{case['id']}/needs", {"domain": "substance-use", "description": NOTE})

    need = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/cases/{case['id']}/needs/{need['id']}"
    assert answer.headers["ETag"] == f'"{need["version"]}"' == f'"{case["version"] + 1}"'
    assert (need["description"], need["state"], need["ownerSector"]) == (NOTE, "open", "employment")
    assert need["allowedActions"] == ["closeNeed", "setNeedAside"]
    assert (await world.announced(case["id"]))[-1]["data"] == {"needId": need["id"], "ownerSector": "employment"}
    assert answer.headers["Sync-Token"] == f"cases:{case['id']}:3"


async def test_a_need_is_set_aside_in_the_citizens_words(world: World, case: Json) -> None:
    aside = await world.caller().does(at(case, "/setting-aside"), ASIDE)

    assert (aside["state"], aside["revisitOn"], aside["revisitBySector"]) == ("set-aside", "2199-01-01", "social")
    assert aside["citizenStatement"] == ASIDE["citizenStatement"]
    assert aside["allowedActions"] == ["closeNeed", "reopenNeed", "setNeedAside"]
    told = (await world.announced(case["id"]))[-1]
    assert told["type"] == "dk.helhed.cases.need-set-aside.v1"
    assert told["data"] == {"needId": aside["id"], "revisitOn": "2199-01-01", "revisitBySector": "social"}


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ({"outcome": "met"}, "met"),
        (WITHDRAWN, "withdrawn"),
        ({"outcome": "duplicate"}, "withdrawn"),
        ({"outcome": "registered-in-error"}, "withdrawn"),
    ],
)
async def test_a_need_ends(world: World, case: Json, how: Json, state: str) -> None:
    ended = await world.caller().does(at(case, "/closure"), how)

    assert (ended["state"], ended["outcome"]) == (state, how["outcome"])
    mistaken = how["outcome"] in ("duplicate", "registered-in-error")
    assert ended["allowedActions"] == ([] if mistaken else ["reopenNeed"])
    assert ended["citizenStatement"] == how.get("citizenStatement")
    assert await world.caller().read(at(case)) == ended


async def test_what_the_citizen_said_first_and_last_are_both_kept(world: World, case: Json) -> None:
    await world.caller().does(at(case, "/setting-aside"), ASIDE)

    ended = await world.caller().does(at(case, "/closure"), WITHDRAWN)
    read = await world.caller().read(at(case))

    assert ended == read
    assert (read["citizenStatement"], read["revisitOn"]) == (WITHDRAWN["citizenStatement"], "2199-01-01")


async def test_a_need_is_not_written_over_by_another_with_its_id(world: World, case: Json) -> None:
    taken = {"id": case["needs"][0]["id"], "domain": "housing"}
    other = await world.case()

    same_case = await world.caller().post(f"/cases/{case['id']}/needs", taken)
    other_case = await world.caller().post(f"/cases/{other['id']}/needs", taken)

    assert (same_case.status_code, slug(same_case)) == (409, "need-exists")
    assert (other_case.status_code, slug(other_case)) == (409, "already-exists")
    assert (await world.caller().read(at(case)))["domain"] == "debt"


async def test_each_refusal_of_a_need_has_its_name(world: World, case: Json) -> None:
    anna = world.caller()
    other = await anna.does(f"/cases/{case['id']}/needs", {"domain": "housing"})
    await world.referred(case, "requested", "accepted")
    aside, closure = at(case, "/setting-aside"), at(case, "/closure")
    social = world.caller("health")

    assert [
        slug(await anna.post(f"/cases/{case['id']}/needs", {"domain": "debt", "ownerSector": "social"})),
        slug(await anna.post(f"/cases/{case['id']}/needs", {"domain": "debt", "ownerSector": "culture"})),
        slug(await social.post(aside, ASIDE)),
        slug(await social.post(closure, {"outcome": "met"})),
        slug(await anna.post(aside, ASIDE | {"revisitOn": "2020-01-01"})),
        slug(await anna.post(aside, ASIDE | {"revisitBySector": "culture"})),
        slug(await anna.post(closure, {"outcome": "withdrawn-by-citizen"})),
        slug(await anna.post(closure, {"outcome": "met"}, If_Match='"1"')),
        slug(await anna.post(aside, ASIDE, If_Match='"1"')),
        slug(await anna.post(at(case) + "/closure", {"outcome": "gone"})),
    ] == [
        "owner-not-involved",
        "unknown-sector",
        "need-of-another-sector",
        "need-of-another-sector",
        "revisit-in-the-past",
        "unknown-sector",
        "citizens-words-missing",
        "stale-version",
        "stale-version",
        "invalid-request",
    ]
    await anna.does(closure, {"outcome": "met"})
    settled = await anna.post(closure, {"outcome": "met"})
    assert (settled.status_code, slug(settled), settled.json()["state"]) == (409, "need-settled", "met")
    assert slug(await anna.post(aside, ASIDE)) == "need-settled"
    await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})
    path = f"/cases/{case['id']}/needs/{other['id']}"
    assert {
        slug(await anna.post(f"/cases/{case['id']}/needs", {"domain": "debt"})),
        slug(await anna.post(f"{path}/closure", {"outcome": "met"})),
        slug(await anna.post(f"{path}/setting-aside", ASIDE)),
    } == {"case-closed"}


# -- consents --------------------------------------------------------------------------------------------------------


async def test_a_consent_is_recorded_told_and_withdrawn(world: World, case: Json) -> None:
    anna, path = world.caller(), f"/cases/{case['id']}/consents"

    answer = await anna.post(path, agreed(toUnit="alkohol", validUntil="2199-01-01", textVersion="3"))
    given = answer.json()
    withdrawn = await anna.does(f"{path}/{given['id']}/withdrawal", {"evidence": "Ringede."}, If_Match='"1"')

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"/v1{path}/{given['id']}"
    assert (given["inForce"], given["allowedActions"], given["evidence"]) == (True, ["withdrawConsent"], NOTE)
    assert (withdrawn["inForce"], withdrawn["allowedActions"], withdrawn["version"]) == (False, [], 2)
    assert await anna.read(f"{path}/{given['id']}") == withdrawn
    events = (await world.announced(case["id"]))[-2:]
    assert [event["type"].split(".")[3] for event in events] == ["consent-given", "consent-withdrawn"]
    assert events[0]["data"] == {
        "consentId": given["id"],
        "fromSector": "employment",
        "toSector": "health",
        "toUnit": "alkohol",
        "dataCategories": ["need"],
        "sharedFor": "treatment",
        "legalBasis": "fvl-28-1",
        "validUntil": "2199-01-01",
    }
    assert events[1]["data"] == {"consentId": given["id"]}


async def test_a_refusal_is_noted_told_to_nobody_and_blocks_nothing(world: World, case: Json) -> None:
    refused = await world.caller().does(f"/cases/{case['id']}/consents", agreed(decision="refused"))

    assert (refused["decision"], refused["inForce"], refused["allowedActions"]) == ("refused", False, [])
    assert [event["type"].split(".")[3] for event in await world.announced(case["id"])][-1] == "need-registered"
    await world.caught(case)
    assert (await world.release(case)).status_code == 201


async def test_a_health_consent_has_an_end_within_a_year(world: World, case: Json) -> None:
    path, anna = f"/cases/{case['id']}/consents", world.caller()

    given = await anna.does(path, agreed(legalBasis="sundhedsloven-43"))
    too_long = await anna.post(path, agreed(legalBasis="sundhedsloven-43", validUntil="2199-01-01"))

    assert given["validUntil"] is not None
    assert (too_long.status_code, slug(too_long)) == (400, "health-consent-too-long")


async def test_each_refusal_of_a_consent_has_its_name(world: World, case: Json) -> None:
    anna, path = world.caller(), f"/cases/{case['id']}/consents"
    given = await anna.does(path, agreed())
    refusal = await anna.does(path, agreed(decision="refused"))
    withdrawal = f"{path}/{given['id']}/withdrawal"

    assert slug(await anna.post(path, agreed(toSector="culture"))) == "unknown-sector"
    lapsed = await anna.post(path, agreed(validUntil="2026-01-01"))
    assert (lapsed.status_code, slug(lapsed)) == (400, "consent-already-lapsed")
    assert slug(await anna.post(withdrawal, {}, If_Match='"7"')) == "stale-version"
    await anna.does(withdrawal, {})
    again = await anna.post(withdrawal, {})
    assert (again.status_code, slug(again)) == (409, "consent-not-in-force")
    assert slug(await anna.post(f"{path}/{refusal['id']}/withdrawal", {})) == "consent-not-in-force"
    assert slug(await anna.post(f"{path}/{somewhere()}/withdrawal", {})) == "not-found-or-not-yours"


async def test_in_a_closed_case_a_consent_may_only_be_withdrawn(world: World, case: Json) -> None:
    anna, path = world.caller(), f"/cases/{case['id']}/consents"
    given = await anna.does(path, agreed())
    await anna.does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    recorded = await anna.post(path, agreed())
    withdrawn = await anna.does(f"{path}/{given['id']}/withdrawal", {})

    assert (recorded.status_code, slug(recorded)) == (409, "case-closed")
    assert withdrawn["withdrawnAt"] is not None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"decision": "perhaps"},
        {"dataCategories": []},
        {"evidence": ""},
        {"givenBy": "neighbour"},
        {"validUntil": "2026-02-30"},
        {"sharedFor": "To Ord"},
        {"withdrawnAt": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)
async def test_a_consent_that_is_not_right_is_refused(world: World, case: Json, spoilt: dict[str, Any]) -> None:
    answer = await world.caller().post(f"/cases/{case['id']}/consents", agreed(**spoilt))

    assert (answer.status_code, slug(answer)) == (400, "invalid-request")
    assert NOTE not in answer.text


async def test_a_repeat_is_answered_only_to_who_may_still_read_it(world: World, case: Json) -> None:
    anna, path, key = world.caller(), f"/cases/{case['id']}/consents", f"key-{new_id()}"
    first = await anna.post(path, agreed(), Idempotency_Key=key)
    again = await anna.post(path, agreed(), Idempotency_Key=key)
    assert (again.status_code, again.content) == (201, first.content)
    await world.caught(case)
    assert (await world.release(case)).status_code == 201

    late = await anna.post(path, agreed(), Idempotency_Key=key)

    assert (late.status_code, slug(late)) == (404, "not-found-or-not-yours")
    assert NOTE not in late.text
