"""A referral in FHIR R4: in each of the ten states both resources are FHIR, and say what the ordinary read says."""

from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import update

from contracts.events import cases
from services.referrals.domain.lifecycle import State
from services.referrals.schemas.fhir_shown import REASONS, REQUEST_STATUS
from services.referrals.tables import referrals
from tests.referrals.fhir_judge import NotFhir, judged
from tests.referrals.world import BODIES, REASON, Caller, World, slug

MET = ("acceptance", "contact-attempts", "first-contact", "handover-receipt")
WAYS: dict[State, tuple[str, ...]] = {
    State.DRAFT: (),
    State.REQUESTED: (),
    State.ACCEPTED: ("acceptance",),
    State.REJECTED: ("rejection",),
    State.IN_PROGRESS: MET,
    State.ON_HOLD: (*MET, "hold"),
    State.COMPLETED: (*MET, "completion"),
    State.FAILED: ("acceptance", "contact-attempts", "failure"),
    State.CANCELLED: ("cancellation",),
    State.ENTERED_IN_ERROR: ("acceptance", "entry-in-error"),
}
"""How a referral comes into each state. Nobody can make a draft: it is written past the routes."""

Json = dict[str, Any]


async def fhir(caller: Caller, kind: str, referral_id: str) -> Json:
    """One resource, as this caller reads it; judged."""
    answer = await caller.get(f"/fhir/{kind}/{referral_id}")
    assert answer.status_code == 200, answer.text
    return judged(answer.json())


async def reached(world: World, state: State, **wish: Any) -> Json:
    """A referral in this state, as health sees it."""
    seen = await world.referral(*WAYS[state], **wish)
    if state is State.DRAFT:
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(referrals).where(referrals.c.id == UUID(seen["id"])).values(state=state.value))
    return seen


@pytest.mark.parametrize("sector", ["health", "employment"])
@pytest.mark.parametrize("state", State)
async def test_in_every_state_both_sides_read_fhir(world: World, state: State, sector: str) -> None:
    seen = await reached(world, state, returnScope="dates-and-outcome")
    caller = world.caller(sector)

    task, request = await fhir(caller, "Task", seen["id"]), await fhir(caller, "ServiceRequest", seen["id"])

    assert (task["id"], task["status"], task["meta"]["versionId"]) == (seen["id"], state, str(seen["version"]))
    assert (request["id"], request["status"]) == (seen["id"], REQUEST_STATUS[state])
    assert task["focus"]["reference"] == f"ServiceRequest/{seen['id']}"
    assert task["for"] == request["subject"]
    assert request["subject"]["identifier"] == {"system": "urn:helhed:id:case", "value": seen["caseId"]}
    over = sector == "health" and state in (State.CANCELLED, State.ENTERED_IN_ERROR)
    assert [note["text"] for note in request.get("note", [])] == ([] if over else [REASON])


def test_every_state_has_a_way_and_a_status() -> None:
    assert set(WAYS) == set(REQUEST_STATUS) == set(State)
    assert set(REASONS) <= set(State)


async def test_what_came_of_it_is_its_output(world: World) -> None:
    seen = await reached(world, State.COMPLETED)

    task = await fhir(world.caller("health"), "Task", seen["id"])

    assert outputs(task) == {
        "contact-attempts": 1,
        "first-contact": "2026-03-08T12:00:00Z",
        "handover-receipt": {"system": "urn:helhed:id:receipt", "value": seen["handoverReceipt"]["id"]},
        "handover-receipt-given": seen["handoverReceipt"]["at"],
        "takes-holding": True,
        "outcome": coded("outcome", "help-given"),
    }
    assert task["businessStatus"] == coded("catch-state", "caught")
    assert (task["executionPeriod"]["end"], task["lastModified"]) == (seen["ending"]["at"], seen["ending"]["at"])
    assert task["executionPeriod"]["start"] <= task["executionPeriod"]["end"]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.REJECTED, {"code": "no-capacity", "of": "decline-reason"}),
        (State.FAILED, {"code": "citizen-not-reached", "of": "failure-reason"}),
        (State.CANCELLED, {"text": BODIES["cancellation"]["because"]}),
        (State.ENTERED_IN_ERROR, {"text": BODIES["entry-in-error"]["because"]}),
    ],
)
async def test_why_it_ended_is_its_status_reason(world: World, state: State, reason: Json) -> None:
    seen = await reached(world, state)

    # Why it was taken back are the sender's words, which nobody else reads any more.
    reader = "employment" if "text" in reason else "health"
    task = await fhir(world.caller(reader), "Task", seen["id"])

    assert task["statusReason"] == (why(**reason) if "code" in reason else reason)
    assert [note["text"] for note in task.get("note", [])] == (
        [BODIES["rejection"]["suggestion"]] if state is State.REJECTED else []
    )


async def test_a_closed_case_is_a_reason_with_a_code(world: World) -> None:
    case = await world.case()
    seen = await world.referral("acceptance", case=case)
    await world.tell(case.id, cases.CaseClosedV1(ground="citizen-moved", closed_by_sector="employment"))

    task = await fhir(world.caller("health"), "Task", seen["id"])

    assert (task["status"], task["statusReason"]) == ("cancelled", why("cancellation-reason", "case-closed"))
    # Told of a closure of long before: what was accepted here since cannot have ended before that.
    assert task["executionPeriod"]["end"] == task["executionPeriod"]["start"]


