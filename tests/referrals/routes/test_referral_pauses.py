"""Pauses, questions and mistakes: what each side does and what the other sees of it."""

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.world import BODIES, World, let_go, slug

WHY = BODIES["hold"]["because"]
ASKED, ANSWERED = BODIES["questions"]["text"], BODIES["answers"]["text"]


async def test_a_pause_keeps_everything_and_ends_where_it_began(world: World) -> None:
    seen = await world.referral("acceptance", "contact-attempts", "handover-receipt", "first-contact")
    path, health = f"/referrals/{seen['id']}", world.caller("health")

    held = (await health.post(f"{path}/hold", BODIES["hold"])).json()
    resumed = (await health.post(f"{path}/resumption")).json()

    kept = ("catchState", "attempts", "firstContact", "handoverReceipt", "responsibleUnit", "claimedBy")
    assert (held["state"], held["onHold"]["until"]) == ("on-hold", "2199-01-01")
    assert [held[name] for name in kept] == [seen[name] for name in kept] == [resumed[name] for name in kept]
    assert (resumed["state"], resumed["onHold"]) == ("in-progress", None)
    told = (await world.announced(UUID(seen["caseId"])))[-2:]
    assert [one["type"].split(".")[3] for one in told] == ["referral-put-on-hold", "referral-resumed"]
    assert (told[0]["data"]["until"], WHY in str(told)) == ("2199-01-01", False)


async def test_who_was_not_met_is_accepted_again_after_the_pause(world: World) -> None:
    seen = await world.referral("acceptance", "hold", "resumption")

    assert seen["state"] == "accepted"


async def test_a_pause_is_not_over_before_it_begins(world: World) -> None:
    seen = await world.referral("acceptance")

    tried = await world.caller("health").post(
        f"/referrals/{seen['id']}/hold", {**BODIES["hold"], "until": "2026-01-01"}
    )

    assert (tried.status_code, slug(tried)) == (400, "until-in-the-past")


@pytest.mark.parametrize(
    ("scope", "state", "on_hold", "steps"),
    [
        ("none", "accepted", None, ["request", "acceptance"]),
        ("caught-only", "on-hold", {"since": None, "until": None}, ["request", "acceptance", "hold"]),
    ],
)
async def test_the_sender_sees_of_a_pause_what_the_scope_allows_and_never_why(
    world: World, scope: str, state: str, on_hold: dict[str, Any] | None, steps: list[str]
) -> None:
    seen = await world.referral("acceptance", "hold", returnScope=scope)
    path, sender = f"/referrals/{seen['id']}", world.caller("employment")

    shown, history = (await sender.get(path)).json(), (await sender.get(f"{path}/history")).json()["items"]
    found = (await sender.get("/referrals", state="on-hold")).json()["items"]

    assert (shown["state"], shown["onHold"]) == (state, on_hold)
    assert [one["action"] for one in history] == steps
    assert {one["because"] for one in history} == {None}
    assert len(found) == (state == "on-hold")
    own = (await world.caller("health").get(f"{path}/history")).json()["items"]
    assert [one["because"] for one in own] == [None, None, WHY]


async def test_a_question_is_asked_and_answered_once(world: World) -> None:
    seen = await world.referral()
    path, health, sender = f"/referrals/{seen['id']}", world.caller("health"), world.caller("employment")

    early = await sender.post(f"{path}/answers", {"questionId": str(new_id()), "text": ANSWERED})
    asked = await health.post(f"{path}/questions", {"text": ASKED})
    waiting = (await sender.get(path)).json()
    other = await sender.post(f"{path}/answers", {"questionId": str(new_id()), "text": ANSWERED})
    reply = {"questionId": asked.json()["id"], "text": ANSWERED}
    given = await sender.post(f"{path}/answers", reply)
    again = await sender.post(f"{path}/answers", reply)

    assert (slug(early), slug(other), slug(again)) == ("invalid-transition", "question-not-open", "invalid-transition")
    assert (asked.status_code, given.status_code) == (201, 201)
    assert (waiting["questionOpen"], "answers" in waiting["allowedActions"]) == (True, True)
    for made, what in ((asked, "questions"), (given, "answers")):
        one = await health.get(made.headers["Location"].removeprefix("/v1"))
        listed = (await health.get(f"{path}/{what}")).json()["items"]
        assert (one.json(), one.headers["ETag"]) == (listed[0], '"1"')
    assert (await health.get(f"{path}/questions")).json()["items"][0]["answerId"] == given.json()["id"]
    assert (await health.get(f"{path}/answers")).json()["items"][0]["text"] == ANSWERED
    assert (await health.get(path)).json()["state"] == "requested"


