"""Letting go over HTTP: what is missing, the one step that moves everything, and closing."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from chassis.ids import new_id
from tests.cases.world import ASIDE, Json, World, slug

DIED = {"ground": "citizen-died", "reason": "Hun døde i nat."}
MOVED = {"ground": "citizen-moved", "reason": "Flyttet.", "toAuthority": "0147", "told": "Ringet til jobcentret."}


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's with one need."""
    return await world.case()


async def check(world: World, case: Json, sector: str = "employment", **query: str) -> Json:
    """The dry run."""
    return await world.caller(sector).read(f"/cases/{case['id']}/release-check", **query)


async def test_each_act_of_the_receiver_takes_one_thing_off_the_list(world: World, case: Json) -> None:
    referral_id = new_id()
    lists = []

    for step in (None, "requested", "accepted", "attempted", "contact", "receipt"):
        if step:
            await world.referred(case, step, referral_id=referral_id, unit="alkohol")
        told = await check(world, case)
        blocked = await world.release(case) if told["unmet"] else None
        # The dry run and the refusal are one answer.
        assert told["releasable"] is (blocked is None)
        if blocked is not None:
            assert (blocked.status_code, slug(blocked)) == (409, "release-blocked")
            assert blocked.json()["unmet"] == told["unmet"]
        lists.append([one["code"] for one in told["unmet"]])

    assert lists == [
        ["need-not-referred", "no-sector-takes-holding"],
        ["referral-not-accepted", "first-contact-missing", "receipt-missing", "no-sector-takes-holding"],
        ["first-contact-missing", "receipt-missing", "no-sector-takes-holding"],
        ["first-contact-missing", "receipt-missing", "no-sector-takes-holding"],
        ["receipt-missing", "no-sector-takes-holding"],
        [],
    ]
    assert (await world.release(case)).status_code == 201


async def test_what_is_missing_says_whom_one_waits_for_in_the_readers_language(world: World, case: Json) -> None:
    referral_id = await world.referred(case, "requested", "accepted", unit="alkohol")

    path = f"/cases/{case['id']}/release-check"
    danish = await world.caller().get(path)
    english = await world.caller(language="en-GB,da;q=0.5").get(path)
    blocked = await world.caller(language="en").post(
        f"/cases/{case['id']}/releases", {"sector": "employment", "reason": "-"}
    )

    first, other = danish.json()["unmet"][0], english.json()["unmet"][0]
    assert {name: first[name] for name in ("code", "needId", "referralId", "waitingFor")} == {
        "code": "first-contact-missing",
        "needId": case["needs"][0]["id"],
        "referralId": str(referral_id),
        "waitingFor": {"sector": "health", "unit": "alkohol", "authority": None},
    }
    assert datetime.fromisoformat(first["since"])
    assert (first["title"], other["title"]) == (
        "Borgeren har ikke mødt modtageren.",
        "The citizen has not met the receiver.",
    )
    assert blocked.json()["unmet"] == english.json()["unmet"]
    assert blocked.headers["Content-Language"] == "en"


async def test_a_release_moves_needs_holder_and_coordinator_and_names_what_it_rests_on(
    world: World, case: Json
) -> None:
    referral_id = await world.caught(case)

    version = (await world.caller().read(f"/cases/{case['id']}"))["version"]

    answer = await world.release(case, If_Match=f'"{version}"')

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/cases/{case['id']}/releases/{made['id']}"
    assert (made["sector"], made["ground"], made["takenOverBy"]) == ("employment", "needs-handed-on", "health")
    assert (made["referralIds"], made["reason"]) == ([str(referral_id)], "Hun er grebet.")
    after = await world.caller("health").read(f"/cases/{case['id']}")
    assert (after["holdingSector"], after["coordinator"]["subject"]) == ("health", "bodil")
    assert [one["sector"] for one in after["involved"]] == ["health"]
    need = after["needs"][0]
    assert (need["state"], need["ownerSector"], need["catchState"]) == ("handed-on", "health", "caught")
    events = (await world.announced(case["id"]))[2:]
    assert [event["type"].split(".")[3] for event in events] == [
        "sector-involved",
        "responsibility-transferred",
        "sector-released",
    ]
    assert events[1]["data"]["receiptId"] == events[2]["data"]["receiptId"] == made["receiptId"]
    assert events[2]["data"]["needIds"] == [need["id"]]


