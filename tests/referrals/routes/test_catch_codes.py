"""Anonymous treatment caught by a code: the unit learns nothing, the sender `caught`, and a code is good once."""

import secrets
from typing import Any
from uuid import UUID

import pytest
import time_machine

from chassis.clock import day_of, now
from chassis.ids import new_id
from services.referrals.tables import catch_codes, catch_confirmations
from tests.referrals.handovers import TO_UNIT, UNIT, both, code_of, confirmed, count, lookups, put, unseen
from tests.referrals.world import BODIES, World, slug, wish_for, without_trace


def today() -> str:
    return day_of(now()).isoformat()


async def test_the_whole_way_from_request_to_caught(world: World) -> None:
    case, path = await unseen(world)
    employment, nurse = world.caller("employment"), world.caller("health", UNIT, subject="nurse")
    asked = (await employment.get(path)).json()
    code = await code_of(world, path)

    done = await confirmed(nurse, code.lower().replace("-", " "), today())
    after = (await employment.get(path)).json()
    events = await world.announced(case.id)

    assert (asked["state"], asked["catchState"], asked["anonymous"]) == ("requested", "uncaught", True)
    assert asked["basis"] == {
        "kind": "none",
        "status": "in-force",
        "consentId": None,
        "legalBasis": None,
        "validUntil": None,
    }
    assert asked["notShared"] == [{"section": "reason", "why": "anonymous"}]
    assert {"catch-codes", "cancellation", "entry-in-error"} == set(asked["allowedActions"])
    assert done.status_code == 201, done.text
    assert done.json().keys() == {"id", "attendedOn", "confirmedAt", "version"}
    assert done.headers["Location"] == f"/v1/catch-confirmations/{done.json()['id']}"
    assert (after["state"], after["catchState"], after["allowedActions"]) == ("completed", "caught", [])
    assert [event["type"].split(".")[3] for event in events] == [
        "referral-requested",
        "referral-accepted",
        "first-contact-held",
        "handover-received",
        "referral-completed",
    ]


async def test_what_the_sender_learns_is_caught_and_no_more(world: World) -> None:
    _, path = await unseen(world, returnScope="dates-and-outcome", toUnit=None)
    await confirmed(world.caller("health", UNIT, subject="nurse"), await code_of(world, path), today())

    read = await world.caller("employment").get(path)
    history = await world.caller("employment").get(f"{path}/history")
    told = read.json()

    assert told["returnScope"] == "caught-only"
    assert (told["responsibleUnit"], told["claimedBy"], told["firstContact"]) == (None, None, None)
    assert told["attempts"] == {"count": 0, "lastAt": None}
    receipt = told["handoverReceipt"]
    assert (receipt["takesHolding"], receipt["unit"], receipt["coordinator"], receipt["at"]) == (
        False,
        None,
        None,
        None,
    )
    assert told["ending"] == {"at": None, "reasonCode": None, "suggestion": None, "outcome": None, "because": None}
    # The request went to the whole sector: which of its units she goes to is nobody's business but hers.
    assert UNIT not in read.text + history.text
    assert "nurse" not in read.text + history.text
    assert {step["at"] for step in history.json()["items"][1:]} == {None}


async def test_what_the_town_hears_names_no_unit_and_nobody(world: World) -> None:
    case, path = await unseen(world, guarantee="drug-treatment", approachedOn=today())
    await confirmed(world.caller("health", UNIT, subject="nurse"), await code_of(world, path), today())

    data = [event["data"] for event in await world.announced(case.id)]

    assert len(data) == 5
    assert all(one.get("toUnit") is None and one.get("unit") is None for one in data)
    assert not any(UNIT in str(one) or "nurse" in str(one) for one in data)
    assert [one["takesHolding"] for one in data if "takesHolding" in one] == [False]


@pytest.mark.parametrize("confirmed_first", [False, True], ids=["before", "after"])
async def test_the_receiving_side_finds_nothing_of_it(world: World, confirmed_first: bool) -> None:
    """Before the citizen came, and after."""
    case, path = await unseen(world)
    code = await code_of(world, path)
    own_code = (await world.caller("employment").get(f"{path}/catch-codes")).json()["items"][0]["id"]
    if confirmed_first:
        assert (await confirmed(world.caller("health", UNIT), code, today())).status_code == 201

    for by in (world.caller("health"), world.caller("health", UNIT), world.caller("health", role="team-lead")):
        empty = [
            await by.get("/referrals"),
            await by.get("/referrals", caseId=str(case.id)),
            await by.get("/referrals", state="requested,completed"),
            await by.get("/referrals", toUnit="me", sort="dueOn"),
        ]
        assert [answer.json()["items"] for answer in empty] == [[]] * 4
        rooms = ("", "/history", "/contact-attempts", "/questions", "/answers", "/chain", "/redirection")
        own = ("/handover-content", "/handover-content/versions", "/catch-codes", f"/catch-codes/{own_code}")
        answers = [await by.get(path + room) for room in (*rooms, *own)]
        # One more that never was: what is there for another is not told from what is not.
        answers.append(await by.get(f"/referrals/{new_id()}"))
        assert {answer.status_code for answer in answers} == {404}
        assert len({str(without_trace(answer)) for answer in answers}) == 1


