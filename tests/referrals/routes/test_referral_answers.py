"""What each side may do, when, and what the other gets instead."""

import asyncio
from typing import Any

import pytest

from chassis.ids import new_id
from tests.referrals.world import BODIES, SENDERS, World, slug, without_trace

UNANSWERED = ["acceptance", "rejection", "redirection", "claim", "questions"]
MET = ["claim", "questions", "contact-attempts", "handover-receipt", "hold", "completion", "failure"]
# A first contact is promised from the yes on, so there is a deadline that the citizen may waive.
ACCEPTED = [
    *("redirection", "claim", "questions", "contact-attempts", "first-contact", "handover-receipt", "hold", "failure"),
    "deadline-waiver",
]
RECEIVERS = sorted(set(BODIES) - SENDERS)


@pytest.mark.parametrize("action", sorted(BODIES))
async def test_to_a_third_sector_and_another_authority_it_does_not_exist(world: World, action: str) -> None:
    seen = await world.referral("acceptance")
    absent = await world.caller("health").post(f"/referrals/{new_id()}/{action}", BODIES[action])

    answers = [
        await caller.post(f"/referrals/{seen['id']}/{action}", BODIES[action])
        for caller in (
            world.caller("social"),
            world.caller("health", authority="0147"),
            world.caller("employment", authority="0147"),
        )
    ]

    assert {one.status_code for one in answers} == {404}
    assert all(without_trace(one) == without_trace(absent) for one in answers)


@pytest.mark.parametrize("action", RECEIVERS)
async def test_the_sender_does_not_act_for_the_receiver(world: World, action: str) -> None:
    seen = await world.referral("acceptance")

    tried = await world.caller("employment").post(f"/referrals/{seen['id']}/{action}", BODIES[action])

    assert (tried.status_code, slug(tried)) == (403, "only-the-receiver")


@pytest.mark.parametrize("action", sorted(SENDERS))
async def test_the_receiver_does_not_act_for_the_sender(world: World, action: str) -> None:
    seen = await world.referral("acceptance")

    tried = await world.caller("health").post(f"/referrals/{seen['id']}/{action}", BODIES[action])

    assert (tried.status_code, slug(tried)) == (403, "only-the-sender")


async def test_another_unit_of_the_sector_sees_it_and_does_not_act(world: World) -> None:
    seen = await world.referral(toUnit="alkohol")
    colleague = world.caller("health", "psykiatri")

    read = await colleague.get(f"/referrals/{seen['id']}")
    tried = await colleague.post(f"/referrals/{seen['id']}/acceptance", {})
    taken = await world.caller("health", "alkohol").post(f"/referrals/{seen['id']}/acceptance", {})

    assert read.json()["allowedActions"] == []
    assert (tried.status_code, slug(tried)) == (403, "only-the-addressed-unit")
    assert taken.json()["responsibleUnit"] == "alkohol"


@pytest.mark.parametrize(
    ("steps", "action", "allowed"),
    [
        ((), "first-contact", UNANSWERED),
        ((), "handover-receipt", UNANSWERED),
        (("acceptance",), "rejection", ACCEPTED),
        (("acceptance",), "completion", ACCEPTED),
        (
            ("acceptance", "first-contact"),
            "first-contact",
            MET,
        ),
        (("acceptance", "hold"), "first-contact", ["claim", "questions", "resumption", "deadline-waiver"]),
        (("acceptance", "first-contact"), "redirection", MET),
        (("claim",), "claim", ["acceptance", "rejection", "redirection", "return", "questions"]),
        ((), "return", UNANSWERED),
        (("rejection",), "acceptance", []),
        (("acceptance", "failure"), "failure", []),
        (("cancellation",), "acceptance", []),
        (("acceptance", "first-contact", "completion"), "contact-attempts", []),
    ],
)
async def test_a_step_that_does_not_exist_from_here_names_those_that_do(
    world: World, steps: tuple[str, ...], action: str, allowed: list[str]
) -> None:
    seen = await world.referral(*steps)

    tried = await world.caller("health").post(f"/referrals/{seen['id']}/{action}", BODIES[action])

    assert (tried.status_code, slug(tried)) == (409, "invalid-transition")
    assert tried.json()["allowed"] == allowed == seen["allowedActions"]


async def test_a_receipt_is_given_once_and_a_promise_is_kept(world: World) -> None:
    seen = await world.referral("acceptance", "handover-receipt")
    path, health, employment = f"/referrals/{seen['id']}", world.caller("health"), world.caller("employment")

    again = await health.post(f"{path}/handover-receipt", {"takesHolding": False})
    failed = await health.post(f"{path}/failure", BODIES["failure"])
    cancelled = await employment.post(f"{path}/cancellation", BODIES["cancellation"])

    assert slug(again) == "receipt-already-given"
    assert [slug(one) for one in (failed, cancelled)] == ["receipt-is-irrevocable"] * 2
    assert (await health.get(path)).json()["catchState"] == "receipt"