async def test_history_shows_no_gap(world: World, case: Json) -> None:
    await world.caught(case)
    before = datetime.fromisoformat(case["openedAt"])
    made = (await world.release(case)).json()
    health, path = world.caller("health"), f"/cases/{case['id']}/responsibility"

    then = await health.read(path, at=before.isoformat())
    now = await health.read(path, at=made["at"])

    assert (then["holder"]["sector"], then["coordinator"]["subject"]) == ("employment", "anna")
    assert (now["holder"]["sector"], now["coordinator"]["subject"]) == ("health", "bodil")
    holders = [one for one in now["history"] if one["kind"] == "holder"]
    assert [(one["sector"], one["from"], one["to"]) for one in holders] == [
        ("employment", case["openedAt"], made["at"]),
        ("health", made["at"], None),
    ]
    assert (await health.read(path, at="2020-01-01T00:00:00Z"))["holder"] is None
    assert slug(await health.get(path, at="2026-01-01T00:00:00")) == "invalid-request"


async def test_of_many_who_let_go_at_once_one_does(world: World, case: Json) -> None:
    await world.caught(case)

    answers = await asyncio.gather(*(world.release(case) for _ in range(50)))

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 404, 503}
    releases = await world.caller("health").read(f"/cases/{case['id']}/releases")
    assert len(releases["items"]) == 1
    events = [event["type"].split(".")[3] for event in await world.announced(case["id"])]
    assert events.count("responsibility-transferred") == 1