@pytest.mark.parametrize("step", sorted(BODIES))
async def test_the_receiving_side_can_do_nothing_with_it(world: World, step: str) -> None:
    _, path = await unseen(world)

    for unit in ((), (UNIT,)):
        answer = await world.caller("health", *unit, role="team-lead").post(f"{path}/{step}", BODIES[step])
        assert (answer.status_code, slug(answer)) == (404, "not-found-or-not-yours")


async def test_its_confirmation_tells_the_unit_nothing(world: World) -> None:
    case, path = await unseen(world)
    nurse = world.caller("health", UNIT, subject="nurse")

    done = await confirmed(nurse, await code_of(world, path), today())
    said = str(dict(done.headers)) + done.text

    # A Sync-Token names the case it is for, so this write has none.
    assert "sync-token" not in done.headers
    for id in (str(case.id), str(case.need_id), path.rsplit("/", 1)[1]):
        assert id not in said
    assert UUID(done.json()["id"]).version == 4
    # No look-up of anybody either: there was nobody to be seen.
    assert {case_id for case_id, _ in await lookups(world, "nurse")} <= {None}


async def test_a_unit_reads_what_it_has_confirmed_and_no_other_does(world: World) -> None:
    _, path = await unseen(world)
    nurse, other = world.caller("health", f"health:{UNIT}"), world.caller("health", "psykiatri")
    done = (await confirmed(nurse, await code_of(world, path), today())).json()

    assert (await nurse.get("/catch-confirmations")).json()["items"] == [done]
    assert (await nurse.get(f"/catch-confirmations/{done['id']}")).json() == done
    for by in (other, world.caller("employment"), world.caller("social", UNIT)):
        assert (await by.get("/catch-confirmations")).json()["items"] == []
        assert (await by.get(f"/catch-confirmations/{done['id']}")).status_code == 404
    assert (await world.caller("health", UNIT, role="integration").get("/catch-confirmations")).status_code == 403


