"""Many at once over HTTP: one wins, everybody else is told why not, and what is left is one whole story."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx2
import pytest

from chassis.ids import new_id
from contracts.events import cases
from services.referrals.domain.redirection import LONGEST_CHAIN
from tests.referrals.world import BODIES, Caller, KnownCase, World, consent, slug, wish_for

TRIES = 6
BASIS = {"consentId": None, "legalBasis": "fvl-28-2"}


def told(answers: Sequence[httpx2.Response]) -> Counter[tuple[int, str]]:
    """How many got which answer."""
    return Counter((one.status_code, "" if one.is_success else slug(one)) for one in answers)


async def insist(caller: Caller, path: str, body: Any = None) -> httpx2.Response:
    """Ask again while the machine is too busy to say: that is no answer of the service's rules."""
    answer = await caller.post(path, body)
    return answer if answer.status_code != 503 else await insist(caller, path, body)


async def at_once(callers: Sequence[Caller], path: str, body: Any = None) -> Sequence[httpx2.Response]:
    """All of them, the same, at the same time."""
    return await asyncio.gather(*(insist(one, path, body) for one in callers))


async def actions(world: World, seen: dict[str, Any]) -> list[str]:
    """What has happened to a referral."""
    history = (await world.caller("health").get(f"/referrals/{seen['id']}/history")).json()["items"]
    assert [one["version"] for one in history] == list(range(1, len(history) + 1))
    return [one["action"] for one in history]


async def news(world: World, case_id: str) -> list[str]:
    """What the town has heard of a case; its numbers have no gap."""
    told = await world.announced(UUID(case_id))
    assert [int(event["sequence"]) for event in told] == list(range(1, len(told) + 1))
    return [event["type"].split(".")[3] for event in told]


# -- who gets it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(TRIES))
async def test_of_two_units_that_accept_at_once_one_wins_and_the_other_is_told_whose_it_is(
    world: World, turn: int
) -> None:
    """People of the winning unit come too late for what they may do; of the other unit, it is not theirs any more."""
    seen = await world.referral()
    units = ["alkohol", "psykiatri"]
    callers = [world.caller("health", unit, subject=f"s-{unit}-{n}") for n in range(3) for unit in units]

    answers = await at_once(callers if turn % 2 else callers[::-1], f"/referrals/{seen['id']}/acceptance")

    assert told(answers) == {
        (200, ""): 1,
        (409, "invalid-transition"): 2,
        (403, "only-the-addressed-unit"): 3,
    }
    (won,) = [one.json()["responsibleUnit"] for one in answers if one.is_success]
    for caller, answer in zip(callers if turn % 2 else callers[::-1], answers, strict=True):
        mine = (await caller.get(f"/referrals/{seen['id']}")).json()
        assert mine["responsibleUnit"] == won
        if answer.status_code == 403:
            assert mine["allowedActions"] == []
        elif answer.status_code == 409:
            assert answer.json()["allowed"] == mine["allowedActions"] != []
    assert await actions(world, seen) == ["request", "acceptance"]
    assert await news(world, seen["caseId"]) == ["referral-requested", "referral-accepted"]


async def test_of_one_unit_one_says_yes_or_no_and_the_rest_are_told_what_is_left_to_do(world: World) -> None:
    for _ in range(TRIES):
        seen = await world.referral(toUnit="alkohol")
        path, unit = f"/referrals/{seen['id']}", [world.caller("health", "alkohol", subject=f"s-{n}") for n in range(4)]

        yes, no = await asyncio.gather(
            at_once(unit, f"{path}/acceptance"), at_once(unit, f"{path}/rejection", BODIES["rejection"])
        )

        assert told([*yes, *no]) == {(200, ""): 1, (409, "invalid-transition"): 7}
        (won,) = [one.json()["state"] for one in [*yes, *no] if one.is_success]
        left = (await unit[0].get(path)).json()["allowedActions"]
        assert all(one.json()["allowed"] == left for one in [*yes, *no] if not one.is_success)
        assert await actions(world, seen) == ["request", {"accepted": "acceptance", "rejected": "rejection"}[won]]


async def test_of_all_who_take_it_in_hand_one_has_it(world: World) -> None:
    for _ in range(TRIES):
        seen = await world.referral("acceptance", toUnit="alkohol")
        unit = [world.caller("health", "alkohol", subject=f"s-{n}") for n in range(5)]

        answers = await at_once(unit, f"/referrals/{seen['id']}/claim")

        assert told(answers) == {(200, ""): 1, (409, "claimed-by-another"): 4}
        (mine,) = [one.json()["claimedBy"] for one in answers if one.is_success]
        assert (await unit[0].get(f"/referrals/{seen['id']}")).json()["claimedBy"] == mine


