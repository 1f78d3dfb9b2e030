"""The way back: the sender sees what the return scope allows, wherever it looks; the receiver sees all."""

from typing import Any

import pytest

from tests.referrals.world import REASON, Caller, World

CAUGHT = ("acceptance", "contact-attempts", "first-contact", "handover-receipt")
NEWS = ("2026-03-04T10:00:00Z", "2026-03-08T12:00:00Z", "phone", "face-to-face", "companion", "no-answer", "help-given")
"""What only the receiving side knows of this referral: when, how, with whom, and how it went."""


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("none", set()),
        ("caught-only", set()),
        ("dates", {"2026-03-04T10:00:00Z", "2026-03-08T12:00:00Z"}),
        ("dates-and-outcome", {"2026-03-04T10:00:00Z", "2026-03-08T12:00:00Z", "help-given"}),
    ],
)
async def test_no_address_tells_the_sender_more_than_the_scope(world: World, scope: str, told: set[str]) -> None:
    seen = await world.referral(*CAUGHT, "completion", returnScope=scope)

    everything = await texts(world, "employment", seen["id"])

    assert {news for news in NEWS if news in everything} == told


async def test_the_receiver_sees_all_of_it(world: World) -> None:
    seen = await world.referral(*CAUGHT, "completion", returnScope="none")

    everything = await texts(world, "health", seen["id"])

    assert {news for news in NEWS if news in everything} == set(NEWS)


async def test_by_default_the_sender_sees_that_she_is_caught_and_by_whom(world: World) -> None:
    seen = await world.referral(*CAUGHT)

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()

    assert read["catchState"] == "caught"
    assert read["returnScope"] == "caught-only"
    assert read["attempts"] == {"count": 1, "lastAt": None}
    assert read["firstContact"] is None
    assert read["contactAttempts"] == []
    assert read["handoverReceipt"] == {**seen["handoverReceipt"], "at": None}


async def test_the_scope_none_keeps_even_the_catch(world: World) -> None:
    seen = await world.referral(*CAUGHT, returnScope="none")

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()

    assert (read["catchState"], read["attempts"]["count"], read["handoverReceipt"]) == (None, None, None)


@pytest.mark.parametrize("steps", [CAUGHT, (*CAUGHT, "completion")])
async def test_the_scope_none_does_not_tell_that_anybody_was_met(world: World, steps: tuple[str, ...]) -> None:
    """In progress and completed both say that the citizen attended; the sender is told of the yes, and no more."""
    seen = await world.referral(*steps, returnScope="none")
    employment = world.caller("employment")

    read = (await employment.get(f"/referrals/{seen['id']}")).json()
    history = (await employment.get(f"/referrals/{seen['id']}/history")).json()["items"]

    assert (read["state"], read["ending"]) == ("accepted", None)
    assert [(step["action"], step["toState"]) for step in history] == [
        ("request", "requested"),
        ("acceptance", "accepted"),
    ]
    assert (await ids(employment, state="accepted"), await ids(employment, state=seen["state"])) == ([seen["id"]], [])


async def test_the_scope_none_tells_of_a_failure_and_not_from_where(world: World) -> None:
    seen = await world.referral("acceptance", "first-contact", "failure", returnScope="none")

    history = (await world.caller("employment").get(f"/referrals/{seen['id']}/history")).json()["items"]

    assert [(step["action"], step["fromState"], step["toState"]) for step in history][1:] == [
        ("acceptance", "requested", "accepted"),
        ("failure", "accepted", "failed"),
    ]


async def test_with_dates_the_sender_learns_when_but_not_how(world: World) -> None:
    seen = await world.referral(*CAUGHT, returnScope="dates-and-outcome")

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()

    assert read["firstContact"] == {
        "at": "2026-03-08T12:00:00Z",
        "channel": None,
        "attended": True,
        "present": [],
        "warm": None,
    }
    assert read["contactAttempts"][0]["at"] == "2026-03-04T10:00:00Z"
    assert (read["contactAttempts"][0]["channel"], read["contactAttempts"][0]["result"]) == (None, None)


async def test_a_no_is_an_answer_to_the_sender_whatever_the_scope(world: World) -> None:
    seen = await world.referral("rejection", returnScope="none")

    ending = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()["ending"]

    assert ending["reasonCode"] == "no-capacity"
    assert ending["suggestion"] == "Prøv distriktspsykiatrien."
    assert ending["at"] is not None


@pytest.mark.parametrize(("scope", "reason"), [("caught-only", None), ("dates-and-outcome", "citizen-not-reached")])
async def test_why_it_failed_is_news_of_the_citizen(world: World, scope: str, reason: str | None) -> None:
    seen = await world.referral("acceptance", "failure", returnScope=scope)

    read = (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()

    assert read["state"] == "failed"
    assert read["ending"]["reasonCode"] == reason


async def test_attempts_behind_the_wall_are_not_found(world: World) -> None:
    seen = await world.referral("acceptance", "contact-attempts")
    path = f"/referrals/{seen['id']}/contact-attempts"
    attempt = seen["contactAttempts"][0]["id"]

    received = await world.caller("health").get(f"{path}/{attempt}")
    sent = await world.caller("employment").get(f"{path}/{attempt}")

    assert received.json() == seen["contactAttempts"][0]
    assert sent.status_code == 404
    assert (await world.caller("employment").get(path)).json()["items"] == []


async def test_history_tells_each_side_its_own_acts_with_dates(world: World) -> None:
    seen = await world.referral("acceptance", "contact-attempts", "first-contact")
    path = f"/referrals/{seen['id']}/history"

    received = (await world.caller("health").get(path)).json()["items"]
    sent = (await world.caller("employment").get(path)).json()["items"]

    assert [step["action"] for step in received] == ["request", "acceptance", "contact-attempts", "first-contact"]
    assert [step["version"] for step in received] == [1, 2, 3, 4]
    assert all(step["at"] for step in received)
    assert [(step["action"], step["at"] is None) for step in sent] == [
        ("request", False),
        ("acceptance", True),
        ("first-contact", True),
    ]


async def test_both_sides_read_the_reason(world: World) -> None:
    seen = await world.referral()

    assert seen["reason"] == REASON
    assert (await world.caller("employment").get(f"/referrals/{seen['id']}")).json()["reason"] == REASON


async def ids(caller: Caller, **filters: str) -> list[str]:
    """The referrals a caller finds."""
    return [item["id"] for item in (await caller.get("/referrals", **filters)).json()["items"]]


async def texts(world: World, sector: str, referral_id: str) -> str:
    """Everything a sector can read of a referral, from every address there is."""
    caller: Any = world.caller(sector)
    paths = [
        f"/referrals/{referral_id}",
        f"/referrals/{referral_id}/history",
        f"/referrals/{referral_id}/contact-attempts",
        "/referrals",
    ]
    return " ".join([(await caller.get(path)).text for path in paths])
