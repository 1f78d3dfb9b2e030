"""Responsibility in depth, over HTTP: parts, the coordinator, parties, screenings, hearings, and the ways round."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.clock import day_of, now
from services.cases.domain.screening import SCREENED
from tests.cases.world import ASIDE, Json, World, agreed, slug, somewhere

TODAY = day_of(now()).isoformat()
PARTS = {
    "involvements": {"sector": "health", "because": "network-meeting", "legalBasis": "rsl-11-c"},
    "parties": {"kind": "paying", "authority": "0147", "because": "moved"},
    "screenings": {"sector": "health", "outcome": "no-need"},
    "hearings": {"at": "2026-01-05T09:00:00Z", "statement": "Det er i orden med mig."},
}
each_part = pytest.mark.parametrize("part", sorted(PARTS))


async def test_involving_takes_a_consent_or_another_basis(world: World) -> None:
    case, anna = await world.case(), world.caller()
    told = {"sector": "health", "unit": "alkohol", "because": "network-meeting"}

    refused = await anna.post(f"/cases/{case['id']}/involvements", told)
    await anna.does(f"/cases/{case['id']}/consents", agreed())
    made = await anna.post(f"/cases/{case['id']}/involvements", told)

    assert slug(refused) == "involvement-basis-missing"
    assert made.status_code == 201
    part = made.json()
    assert (part["sector"], part["unit"], part["until"]) == ("health", "alkohol", None)
    assert made.headers["location"].endswith(part["id"])
    assert (await world.caller("health").get(f"/cases/{case['id']}")).status_code == 200
    assert "sector-involved" in [event["type"].split(".")[-2] for event in await world.announced(case["id"])]
    again = await anna.post(f"/cases/{case['id']}/involvements", told)
    assert slug(again) == "already-involved"


@each_part
async def test_a_part_has_a_list_and_an_address_and_nobody_elses_case_has(world: World, part: str) -> None:
    case, other, anna = await world.case(), await world.case(), world.caller()
    made = await anna.post(f"/cases/{case['id']}/{part}", PARTS[part])
    path = made.headers["location"].removeprefix("/v1")

    assert (await anna.read(path)) == made.json()
    assert made.json() in (await anna.read(f"/cases/{case['id']}/{part}"))["items"]
    elsewhere = path.replace(case["id"], other["id"])
    for caller, address in ((world.caller("social"), path), (anna, elsewhere), (anna, path[:-36] + somewhere())):
        assert slug(await caller.get(address)) == "not-found-or-not-yours"


@each_part
async def test_a_part_is_written_by_who_has_one_and_not_in_a_closed_case(world: World, part: str) -> None:
    case, path = await world.case(), ""
    path = f"/cases/{case['id']}/{part}"
    await world.referred(case, "requested")
    body = PARTS[part]

    stranger = await world.caller("social").post(path, body)
    asked = await world.caller("health").post(path, body)
    twice = await world.caller().post(path, body | {"surplus": 1})
    empty = await world.caller().post(path, {})
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})
    late = await world.caller().post(path, body)

    assert slug(stranger) == "not-found-or-not-yours"
    assert slug(asked) == ("holder-only" if part in ("involvements", "parties") else "sector-not-involved")
    assert (slug(twice), slug(empty), slug(late)) == ("invalid-request", "invalid-request", "case-closed")


@pytest.mark.parametrize("part", ["involvements", "screenings", "hearings"])
async def test_a_system_neither_lets_in_nor_asks_nor_hears(world: World, part: str) -> None:
    case = await world.case()
    robot = world.caller(role="integration")

    assert slug(await robot.post(f"/cases/{case['id']}/{part}", PARTS[part])) == "role-missing"


async def test_the_future_is_not_heard(world: World) -> None:
    case = await world.case()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()

    answer = await world.caller().post(
        f"/cases/{case['id']}/hearings", {"at": tomorrow, "statement": "Det siger hun i morgen."}
    )

    assert slug(answer) == "heard-in-the-future"
    assert "morgen" not in answer.text


async def ready_to_go(world: World) -> Json:
    """A case in which social has a part, owns nothing, and everybody has been asked and the citizen heard."""
    case = await world.case()
    await world.referred(case, "requested", "accepted", to="social")
    for sector in SCREENED:
        await world.caller().does(f"/cases/{case['id']}/screenings", {"sector": sector, "outcome": "no-need"})
    return case


async def test_a_sector_goes_when_all_were_asked_and_the_citizen_was_heard(world: World) -> None:
    case = await ready_to_go(world)
    check = f"/cases/{case['id']}/release-check"
    mail = {"sector": "social", "reason": "Intet behov tilbage.", "ground": "no-needs-left"}

    blocked = await world.caller("social").post(f"/cases/{case['id']}/releases", mail)
    [unmet] = blocked.json()["unmet"]
    assert (slug(blocked), unmet["code"]) == ("release-blocked", "citizen-not-heard")
    assert unmet["remedy"] == {"operationId": "recordHearing", "who": None}

    at = now().isoformat()
    await world.caller().does(f"/cases/{case['id']}/hearings", {"at": at, "statement": "Jeg klarer mig."})
    told = await world.caller("social").read(check)
    assert (told["ground"], told["releasable"], told["unmet"]) == ("no-needs-left", True, [])
    done = await world.caller("social").post(f"/cases/{case['id']}/releases", mail)
    assert (done.status_code, done.json()["ground"]) == (201, "no-needs-left")
    released = [e["data"] for e in await world.announced(case["id"]) if e["type"].endswith("sector-released.v1")]
    assert [one["ground"] for one in released] == ["no-needs-left"]


async def test_going_round_the_gate_is_a_team_leads_and_is_counted(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", to="social")
    own = {"domain": "housing"}
    await world.caller("social").does(f"/cases/{case['id']}/needs", own)
    body = {"sector": "social", "reason": "Enheden lukker.", "ground": "override"}
    path = f"/cases/{case['id']}/releases"

    assert slug(await world.caller("social").post(path, body)) == "override-not-yours"
    done = await world.caller("social", role="team-lead").post(path, body)

    assert (done.status_code, done.json()["ground"]) == (201, "override")
    after = await world.caller().read(f"/cases/{case['id']}")
    assert {need["ownerSector"] for need in after["needs"]} == {"employment"}
    report = await world.caller("social", role="team-lead").read("/reports/releases", **{"from": TODAY, "to": TODAY})
    assert report["releases"] == [{"sector": "social", "ground": "override", "n": 1}]
    assert report["closures"] == []


async def test_a_case_is_closed_round_the_gate_by_a_team_lead_only(world: World) -> None:
    case, body = await world.case(), {"ground": "override", "reason": "Oprettet to gange i to systemer."}

    assert slug(await world.caller().post(f"/cases/{case['id']}/closure", body)) == "override-not-yours"
    lead = world.caller(role="team-lead")
    assert (await lead.does(f"/cases/{case['id']}/closure", body))["status"] == "closed"
    report = await lead.read("/reports/releases", **{"from": TODAY, "to": TODAY})
    assert report["closures"] == [{"sector": "employment", "ground": "override", "n": 1}]


async def test_a_report_is_the_authoritys_own_and_runs_forwards(world: World) -> None:
    elsewhere = world.caller(role="team-lead", authority="0147")
    case = await world.case()
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    assert (await elsewhere.read("/reports/releases", **{"from": TODAY, "to": TODAY}))["closures"] == []
    backwards = await elsewhere.get("/reports/releases", **{"from": TODAY, "to": "2020-01-01"})
    assert slug(backwards) == "period-backwards"
    assert slug(await world.caller().get("/reports/releases", **{"from": TODAY, "to": TODAY})) == "role-missing"


async def test_reassignment_within_the_sector_leaves_no_moment_without_a_holder(world: World) -> None:
    case, anna = await world.case(), world.caller()

    after = await anna.does(f"/cases/{case['id']}/coordinator", {"subject": "carl", "unit": "job-syd"})

    assert (after["coordinator"]["subject"], after["coordinator"]["unit"]) == ("carl", "job-syd")
    told = await anna.read(f"/cases/{case['id']}/responsibility")
    holders = [one for one in told["history"] if one["kind"] == "holder"]
    assert [(one["unit"], one["because"]) for one in holders] == [(None, "case-opened"), ("job-syd", "reassigned")]
    assert holders[0]["to"] == holders[1]["from"]
    changed = [e["data"] for e in await world.announced(case["id"]) if e["type"].endswith("coordinator-changed.v1")]
    assert changed == [{"sector": "employment", "unit": "job-syd", "coordinator": "carl"}]
    assert slug(await world.caller("social").post(f"/cases/{case['id']}/coordinator", {"subject": "x"})) == (
        "not-found-or-not-yours"
    )


async def test_who_pays_and_who_decides_is_asked_for_any_moment(world: World) -> None:
    case, anna = await world.case(), world.caller()
    before = now().isoformat().replace("+00:00", "Z")
    await anna.does(f"/cases/{case['id']}/parties", PARTS["parties"])

    then = await anna.read(f"/cases/{case['id']}/responsibility", at=before)
    today = await anna.read(f"/cases/{case['id']}/responsibility")

    assert (then["payingAuthority"], then["actingAuthority"]) == (world.authority, world.authority)
    assert (today["payingAuthority"], today["actingAuthority"]) == ("0147", world.authority)
    assert today["holder"] == then["holder"]


async def test_a_citizen_who_moved_is_let_go_of_by_name_and_confirmed_once(world: World) -> None:
    case, anna = await world.case(), world.caller()
    path = f"/cases/{case['id']}/closure"
    moved = {"ground": "citizen-moved", "reason": "Flyttet.", "toAuthority": "0147"}
    arrival = {"receivedOn": TODAY, "receipt": "2026-77"}

    assert slug(await anna.post(path, moved)) == "destination-missing"
    assert slug(await anna.post(f"{path}/receipt", arrival)) == "citizen-has-not-moved"
    closed = await anna.does(path, moved | {"told": "Ringet til modtagelsen."})
    assert closed["allowedActions"] == ["confirmArrival"]
    assert slug(await world.caller("social").post(f"{path}/receipt", arrival)) == "not-found-or-not-yours"
    future = await anna.post(f"{path}/receipt", arrival | {"receivedOn": "2199-01-01"})
    assert slug(future) == "received-in-the-future"

    assert (await anna.does(f"{path}/receipt", arrival))["allowedActions"] == []

    assert slug(await anna.post(f"{path}/receipt", arrival)) == "already-received"


async def test_a_need_comes_back_to_who_answers_for_it(world: World) -> None:
    case, anna = await world.case(), world.caller()
    need = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    assert slug(await anna.post(f"{need}/reopening")) == "need-not-reopened"
    aside = await anna.does(f"{need}/setting-aside", ASIDE)
    assert aside["allowedActions"] == ["closeNeed", "reopenNeed", "setNeedAside"]

    stale = await anna.post(f"{need}/reopening", If_Match='"1"')
    again = await anna.does(f"{need}/reopening")

    assert slug(stale) == "stale-version"
    assert (again["state"], again["catchState"], again["revisitOn"]) == ("open", "uncaught", None)
    types = [event["type"].split(".")[-2] for event in await world.announced(case["id"])]
    assert types[-1] == "need-reopened"


async def test_what_can_be_done_is_offered_and_what_is_offered_can_be_done(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted", to="social")

    holder = (await world.caller().read(f"/cases/{case['id']}"))["allowedActions"]
    involved = (await world.caller("social").read(f"/cases/{case['id']}"))["allowedActions"]

    only_holders: set[Any] = {
        "addIdentifier", "assignCoordinator", "involveSector", "stateParty", "closeCase", "grantExemption",
    }  # fmt: skip
    assert set(holder) - set(involved) == only_holders
    assert {"recordScreening", "recordHearing", "releaseSector"} <= set(involved)