async def test_the_replay_of_a_release_is_answered_to_the_sector_that_let_go(world: World, case: Json) -> None:
    await world.caught(case)
    key = f"key-{new_id()}"

    first = await world.release(case, Idempotency_Key=key)
    again = await world.release(case, Idempotency_Key=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_many_replays_at_once_tell_nobody_what_they_may_no_longer_read(world: World, case: Json) -> None:
    key, needs = f"key-{new_id()}", f"/cases/{case['id']}/needs"
    anna, told = world.caller(), {"domain": "housing", "description": "Hun er sat ud."}
    second = await anna.post(needs, told, Idempotency_Key=key)
    await world.caught(case)
    await anna.does(f"{needs}/{second.json()['id']}/closure", {"outcome": "met"})
    assert (await world.release(case)).status_code == 201

    answers = await asyncio.gather(*(anna.post(needs, told, Idempotency_Key=key) for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {404, 409, 503}
    assert 404 in {answer.status_code for answer in answers}
    assert all("sat ud" not in answer.text for answer in answers)


async def test_a_failed_catch_after_the_release_is_an_alarm_to_the_new_holder(world: World, case: Json) -> None:
    referral_id = await world.caught(case)
    await world.release(case)

    await world.referred(case, "failed", referral_id=referral_id)

    after = await world.caller("health").read(f"/cases/{case['id']}")
    assert after["holdingSector"] == "health"
    assert after["needs"][0]["catchState"] == "caught-then-lost"
    assert [one["kind"] for one in after["attention"]] == ["caught-then-lost"]
    assert (await world.announced(case["id"]))[-1]["data"] == {
        "needId": case["needs"][0]["id"],
        "referralId": str(referral_id),
    }


@pytest.mark.parametrize(
    "end", [("rejected",), ("cancelled",), ("accepted", "failed"), ("accepted", "contact", "failed")]
)
async def test_what_ends_badly_leaves_responsibility_where_it_was(
    world: World, case: Json, end: tuple[str, ...]
) -> None:
    path = f"/cases/{case['id']}/responsibility"
    before = await world.caller().read(path)

    await world.referred(case, "requested", *end)

    after = await world.caller().read(path)
    assert [one for one in after["history"] if one["kind"] != "involved"] == [
        one for one in before["history"] if one["kind"] != "involved"
    ]
    assert after["holder"] == before["holder"]
    assert [one["sector"] for one in after["involved"]] == ["employment"]
    assert slug(await world.release(case)) == "release-blocked"


async def test_each_refusal_of_a_release_has_its_name(world: World, case: Json) -> None:
    anna, path = world.caller(), f"/cases/{case['id']}/releases"
    await world.referred(case, "requested")
    told = {"sector": "employment", "reason": "-"}

    for_another = await anna.post(path, told | {"sector": "health"})
    without_a_part = await world.caller("health").post(path, told | {"sector": "health"})
    stale = await anna.post(path, told, If_Match='"7"')
    without_reason = await anna.post(path, {"sector": "employment"})
    on_other_ground = await anna.post(path, told | {"ground": "tired"})
    unknown = await anna.get(f"/cases/{case['id']}/release-check", sector="culture")
    await anna.does(f"/cases/{case['id']}/closure", DIED)
    closed = await anna.post(path, told)

    answers = (for_another, without_a_part, stale, without_reason, on_other_ground, unknown, closed)
    assert [(answer.status_code, slug(answer)) for answer in answers] == [
        (403, "own-sector-only"),
        (403, "sector-not-involved"),
        (412, "stale-version"),
        (400, "invalid-request"),
        (400, "invalid-request"),
        (400, "unknown-sector"),
        (409, "case-closed"),
    ]


async def test_the_check_may_be_asked_for_another_sector(world: World) -> None:
    case = await world.case("debt", "housing")
    await world.referred(case, "requested", "accepted", to="social", need=1)

    unmet = (await check(world, case, "social"))["unmet"]
    assert [one["code"] for one in unmet] == ["screening-missing"] * 3 + ["citizen-not-heard"]
    mine = await world.caller("social").read(f"/cases/{case['id']}/release-check", sector="employment")
    assert mine == await check(world, case)


async def test_a_closed_case_is_not_said_to_be_releasable(world: World, case: Json) -> None:
    await world.caught(case)
    assert (await check(world, case))["releasable"] is True

    await world.caller().does(f"/cases/{case['id']}/closure", DIED)

    assert (await check(world, case))["releasable"] is False


# -- closing ---------------------------------------------------------------------------------------------------------


async def test_a_case_closes_when_nothing_is_left(world: World, case: Json) -> None:
    anna = world.caller()
    need = f"/cases/{case['id']}/needs/{case['needs'][0]['id']}"
    await anna.does(f"{need}/setting-aside", ASIDE)

    answer = await anna.post(f"/cases/{case['id']}/closure", {"ground": "no-needs-left", "reason": "Slut."})

    closed = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{closed["version"]}"')
    assert (closed["status"], closed["holdingSector"], closed["involved"]) == ("closed", "employment", [])
    assert (closed["coordinator"]["subject"], closed["allowedActions"], closed["attention"]) == ("anna", [], [])
    assert closed["closedAt"] is not None
    told = (await world.announced(case["id"]))[-1]
    assert told["data"] == {"ground": "no-needs-left", "closedBySector": "employment"}
    listed = (await anna.read("/cases", status="closed"))["items"]
    assert [(one["id"], one["coordinator"]) for one in listed] == [(case["id"], closed["coordinator"])]


@pytest.mark.parametrize(
    "ground",
    [DIED, MOVED, {"ground": "citizen-declined", "reason": "Nej tak.", "citizenStatement": "Jeg vil ikke mere."}],
)
async def test_the_citizens_own_life_or_word_closes_a_case(world: World, case: Json, ground: Json) -> None:
    await world.referred(case, "requested", "accepted")

    closed = await world.caller().does(f"/cases/{case['id']}/closure", ground)

    assert (closed["status"], closed["involved"]) == ("closed", [])


async def test_who_declines_says_so_in_their_own_words(world: World, case: Json) -> None:
    declined = {"ground": "citizen-declined", "reason": "Nej tak."}

    refused = await world.caller().post(f"/cases/{case['id']}/closure", declined)

    assert (refused.status_code, slug(refused)) == (400, "citizens-words-missing")


async def test_what_is_left_is_named(world: World, case: Json) -> None:
    await world.referred(case, "requested", "accepted")

    answer = await world.caller(language="en").post(
        f"/cases/{case['id']}/closure", {"ground": "no-needs-left", "reason": "Slut."}
    )

    assert (answer.status_code, slug(answer)) == (409, "closure-blocked")
    assert [(one["code"], one["waitingFor"]["sector"], one["title"]) for one in answer.json()["unmet"]] == [
        ("need-open-in-own-sector", "employment", "A need is open."),
        ("sector-not-released", "health", "A sector has not let go."),
    ]


async def test_each_refusal_of_a_closing_has_its_name(world: World, case: Json) -> None:
    anna, path = world.caller(), f"/cases/{case['id']}/closure"
    await world.referred(case, "requested", "accepted")

    not_holding = await world.caller("health").post(path, DIED)
    nowhere = await anna.post(path, {"ground": "citizen-moved", "reason": "Flyttet."})
    nobody_told = await anna.post(path, {name: value for name, value in MOVED.items() if name != "told"})
    stale = await anna.post(path, DIED, If_Match='"1"')
    unknown: Any = await anna.post(path, {"ground": "tired", "reason": "-"})
    await anna.does(path, DIED)
    again = await anna.post(path, DIED)

    assert [(a.status_code, slug(a)) for a in (not_holding, nowhere, nobody_told, stale, unknown, again)] == [
        (403, "holder-only"),
        (400, "destination-missing"),
        (400, "destination-missing"),
        (412, "stale-version"),
        (400, "invalid-request"),
        (409, "case-closed"),
    ]
