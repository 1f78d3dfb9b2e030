"""Guarantees over HTTP: everybody reads what is promised, an administrator decides what the law leaves open."""

from datetime import date
from typing import Any

import pytest

from tests.referrals.dated import DAY, MONDAY, it_is, promised
from tests.referrals.world import World, slug

DECISION = {
    "labels": {"da": "Svar inden fem arbejdsdage", "en": "An answer within five working days"},
    "days": 5,
    "counting": "working",
    "starts": "approach",
    "leadDays": 2,
    "validFrom": str(MONDAY),
    "reason": "Byrådet har besluttet det.",
}


async def decide(world: World, code: str, *, role: str = "administrator", **differs: Any) -> Any:
    """Decide on a guarantee; `version` is the one that was read, none for the first decision."""
    version = differs.pop("version", None)
    keeper = world.caller(None, role=role)
    purpose = {"Access-Purpose": "quality-control"} if role == "administrator" else {}
    known = {"If-None-Match": "*"} if version is None else {"If-Match": f'"{version}"'}
    body = {**DECISION, **differs}
    return await world.http.put(f"/v1/guarantees/{code}", headers={**keeper.headers, **purpose, **known}, json=body)


async def test_the_list_tells_what_is_in_force_and_where_a_lawyers_eye_is_needed(world: World) -> None:
    found = (await world.caller("health").get("/guarantees", on="2024-08-31")).json()["items"]

    assert [one["code"] for one in found] == sorted(one["code"] for one in found)
    in_force = {one["code"]: one["inForce"] for one in found}
    assert in_force == {
        "alcohol-treatment": True,
        "drug-treatment": True,
        "dual-diagnosis": False,
        "first-contact": False,
        "processing-deadline": False,
    }
    drugs = next(one for one in found if one["code"] == "drug-treatment")
    assert (drugs["statutory"], drugs["days"], drugs["starts"]) == (True, 14, "approach")
    assert drugs["reference"] == "Serviceloven § 101"
    assert "begyndt" in drugs["openQuestion"]["da"]


async def test_a_published_deadline_is_decided_and_then_named_by_referrals(world: World) -> None:
    with it_is(MONDAY):
        decided = await decide(world, "processing-deadline")
        read = await world.caller("employment").get("/guarantees/processing-deadline")
    asked = await promised(world, guarantee="processing-deadline", on=MONDAY)

    assert decided.status_code == 200, decided.text
    assert decided.headers["ETag"] == read.headers["ETag"] == '"1"'
    assert decided.json()["allowedActions"] == ["decideGuarantee"]
    assert read.json()["allowedActions"] == []
    assert (read.json()["inForce"], read.json()["reference"]) == (True, "Retssikkerhedsloven § 3")
    assert [one["reason"] for one in read.json()["decisions"]] == [DECISION["reason"]]
    assert (asked["clocks"][0]["guarantee"], asked["clocks"][0]["dueOn"]) == ("processing-deadline", "2026-03-09")


async def test_a_code_of_its_own_begins_on_its_day_and_is_nobody_elses(world: World) -> None:
    with it_is(MONDAY):
        await decide(world, "quick-answer", validFrom=str(MONDAY + 7 * DAY))
        listed = (await world.caller("health").get("/guarantees")).json()["items"]
        elsewhere = await world.caller("health", authority="CVR00000001").get("/guarantees/quick-answer")
        case = await world.case()
        early = await world.caller("employment").post(
            "/referrals",
            {
                "caseId": str(case.id), "needId": str(case.need_id), "toSector": "health", "reason": "Nu.",
                "consentId": str(case.consent_id), "guarantee": "quick-answer",
            },
        )  # fmt: skip

    (own,) = [one for one in listed if one["code"] == "quick-answer"]
    assert (own["inForce"], own["validFrom"], own["days"]) == (False, "2026-03-09", 5)
    assert elsewhere.status_code == 404
    assert (early.status_code, slug(early)) == (400, "guarantee-not-in-force")


async def test_a_later_decision_stands_beside_the_earlier_and_changes_no_clock_that_runs(world: World) -> None:
    with it_is(MONDAY):
        await decide(world, "first-contact", starts="acceptance", days=3, counting="calendar")
        running = await world.referral("acceptance")
        stale = await decide(world, "first-contact", starts="acceptance", days=9, version=7)
        again = await decide(world, "first-contact", starts="acceptance", days=9)
        later = await decide(world, "first-contact", starts="acceptance", days=10, counting="calendar", version=1)
        new = await world.referral("acceptance")
        kept = (await world.caller("health").get(f"/referrals/{running['id']}")).json()

    assert (stale.status_code, again.status_code, later.status_code) == (412, 412, 200)
    assert [one["days"] for one in later.json()["decisions"]] == [10, 3]
    assert [one["clocks"][0]["dueOn"] for one in (kept, new)] == ["2026-03-05", "2026-03-12"]


async def test_a_promise_that_has_ended_starts_no_clock(world: World) -> None:
    with it_is(MONDAY):
        await decide(world, "first-contact", starts="acceptance", validTo=str(MONDAY))
    with it_is(MONDAY + DAY):
        accepted = await world.referral("acceptance")

    assert accepted["clocks"] == []


@pytest.mark.parametrize(
    ("code", "differs", "told"),
    [
        ("drug-treatment", {}, (409, "guarantee-is-statutory")),
        ("first-contact", {"validFrom": "2026-03-01"}, (400, "guarantee-in-the-past")),
        ("first-contact", {"validTo": "2026-03-01"}, (400, "guarantee-ends-too-early")),
        ("first-contact", {"days": 0}, (400, "invalid-request")),
        ("first-contact", {"days": "7"}, (400, "invalid-request")),
        ("first-contact", {"counting": "hours"}, (400, "invalid-request")),
        ("Not A Code", {}, (400, "invalid-request")),
        ("first-contact", {"role": "caseworker"}, (403, "role-missing")),
    ],
    ids=["law", "past", "backwards", "no-days", "text", "hours", "code", "caseworker"],
)
async def test_what_cannot_be_decided(world: World, code: str, differs: dict[str, Any], told: tuple[int, str]) -> None:
    with it_is(MONDAY):
        refused = await decide(world, code, **differs)

    assert (refused.status_code, slug(refused)) == told


async def test_an_unknown_guarantee_is_not_found_and_a_shipped_one_has_no_version_yet(world: World) -> None:
    reader = world.caller("health")

    unknown, shipped = await reader.get("/guarantees/unknown"), await reader.get("/guarantees/drug-treatment")

    assert unknown.status_code == 404
    assert (shipped.status_code, shipped.json()["version"], "ETag" in shipped.headers) == (200, 0, False)


async def test_pages_of_guarantees_agree(world: World) -> None:
    whole = (await world.caller("health").get("/guarantees", on=str(date(2026, 6, 1)))).json()["items"]
    first = (await world.caller("health").get("/guarantees", on="2026-06-01", limit="2")).json()
    rest = (
        await world.caller("health").get("/guarantees", on="2026-06-01", limit="2", cursor=first["page"]["next"])
    ).json()

    assert first["items"] + rest["items"] == whole[:4]
