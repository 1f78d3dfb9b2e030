"""Voluntary offers: made by a sector of its own help, answered as often as the citizen likes, with no consequence."""

from typing import Any

import pytest

from tests.cases.plans import joined, shared
from tests.cases.world import Caller, Json, World, slug, somewhere

OFFER: Json = {"kind": "mentor", "sector": "employment", "from": "2026-12-01"}
WORDS = "Ikke før jeg har sovet ud."


@pytest.fixture
async def case(world: World) -> Json:
    """An open case of employment's."""
    return await world.case()


async def offered(caller: Caller, case: Json, **changes: Any) -> Json:
    """An offer that was made."""
    return await caller.does(f"/cases/{case['id']}/offers", OFFER | changes)


async def answered(caller: Caller, offer: Json, answer: str, **told: Any) -> Json:
    """The offer with the answer."""
    return await caller.does(f"/cases/{offer['caseId']}/offers/{offer['id']}/answer", {"answer": answer, **told})


async def test_an_offer_is_made_and_read(world: World, case: Json) -> None:
    service = somewhere()
    caller = world.caller("employment", "employment:nord")

    answer = await caller.post(f"/cases/{case['id']}/offers", OFFER | {"serviceId": service})

    made = answer.json()
    path = f"/cases/{case['id']}/offers/{made['id']}"
    assert (answer.status_code, answer.headers["ETag"], answer.headers["Location"]) == (201, '"1"', f"/v1{path}")
    assert (made["kind"], made["serviceId"], made["from"], made["answer"]) == ("mentor", service, "2026-12-01", None)
    assert made["madeBy"] == {"sector": "employment", "unit": "employment:nord"}
    assert (made["answers"], made["allowedActions"]) == ([], ["answerOffer"])
    assert await world.caller().read(path) == made
    listed = await world.caller().read(f"/cases/{case['id']}/offers")
    assert listed["items"] == [{name: value for name, value in made.items() if name != "answers"}]
    assert listed["hidden"] == 0
    assert [look.what for look in await world.looked()] == ["offer", "offers"]


async def test_that_it_was_made_and_answered_is_told_and_not_what_or_how(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)
    await answered(world.caller(), offer, "declined", inCitizensWords=WORDS)

    told = [event for event in await world.announced(case["id"]) if "offer" in event["type"]]

    assert [event["type"].split(".")[-2] for event in told] == ["offer-made", "offer-answered"]
    assert [event["data"] for event in told] == [{"offerId": offer["id"], "sector": "employment"}] * 2


async def test_the_latest_answer_counts_and_the_earlier_ones_stay(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)

    await answered(world.caller(), offer, "later", inCitizensWords=WORDS, askAgainOn="2199-01-01")
    await answered(world.caller(), offer, "declined")
    last = await answered(world.caller(), offer, "accepted")

    assert (last["answer"], last["askAgainOn"], last["version"]) == ("accepted", None, 4)
    assert [one["answer"] for one in last["answers"]] == ["later", "declined", "accepted"]
    assert (last["answers"][0]["inCitizensWords"], last["answers"][0]["askAgainOn"]) == (WORDS, "2199-01-01")
    listed = await world.caller().read(f"/cases/{case['id']}/offers")
    assert [(one["answer"], one["version"]) for one in listed["items"]] == [("accepted", 4)]
    assert WORDS not in str(listed)


async def test_declining_has_no_consequence(world: World, case: Json) -> None:
    before = await world.caller().read(f"/cases/{case['id']}")
    offer = await offered(world.caller(), case)
    accepted = await answered(world.caller(), await offered(world.caller(), case), "accepted")

    declined = await answered(world.caller(), offer, "declined")

    assert await world.caller().read(f"/cases/{case['id']}") == before
    assert set(declined) == set(accepted)
    assert declined["allowedActions"] == accepted["allowedActions"] == ["answerOffer"]