async def test_the_sender_takes_it_back_or_the_receiver_promises_to_hold_and_never_both(world: World) -> None:
    ends = Counter[str]()
    for turn in range(TRIES):
        seen = await world.referral("acceptance")
        path = f"/referrals/{seen['id']}"
        back = (world.caller("employment"), "cancellation")
        promise = (world.caller("health"), "handover-receipt")

        order = (back, promise) if turn % 2 else (promise, back)
        answers = await asyncio.gather(*(insist(who, f"{path}/{step}", BODIES[step]) for who, step in order))

        after = (await world.caller("health").get(path)).json()
        assert sorted(one.status_code for one in answers) == [200, 409]
        assert (after["state"] == "cancelled") != (after["handoverReceipt"] is not None)
        ends[after["state"]] += 1
    assert sum(ends.values()) == TRIES


async def test_of_all_who_ask_for_one_need_at_once_one_has_asked(world: World) -> None:
    case, sender = await world.case(), world.caller("employment")
    wishes = [wish_for(case, toUnit=unit) for unit in ("alkohol", "psykiatri") for _ in range(4)]

    answers = await asyncio.gather(*(insist(sender, "/referrals", wish) for wish in wishes))

    assert told(answers) == {(201, ""): 1, (409, "need-already-referred"): 7}
    assert await news(world, str(case.id)) == ["referral-requested"]


# -- sent on ----------------------------------------------------------------------------------------------------------


async def test_of_two_redirections_of_one_referral_to_different_places_one_is_made(world: World) -> None:
    for _ in range(TRIES):
        seen = await world.referral(toUnit="alkohol", **BASIS)
        health, path = world.caller("health", "alkohol"), f"/referrals/{seen['id']}"
        places = [
            {"toSector": "social"},
            {"toSector": "health", "toUnit": "psykiatri"},
            {"toSector": "social", "toUnit": "bo"},
        ]

        answers = await asyncio.gather(
            *(health.post(f"{path}/redirection", {**place, "reasonCode": "wrong-service"}) for place in places)
        )

        assert told(answers) == {(201, ""): 1, (409, "invalid-transition"): 2}
        (made,) = [one.json() for one in answers if one.is_success]
        chain = (await world.caller("employment").get(f"{path}/chain")).json()
        assert [link["id"] for link in chain["links"]] == [seen["id"], made["successorId"]]
        assert [link["state"] for link in chain["links"]] == ["rejected", "requested"]
        assert await news(world, seen["caseId"]) == ["referral-requested", "referral-redirected", "referral-requested"]


async def test_sent_on_and_straight_back_it_does_not_come_round(world: World) -> None:
    """The next one knows the successor's id beforehand, and sends it back while it is being made."""
    for _ in range(TRIES):
        seen, onward = await world.referral(toUnit="alkohol", **BASIS), str(new_id())
        there = {"toSector": "health", "toUnit": "psykiatri", "reasonCode": "wrong-service", "id": onward}
        back = {"toSector": "health", "toUnit": "alkohol", "reasonCode": "wrong-service"}
        first, second = world.caller("health", "alkohol"), world.caller("health", "psykiatri")

        sent, *returned = await asyncio.gather(
            first.post(f"/referrals/{seen['id']}/redirection", there),
            *(second.post(f"/referrals/{onward}/redirection", back) for _ in range(3)),
        )
        returned.append(await second.post(f"/referrals/{onward}/redirection", back))

        assert sent.status_code == 201
        assert {*told(returned)} <= {(404, "not-found-or-not-yours"), (409, "redirect-loop")}
        assert (returned[-1].status_code, slug(returned[-1])) == (409, "redirect-loop")
        chain = (await world.caller("employment").get(f"/referrals/{onward}/chain")).json()["links"]
        assert [(link["id"], link["state"]) for link in chain] == [(seen["id"], "rejected"), (onward, "requested")]