async def test_another_referrals_question_is_not_answered_here(world: World) -> None:
    one, other = await world.referral("questions"), await world.referral("questions")
    asked = (await world.caller("health").get(f"/referrals/{one['id']}/questions")).json()["items"][0]["id"]

    tried = await world.caller("employment").post(
        f"/referrals/{other['id']}/answers", {"questionId": asked, "text": ANSWERED}
    )
    read = await world.caller("health").get(f"/referrals/{other['id']}/questions/{asked}")

    assert (slug(tried), read.status_code) == ("question-not-open", 404)


async def test_the_receiver_reads_an_answer_only_while_the_basis_holds(world: World) -> None:
    case = await world.case()
    seen = await world.referral("questions", case=case)
    path, health, sender = f"/referrals/{seen['id']}", world.caller("health"), world.caller("employment")
    asked = (await sender.get(f"{path}/questions")).json()["items"][0]
    await sender.post(f"{path}/answers", {"questionId": asked["id"], "text": ANSWERED})
    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    texts = [(await one.get(f"{path}/answers")).json()["items"][0]["text"] for one in (health, sender)]

    assert texts == [None, ANSWERED]


async def test_who_has_let_go_or_is_a_stranger_reads_no_question(world: World) -> None:
    case = await world.case()
    seen = await world.referral("questions", case=case)
    path = f"/referrals/{seen['id']}"
    asked = (await world.caller("health").get(f"{path}/questions")).json()["items"][0]["id"]
    await world.tell(case.id, let_go())
    former, stranger = world.caller("employment"), world.caller("social")

    assert (await former.get(f"{path}/questions")).json()["items"] == []
    assert (await former.get(f"{path}/questions/{asked}")).status_code == 404
    assert (await former.get(path)).json()["questionOpen"] is False
    assert (await stranger.get(f"{path}/questions")).status_code == 404
    tried = await former.post(f"{path}/answers", {"questionId": asked, "text": ANSWERED})
    assert slug(tried) == "sector-has-let-go"


@pytest.mark.parametrize(
    "steps", [(), ("acceptance",), ("acceptance", "first-contact"), ("acceptance", "hold"), ("rejection",)]
)
async def test_a_mistake_is_named_and_nothing_counts_of_it(world: World, steps: tuple[str, ...]) -> None:
    case = await world.case()
    seen = await world.referral(*steps, "entry-in-error", case=case)

    assert (seen["state"], seen["catchState"], seen["onHold"]) == ("entered-in-error", "uncaught", None)
    sent = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()
    assert (seen["ending"]["because"], seen["ending"]["reasonCode"]) == (None, None)
    assert sent["ending"]["because"] == BODIES["entry-in-error"]["because"]
    assert seen["allowedActions"] == sent["allowedActions"] == []
    assert (await world.announced(case.id))[-1]["type"] == "dk.helhed.referrals.referral-entered-in-error.v1"


async def test_a_promise_to_hold_is_no_mistake(world: World) -> None:
    seen = await world.referral("acceptance", "handover-receipt")

    tried = await world.caller("employment").post(f"/referrals/{seen['id']}/entry-in-error", BODIES["entry-in-error"])

    assert (tried.status_code, slug(tried)) == (409, "receipt-is-irrevocable")