async def test_offers_are_not_sought_out_by_their_answer(world: World, case: Json) -> None:
    answer = await world.caller().get(f"/cases/{case['id']}/offers", answer="declined")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        ({**OFFER, "sector": "health"}, 403, "offer-of-another-sector"),
        ({**OFFER, "sector": "astrology"}, 400, "unknown-sector"),
        ({**OFFER, "kind": "En mentor til Karla"}, 400, "invalid-request"),
        ({"kind": "mentor", "sector": "employment"}, 400, "invalid-request"),
        ({**OFFER, "consequence": "none"}, 400, "invalid-request"),
        ({**OFFER, "from": "2026-13-01"}, 400, "invalid-request"),
    ],
)
async def test_what_is_no_offer_of_ones_own_is_refused(
    world: World, case: Json, body: Json, status: int, why: str
) -> None:
    answer = await world.caller().post(f"/cases/{case['id']}/offers", body)

    assert (answer.status_code, slug(answer)) == (status, why)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"answer": "no"}, "invalid-request"),
        ({}, "invalid-request"),
        ({"answer": "declined", "askAgainOn": "2199-01-01"}, "invalid-request"),
        ({"answer": "later", "askAgainOn": "2026-01-01"}, "ask-again-in-the-past"),
        ({"answer": "declined", "sanction": "none"}, "invalid-request"),
        ({"answer": "declined", "inCitizensWords": ""}, "invalid-request"),
    ],
)
async def test_what_is_no_answer_is_refused(world: World, case: Json, told: Json, why: str) -> None:
    offer = await offered(world.caller(), case)

    answer = await world.caller().post(f"/cases/{case['id']}/offers/{offer['id']}/answer", told)

    assert (answer.status_code, slug(answer)) == (400, why)


async def test_an_answer_to_another_version_is_refused(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)
    path = f"/cases/{case['id']}/offers/{offer['id']}/answer"

    first = await world.caller().post(path, {"answer": "later"}, If_Match='"1"')
    second = await world.caller().post(path, {"answer": "declined"}, If_Match='"1"')

    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert second.status_code == 412


async def test_a_repeated_answer_is_noted_once(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)
    path = f"/cases/{case['id']}/offers/{offer['id']}/answer"
    key = {"Idempotency-Key": "the-same-answer-as-before"}

    answers = [await world.caller().post(path, {"answer": "later"}, **key) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert len((await world.caller().read(f"/cases/{case['id']}/offers/{offer['id']}"))["answers"]) == 1


async def test_another_sectors_offer_is_seen_where_a_consent_covers_it(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)
    bodil = await joined(world, case)
    hers = await offered(bodil, case, sector="health")
    path = f"/cases/{case['id']}/offers/{offer['id']}"

    walled = await bodil.read(f"/cases/{case['id']}/offers")
    refused = [(await bodil.get(path)), (await bodil.post(f"{path}/answer", {"answer": "accepted"}))]
    await shared(world, case, "offers")
    shown = await bodil.read(f"/cases/{case['id']}/offers")

    assert ([one["id"] for one in walled["items"]], walled["hidden"]) == ([hers["id"]], 1)
    assert [answer.status_code for answer in refused] == [404, 404]
    assert ([one["id"] for one in shown["items"]], shown["hidden"]) == ([offer["id"], hers["id"]], 0)
    told_to_bodil = await answered(bodil, offer, "accepted")
    assert told_to_bodil["answers"][0]["recordedBy"] == {"sector": "health", "unit": None}
    assert (await world.announced(case["id"]))[-1]["data"]["sector"] == "employment"


async def test_an_offer_in_a_case_of_somebody_else_is_not_there(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)
    other = await world.case()
    path = f"/cases/{case['id']}/offers"

    for stranger in (world.caller("health"), world.caller(authority="CVR00000000")):
        for status in (
            (await stranger.post(path, OFFER)).status_code,
            (await stranger.get(path)).status_code,
            (await stranger.get(f"{path}/{offer['id']}")).status_code,
            (await stranger.post(f"{path}/{offer['id']}/answer", {"answer": "accepted"})).status_code,
        ):
            assert status == 404
    assert (await world.caller().get(f"/cases/{other['id']}/offers/{offer['id']}")).status_code == 404


async def test_who_is_only_asked_offers_nothing(world: World, case: Json) -> None:
    await world.referred(case, "requested")

    answer = await world.caller("health").post(f"/cases/{case['id']}/offers", OFFER | {"sector": "health"})

    assert (answer.status_code, slug(answer)) == (403, "sector-not-involved")


async def test_nothing_is_offered_or_answered_in_a_closed_case(world: World, case: Json) -> None:
    offer = await offered(world.caller(), case)
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    made = await world.caller().post(f"/cases/{case['id']}/offers", OFFER)
    told = await world.caller().post(f"/cases/{case['id']}/offers/{offer['id']}/answer", {"answer": "later"})

    assert [slug(made), slug(told)] == ["case-closed"] * 2
    assert (await world.caller().read(f"/cases/{case['id']}/offers"))["items"][0]["allowedActions"] == []