async def test_a_request_that_was_sent_on_names_what_became_of_it(world: World) -> None:
    seen = await world.referral()
    health = world.caller("health")
    successor = (await health.post(f"/referrals/{seen['id']}/redirection", BODIES["redirection"])).json()["successorId"]

    task, request = await fhir(health, "Task", seen["id"]), await fhir(health, "ServiceRequest", successor)

    assert (task["status"], request["status"]) == ("rejected", "active")
    assert task["statusReason"] == why("decline-reason", "wrong-service")
    assert outputs(task)["successor"]["reference"] == f"ServiceRequest/{successor}"
    assert request["replaces"] == [{"reference": f"ServiceRequest/{seen['id']}", "type": "ServiceRequest"}]


async def test_the_parties_are_named_with_whose_names_they_are(world: World) -> None:
    case = await world.case(to_unit="alkohol")
    seen = await world.referral(case=case, toUnit="alkohol")

    request = await fhir(world.caller("health"), "ServiceRequest", seen["id"])

    names = f"urn:helhed:authority:{world.authority}"
    assert request["requester"]["identifier"] == {"system": f"{names}:sector", "value": "employment"}
    assert request["performer"][0]["identifier"] == {"system": f"{names}:unit", "value": "health:alkohol"}
    assert {one["identifier"]["system"]: one["identifier"]["value"] for one in request["supportingInfo"]} == {
        "urn:helhed:id:need": seen["needId"],
        "urn:helhed:id:consent": seen["basis"]["consentId"],
    }


async def test_the_promised_day_is_its_restriction(world: World) -> None:
    seen = await world.referral("acceptance")

    task = await fhir(world.caller("health"), "Task", seen["id"])
    paused = await world.caller("health").post(f"/referrals/{seen['id']}/hold", BODIES["hold"])
    without = await fhir(world.caller("health"), "Task", seen["id"])

    clock = seen["clocks"][0]
    assert task["restriction"]["period"] == {"start": clock["startedOn"], "end": clock["dueOn"]}
    assert (paused.json()["clocks"][0]["state"], "restriction" in without) == ("paused", False)


async def test_the_etag_is_that_of_the_referral_and_the_media_type_is_fhirs(world: World) -> None:
    seen = await world.referral("acceptance")
    health = world.caller("health")

    ordinary, task = await health.get(f"/referrals/{seen['id']}"), await read(health, seen["id"])
    known = await read(health, seen["id"], **{"If-None-Match": task.headers["ETag"]})

    assert task.headers["ETag"] == ordinary.headers["ETag"] == '"2"'
    assert (task.headers["Content-Type"], task.headers["Vary"]) == ("application/fhir+json", "Accept")
    assert known.status_code == 304


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/fhir+json"),
        ("application/fhir+json", "application/fhir+json"),
        ("application/json", "application/json"),
        ("application/json;q=0.5, application/fhir+json", "application/fhir+json"),
    ],
)
async def test_plain_json_is_for_who_asks_for_it(world: World, accept: str, media: str) -> None:
    seen = await world.referral()
    health = world.caller("health")

    asked, usual = await read(health, seen["id"], Accept=accept), await read(health, seen["id"])

    assert (asked.headers["Content-Type"], asked.content) == (media, usual.content)


async def test_xml_is_not_written_here(world: World) -> None:
    refused = await read(world.caller("health"), (await world.referral())["id"], Accept="application/fhir+xml")

    assert (refused.status_code, slug(refused)) == (406, "not-acceptable")


BROKEN: dict[str, Json] = {
    "a status of nobody": {"status": "caught"},
    "a member that is not FHIR's": {"catchState": "caught"},
    "a null": {"statusReason": None},
    "an empty list": {"output": []},
    "an output of no value": {"output": [{"type": {"text": "contact"}}]},
    "two values": {"output": [{"type": {"text": "contact"}, "valueInteger": 1, "valueBoolean": True}]},
    "a moment without an offset": {"authoredOn": "2026-03-02T09:00:00"},
    "a reference to nothing": {"focus": {"type": "ServiceRequest"}},
    "a change before the beginning": {"lastModified": "1999-01-01T00:00:00Z"},
    "an end before the start": {"executionPeriod": {"start": "2026-03-02T09:00:00Z", "end": "2026-03-01T09:00:00Z"}},
}


@pytest.mark.parametrize("what", BROKEN)
async def test_the_judge_sees_what_is_no_fhir(world: World, what: str) -> None:
    task = await fhir(world.caller("health"), "Task", (await world.referral())["id"])

    with pytest.raises(NotFhir):
        judged(task | BROKEN[what])


async def test_the_judge_sees_what_is_missing(world: World) -> None:
    request = await fhir(world.caller("health"), "ServiceRequest", (await world.referral())["id"])

    for needed in ("status", "intent", "subject"):
        with pytest.raises(NotFhir):
            judged({name: value for name, value in request.items() if name != needed})


def outputs(task: Json) -> Json:
    """What came of it, by its code."""
    found = {}
    for output in task["output"]:
        (value,) = (value for name, value in output.items() if name != "type")
        found[output["type"]["coding"][0]["code"]] = value
    return found


def coded(of: str, code: str) -> Json:
    """A code of ours."""
    return {"coding": [{"system": f"urn:helhed:code:{of}", "code": code}]}


def why(of: str, code: str) -> Json:
    """A reason of ours: a code, and the same as words."""
    return {**coded(of, code), "text": code}


async def read(caller: Caller, referral_id: str, **headers: str) -> httpx2.Response:
    """The Task, as it comes over the wire."""
    return await caller.http.get(f"/v1/fhir/Task/{referral_id}", headers={**caller.headers, **headers})