async def test_a_receipt_that_takes_no_holding_leaves_both_free(world: World) -> None:
    seen = await world.referral("acceptance")
    path = f"/referrals/{seen['id']}"

    given = await world.caller("health").post(f"{path}/handover-receipt", {"takesHolding": False})
    cancelled = await world.caller("employment").post(f"{path}/cancellation", BODIES["cancellation"])

    assert given.json()["handoverReceipt"]["takesHolding"] is False
    assert cancelled.json()["state"] == "cancelled"


async def test_a_catch_that_fails_afterwards_is_lost(world: World) -> None:
    seen = await world.referral("acceptance", "first-contact")
    path, health = f"/referrals/{seen['id']}", world.caller("health")
    await health.post(f"{path}/handover-receipt", {"takesHolding": False})

    failed = await health.post(f"{path}/failure", BODIES["failure"])

    assert failed.json()["catchState"] == "caught-then-lost"


async def test_the_coordinator_is_the_caller_unless_another_is_named(world: World) -> None:
    first, second = await world.referral("acceptance"), await world.referral("acceptance")
    health = world.caller("health")

    own = await health.post(f"/referrals/{first['id']}/handover-receipt", {"takesHolding": True})
    named = await health.post(
        f"/referrals/{second['id']}/handover-receipt", {"takesHolding": True, "coordinator": "s-77"}
    )

    assert own.json()["handoverReceipt"]["coordinator"].startswith("caseworker-health")
    assert named.json()["handoverReceipt"]["coordinator"] == "s-77"


@pytest.mark.parametrize("attended", [False, None, 1, "true", "yes", [True]])
async def test_only_an_attended_contact_is_a_contact(world: World, attended: Any) -> None:
    seen = await world.referral("acceptance")

    tried = await world.caller("health").post(
        f"/referrals/{seen['id']}/first-contact", {**BODIES["first-contact"], "attended": attended}
    )

    assert tried.status_code == 400
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["state"] == "accepted"


@pytest.mark.parametrize(
    ("action", "spoilt"),
    [
        ("first-contact", {"channel": "letter"}),
        ("first-contact", {"at": "2199-01-01T00:00:00Z"}),
        ("first-contact", {"at": "2026-03-08T12:00:00"}),
        ("first-contact", {"present": ["hendes søster"]}),
        ("contact-attempts", {"at": "2199-01-01T00:00:00Z"}),
        ("contact-attempts", {"result": "reached"}),
        ("rejection", {"reasonCode": "because"}),
        ("rejection", {"suggestion": ""}),
        ("handover-receipt", {"takesHolding": "true"}),
        ("handover-receipt", {"coordinator": "Anna Jensen"}),
        ("completion", {"outcome": "cured"}),
        ("failure", {"reasonCode": None}),
        ("cancellation", {"because": "x" * 4001}),
        ("acceptance", {"responsibleUnit": ""}),
        ("acceptance", {"unit": "alkohol"}),
    ],
)
async def test_a_body_that_is_not_right_changes_nothing(world: World, action: str, spoilt: dict[str, Any]) -> None:
    seen = await world.referral(*(() if action in ("acceptance", "rejection") else ("acceptance",)))
    sender = action == "cancellation"

    tried = await world.caller("employment" if sender else "health").post(
        f"/referrals/{seen['id']}/{action}", {**BODIES[action], **spoilt}
    )

    assert tried.status_code == 400
    assert (await world.caller("health").get(f"/referrals/{seen['id']}")).json()["version"] == seen["version"]


async def test_a_stale_reader_changes_nothing(world: World) -> None:
    seen = await world.referral()
    path, health = f"/referrals/{seen['id']}", world.caller("health")
    read = await health.get(path)
    await health.post(f"{path}/acceptance", {}, If_Match=read.headers["ETag"])

    stale = await health.post(f"{path}/failure", BODIES["failure"], If_Match=read.headers["ETag"])
    weak = await health.post(f"{path}/failure", BODIES["failure"], If_Match='W/"2"')
    fresh = await health.post(f"{path}/failure", BODIES["failure"], If_Match='"2"')

    assert [stale.status_code, weak.status_code, fresh.status_code] == [412, 412, 200]
    assert fresh.headers["ETag"] == '"3"'


async def test_staleness_is_told_only_to_who_may_know_that_it_exists(world: World) -> None:
    seen = await world.referral()

    tried = await world.caller("social").post(f"/referrals/{seen['id']}/acceptance", {}, If_Match='"99"')

    assert tried.status_code == 404


async def test_two_who_accept_at_once_get_one_yes(world: World) -> None:
    seen = await world.referral()
    health = world.caller("health")

    answers = await asyncio.gather(*(health.post(f"/referrals/{seen['id']}/acceptance", {}) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]


async def test_a_repeated_step_with_its_key_is_done_once(world: World) -> None:
    seen = await world.referral("acceptance")
    path, health, key = f"/referrals/{seen['id']}", world.caller("health"), f"key-{new_id()}"

    first = await health.post(f"{path}/contact-attempts", BODIES["contact-attempts"], Idempotency_Key=key)
    again = await health.post(f"{path}/contact-attempts", BODIES["contact-attempts"], Idempotency_Key=key)

    assert again.json() == first.json()
    assert (await health.get(path)).json()["attempts"]["count"] == 1