async def test_unknown_used_replaced_expired_and_misplaced_codes_get_one_answer(world: World) -> None:
    nurse, on = world.caller("health", UNIT), today()
    _, used_path = await unseen(world)
    used = await code_of(world, used_path)
    assert (await confirmed(nurse, used, on)).status_code == 201
    _, path = await unseen(world)
    replaced, live = await code_of(world, path), await code_of(world, path)
    _, ended_path = await unseen(world)
    ended = await code_of(world, ended_path)
    await world.caller("employment").post(f"{ended_path}/cancellation", BODIES["cancellation"])
    _, early_path = await unseen(world, approachedOn=on)
    with time_machine.travel("2020-01-01T12:00:00Z", tick=True):
        _, old_path = await unseen(world)
        expired = await code_of(world, old_path)

    answers = [
        await confirmed(nurse, "0000-0000-0000", on),
        await confirmed(nurse, "not a code at all", on),
        await confirmed(nurse, "'; drop table referrals; --", on),
        await confirmed(nurse, used, on),
        await confirmed(nurse, replaced, on),
        await confirmed(nurse, ended, on),
        await confirmed(nurse, expired, on),
        await confirmed(nurse, await code_of(world, early_path), "2020-01-01"),
        await confirmed(world.caller("health", "psykiatri"), live, on),
        await confirmed(world.caller("social", UNIT), live, on),
        await confirmed(world.caller("employment"), live, on),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {slug(answer) for answer in answers} == {"catch-code-not-usable"}
    assert len({str(without_trace(answer)) for answer in answers}) == 1
    # None of it has used the live one up.
    assert (await confirmed(nurse, live, on)).status_code == 201
    assert await count(world, catch_confirmations) == 2


async def test_a_code_of_another_authority_is_unknown(world: World) -> None:
    _, path = await unseen(world)
    code = await code_of(world, path)
    elsewhere = world.caller("health", UNIT, authority="CVR00000001")

    assert slug(await confirmed(elsewhere, code, today())) == "catch-code-not-usable"


async def test_of_two_units_with_one_code_one_has_caught(world: World) -> None:
    _, path = await unseen(world, toUnit=None)
    code = await code_of(world, path)
    units = (world.caller("health", "alkohol"), world.caller("health", "psykiatri"))

    answers = await both(*(confirmed(unit, code, today()) for unit in units))

    assert sorted(answer.status_code for answer in answers) == [201, 404]
    assert await count(world, catch_confirmations) == 1
    assert (await world.caller("employment").get(path)).json()["catchState"] == "caught"


async def test_a_repeat_with_the_same_key_is_answered_the_same(world: World) -> None:
    _, path = await unseen(world)
    nurse, code, key = world.caller("health", UNIT), await code_of(world, path), secrets.token_hex(16)

    first = await confirmed(nurse, code, today(), Idempotency_Key=key)
    again = await confirmed(nurse, code, today(), Idempotency_Key=key)
    anew = await confirmed(nurse, code, today())

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "sync-token" not in again.headers
    assert anew.status_code == 404
    assert await count(world, catch_confirmations) == 1


async def test_a_referral_has_one_good_code_which_is_told_once(world: World) -> None:
    case, path = await unseen(world)
    employment = world.caller("employment", subject="anna")
    first = await employment.post(f"{path}/catch-codes")
    second = await employment.post(f"{path}/catch-codes")
    listed = await employment.get(f"{path}/catch-codes")
    one = await employment.get(f"{path}/catch-codes/{first.json()['id']}")

    assert first.headers["Location"] == f"/v1{path}/catch-codes/{first.json()['id']}"
    assert [item["state"] for item in listed.json()["items"]] == ["live", "replaced"]
    assert "code" not in one.json()
    assert first.json()["code"] not in listed.text + one.text
    assert (one.json()["state"], one.json()["version"]) == ("replaced", 2)
    assert second.json()["expiresAt"] > second.json()["issuedAt"]
    assert set(await lookups(world, "anna")) == {(case.id, "referral")}
    async with world.database.transaction(world.authority) as tx:
        rows = await tx.all(catch_codes.select())
    kept = str([tuple(row) for row in rows])
    assert first.json()["code"].replace("-", "") not in kept.replace("-", "")


async def test_who_may_have_a_code_made_and_when(world: World) -> None:
    seen = await world.referral()
    _, path = await unseen(world)
    employment = world.caller("employment")

    open_one = await employment.post(f"/referrals/{seen['id']}/catch-codes")
    by_receiver = await world.caller("health").post(f"/referrals/{seen['id']}/catch-codes")
    stale = await employment.post(f"{path}/catch-codes", None, If_Match='"9"')
    await employment.post(f"{path}/entry-in-error", BODIES["entry-in-error"])
    ended = await employment.post(f"{path}/catch-codes")

    assert (open_one.status_code, slug(open_one)) == (409, "referral-not-anonymous")
    assert (by_receiver.status_code, slug(by_receiver)) == (403, "only-the-sender")
    assert (stale.status_code, slug(stale)) == (412, "stale-version")
    assert (ended.status_code, slug(ended), ended.json()["allowed"]) == (409, "invalid-transition", [])


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"legalBasis": "fvl-28-2"}, "legalBasis"),
        ({"consentId": str(new_id())}, "consentId"),
        ({"handover": {"risks": "Ingen."}}, "handover"),
    ],
    ids=["a legal basis", "a consent", "content"],
)
async def test_an_anonymous_referral_names_nothing_to_share(world: World, wish: dict[str, Any], field: str) -> None:
    asked = await world.caller("employment").post("/referrals", wish_for(await world.case(), **{**TO_UNIT, **wish}))

    assert (asked.status_code, slug(asked), asked.json()["field"]) == (400, "anonymous-shares-nothing", field)


async def test_nobody_is_given_a_link_to_it(world: World) -> None:
    _, path = await unseen(world)
    made = await world.caller("employment").post(f"{path}/partner-links", {})
    assert (made.status_code, slug(made)) == (400, "anonymous-shares-nothing")


async def test_it_has_no_content_to_complete(world: World) -> None:
    _, path = await unseen(world)
    written = await put(world.caller("employment"), f"{path}/handover-content", {}, If_None_Match="*")
    assert (written.status_code, slug(written)) == (400, "anonymous-shares-nothing")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": "0000-0000-0000"},
        {"code": 7, "attendedOn": "2026-03-02"},
        {"code": "", "attendedOn": "2026-03-02"},
        {"code": "0" * 65, "attendedOn": "2026-03-02"},
        {"code": "Ü" * 12, "attendedOn": "2026-03-02"},
        {"code": "0000-0000-0000", "attendedOn": "yesterday"},
        {"code": "0000-0000-0000", "attendedOn": "2026-03-02T10:00:00Z"},
        {"code": "0000-0000-0000", "attendedOn": "2026-03-02", "caseId": "x"},
    ],
    ids=["empty", "no day", "number", "no code", "long", "umlauts", "words", "moment", "more"],
)
async def test_hostile_confirmations_are_refused(world: World, body: dict[str, Any]) -> None:
    answer = await world.caller("health", UNIT).post("/catch-confirmations", body)
    assert answer.status_code == 400
    assert "0000-0000-0000" not in answer.text


async def test_nobody_has_come_tomorrow(world: World) -> None:
    """And that is told before the code is looked at: it is the same for a good one and a bad one."""
    _, path = await unseen(world)
    nurse = world.caller("health", UNIT)

    answers = [await confirmed(nurse, code, "2199-01-01") for code in (await code_of(world, path), "0000-0000-0000")]

    assert [slug(answer) for answer in answers] == ["time-in-the-future"] * 2
    assert without_trace(answers[0]) == without_trace(answers[1])