async def test_two_units_that_send_each_other_the_needs_of_one_citizen_do_not_wait_for_one_another(
    world: World,
) -> None:
    for _ in range(TRIES):
        case = await world.case()
        other = KnownCase(case.id, new_id(), case.consent_id)
        await world.tell(case.id, cases.NeedRegisteredV1(need_id=other.need_id, owner_sector="employment"))
        here = await world.referral(case=case, toUnit="alkohol", **BASIS)
        there = await world.referral(case=other, toUnit="psykiatri", **BASIS)
        sending = [(here, "alkohol", "psykiatri"), (there, "psykiatri", "alkohol")]

        answers = await asyncio.gather(
            *(
                world.caller("health", unit).post(
                    f"/referrals/{one['id']}/redirection",
                    {"toSector": "health", "toUnit": to, "reasonCode": "wrong-service"},
                )
                for one, unit, to in sending
            )
        )

        assert told(answers) == {(201, ""): 2}
        assert Counter(await news(world, str(case.id))) == {"referral-requested": 4, "referral-redirected": 2}


async def test_a_redirection_and_an_acceptance_at_once_make_one_chain_or_one_yes(world: World) -> None:
    for turn in range(TRIES):
        seen = await world.referral(toUnit="alkohol", **BASIS)
        path, unit = f"/referrals/{seen['id']}", world.caller("health", "alkohol")
        steps = ["acceptance", "rejection", "redirection"]

        answers = await asyncio.gather(
            *(unit.post(f"{path}/{step}", BODIES[step]) for step in (steps if turn % 2 else steps[::-1]))
        )

        # Who has accepted may still send on, so there may be two who were first: never a yes after a no.
        after, happened = (await unit.get(path)).json(), await actions(world, seen)
        assert happened in (
            ["request", "acceptance"],
            ["request", "rejection"],
            ["request", "redirection"],
            ["request", "acceptance", "redirection"],
        )
        assert sum(one.is_success for one in answers) == len(happened) - 1
        assert (after["replacedBy"] is not None) == ("redirection" in happened)


async def test_a_withdrawn_consent_and_a_redirection_at_once_leave_no_successor_that_rests_on_it(
    world: World,
) -> None:
    for _ in range(TRIES):
        case = await world.case()
        wider = new_id()
        await world.tell(case.id, consent(wider, to_sector="social"))
        seen = await world.referral(case=case)
        onward = {"toSector": "social", "reasonCode": "wrong-service", "consentId": str(wider)}

        sent, _ = await asyncio.gather(
            world.caller("health").post(f"/referrals/{seen['id']}/redirection", onward),
            world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=wider)),
        )

        if sent.status_code == 201:
            shown = (await world.caller("social").get(f"/referrals/{sent.json()['successorId']}")).json()
            assert (shown["reason"], shown["basis"]["status"]) == (None, "withdrawn")
        else:
            assert (slug(sent), sent.json()["fails"]) == ("sharing-basis-missing", "consent-withdrawn")


# -- how long a chain may be ------------------------------------------------------------------------------------------


async def chain_of(world: World, links: int) -> list[str]:
    """A request that has been to so many units of health; its referrals, the first one first."""
    ids = [(await world.referral(toUnit="unit-1", **BASIS))["id"]]
    while len(ids) < links:
        number = len(ids)
        sent = await send_on(world, ids[-1], f"unit-{number}", f"unit-{number + 1}")
        assert sent.status_code == 201, sent.text
        ids.append(sent.json()["successorId"])
    return ids


async def send_on(world: World, referral: str, unit: str, to: str) -> httpx2.Response:
    onward = {"toSector": "health", "toUnit": to, "reasonCode": "no-capacity"}
    return await world.caller("health", unit).post(f"/referrals/{referral}/redirection", onward)


async def test_a_chain_has_twenty_links_and_no_more_however_many_try(world: World) -> None:
    assert LONGEST_CHAIN == 20
    ids = await chain_of(world, LONGEST_CHAIN - 1)

    last = await asyncio.gather(*(send_on(world, ids[-1], "unit-19", f"elsewhere-{n}") for n in range(4)))
    (made,) = [one.json() for one in last if one.is_success]
    too_far = await asyncio.gather(
        *(send_on(world, made["successorId"], made["to"]["unit"], f"further-{n}") for n in range(4))
    )

    assert told(last) == {(201, ""): 1, (409, "invalid-transition"): 3}
    assert told(too_far) == {(409, "redirect-loop"): 4}
    whole = [*ids, made["successorId"]]
    for end in (whole[0], whole[10], whole[-1]):
        chain = (await world.caller("employment").get(f"/referrals/{end}/chain")).json()
        assert ([link["id"] for link in chain["links"]], chain["hidden"]) == (whole, 0)
    # It is not a dead end for the citizen: who has it can still say yes.
    accepted = await world.caller("health", made["to"]["unit"]).post(f"/referrals/{made['successorId']}/acceptance")
    assert accepted.json()["state"] == "accepted"
