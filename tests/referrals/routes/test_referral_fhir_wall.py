"""FHIR tells no caller more than the ordinary read: at each scope of return, after a withdrawal, after letting go."""

from typing import Any

import pytest
from sqlalchemy import func, select

from chassis.tables import TABLES
from contracts.events import cases
from services.referrals.domain.codes import ReturnScope
from tests.referrals.fhir_judge import judged
from tests.referrals.world import BODIES, REASON, Caller, World, let_go, slug

CAUGHT = ("acceptance", "contact-attempts", "first-contact", "handover-receipt", "completion")
KINDS = ("Task", "ServiceRequest")
MASKED = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
REDACTED = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}]
FHIRS_OWN = ("http://", "urn:helhed:")

Json = dict[str, Any]


async def both(caller: Caller, referral_id: str) -> tuple[Json, Json]:
    """Both resources, judged."""
    answers = [await caller.get(f"/fhir/{kind}/{referral_id}") for kind in KINDS]
    assert {answer.status_code for answer in answers} == {200}
    task, request = (judged(answer.json()) for answer in answers)
    return task, request


def outputs(task: Json) -> set[str]:
    """The codes of what came of it."""
    return {output["type"]["coding"][0]["code"] for output in task.get("output", ())}


SCOPES: list[tuple[str, str, set[str], bool]] = [
    ("none", "accepted", set(), False),
    ("caught-only", "completed", {"contact-attempts", "handover-receipt", "takes-holding"}, False),
    (
        "dates",
        "completed",
        {"contact-attempts", "handover-receipt", "takes-holding", "handover-receipt-given", "first-contact"},
        True,
    ),
    (
        "dates-and-outcome",
        "completed",
        {
            *("contact-attempts", "handover-receipt", "takes-holding", "handover-receipt-given"),
            *("first-contact", "outcome"),
        },
        True,
    ),
]


@pytest.mark.parametrize(
    ("scope", "status", "told", "dated"),
    SCOPES,
)
async def test_the_sender_is_told_what_the_scope_allows(
    world: World, scope: str, status: str, told: set[str], dated: bool
) -> None:
    seen = await world.referral(*CAUGHT, returnScope=scope)

    task, request = await both(world.caller("employment"), seen["id"])

    assert (task["status"], request["status"]) == (status, "completed" if status == "completed" else "active")
    assert (outputs(task), "businessStatus" in task) == (told, scope != "none")
    when = ("lastModified" in task, "executionPeriod" in task, "lastUpdated" in task["meta"])
    assert when == (dated, dated, dated)
    assert request["note"][0]["text"] == REASON
    assert task["meta"]["security"] == request["meta"]["security"] == REDACTED


def test_every_scope_is_tried() -> None:
    assert {scope for scope, *_ in SCOPES} == set(ReturnScope)


@pytest.mark.parametrize("scope", ReturnScope)
async def test_nothing_is_told_that_the_ordinary_read_does_not_tell(world: World, scope: str) -> None:
    """Every value in FHIR is one of the ordinary read's, or FHIR's own word for where it stands."""
    seen = await world.referral(*CAUGHT, returnScope=scope)
    for sector in ("employment", "health"):
        caller = world.caller(sector)
        ordinary = await everything(caller, seen["id"])
        for resource in await both(caller, seen["id"]):
            assert set(leaves(resource)) - ordinary == set()


async def test_the_canary_of_a_leaf_sees_one(world: World) -> None:
    seen = await world.referral()
    (task, _) = await both(world.caller("health"), seen["id"])

    assert set(leaves(task | {"description": "Asta"})) - await everything(world.caller("health"), seen["id"]) == {
        "Asta"
    }


async def test_when_somebody_of_the_unit_took_it_in_hand_is_not_told(world: World) -> None:
    seen = await world.referral("acceptance", "claim", returnScope="dates-and-outcome")

    (sent, _), (received, _) = [await both(world.caller(side), seen["id"]) for side in ("employment", "health")]

    assert ("lastModified" in sent, "lastUpdated" in sent["meta"]) == (False, False)
    assert received["lastModified"] == seen["claimedAt"]
    assert sent["executionPeriod"] == received["executionPeriod"]


async def test_the_receiver_is_told_all_of_it_whatever_the_scope(world: World) -> None:
    seen = await world.referral(*CAUGHT, returnScope="none")

    task, request = await both(world.caller("health"), seen["id"])

    assert {"outcome", "first-contact"} < outputs(task)
    assert "security" not in task["meta"]
    assert "security" not in request["meta"]


async def test_after_a_withdrawal_the_receiver_reads_no_words_of_the_sender(world: World) -> None:
    case = await world.case()
    seen = await world.referral("cancellation", case=case)
    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    task, request = await both(world.caller("health"), seen["id"])
    sent, wished = await both(world.caller("employment"), seen["id"])

    assert ("note" in request, "statusReason" in task) == (False, False)
    assert (request["meta"]["security"], task["meta"]["security"]) == (REDACTED, REDACTED)
    assert wished["note"][0]["text"] == REASON
    assert sent["statusReason"]["text"] == BODIES["cancellation"]["because"]


async def test_who_has_let_go_reads_the_request_as_it_was_sent(world: World) -> None:
    case = await world.case()
    seen = await world.referral(*CAUGHT[:-1], case=case, returnScope="dates-and-outcome")
    await world.tell(case.id, let_go())

    task, request = await both(world.caller("employment"), seen["id"])

    assert (task["_status"], request["_status"]) == (MASKED, MASKED)
    assert {"status", "businessStatus", "output", "executionPeriod", "restriction"} & set(task) == set()
    assert "status" not in request
    assert (task["meta"]["versionId"], task["meta"]["security"]) == ("1", REDACTED)
    assert task["meta"]["lastUpdated"] == task["lastModified"] == task["authoredOn"]
    assert request["note"][0]["text"] == REASON


@pytest.mark.parametrize("kind", KINDS)
async def test_to_everybody_else_it_is_not_there(world: World, kind: str) -> None:
    seen = await world.referral()
    path = f"/fhir/{kind}/{seen['id']}"

    strangers = (world.caller("social"), world.caller(None), world.caller("health", authority="0999"))
    answers = [await stranger.get(path) for stranger in strangers]
    absent = await world.caller("health").get(f"/fhir/{kind}/01a20038-0000-7000-8000-00000000f00d")

    assert {(one.status_code, slug(one)) for one in (*answers, absent)} == {(404, "not-found-or-not-yours")}
    assert {one.headers["Content-Type"] for one in answers} == {"application/problem+json"}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_read_has_a_purpose_and_is_logged(world: World, kind: str) -> None:
    seen = await world.referral()
    health, path = world.caller("health"), f"/fhir/{kind}/{seen['id']}"
    before = await logged(world)

    silent = {name: value for name, value in health.headers.items() if name != "Access-Purpose"}
    unasked = await world.http.get(f"/v1{path}", headers=silent)
    read = await health.get(path)

    assert (unasked.status_code, read.status_code) == (400, 200)
    assert await logged(world) == before + 1
    refused = await world.caller("health", role="auditor").get(path)
    assert (refused.status_code, slug(refused)) == (403, "role-missing")


async def logged(world: World) -> int:
    """How many look-ups there are."""
    async with world.database.transaction(world.authority) as tx:
        (row,) = await tx.all(select(func.count().label("n")).select_from(TABLES.lookups))
    return int(row.n)


async def everything(caller: Caller, referral_id: str) -> set[Any]:
    """Every value that the ordinary reads of a referral tell, with the words FHIR has for them."""
    read = (await caller.get(f"/referrals/{referral_id}")).json()
    history = (await caller.get(f"/referrals/{referral_id}/history")).json()
    known = set(leaves([read, history]))
    references = {f"ServiceRequest/{one}" for one in (referral_id, read["replaces"], read["replacedBy"])}
    # What stands for the same in every resource, whoever reads it.
    words = {"order", "fulfill", "REDACTED", "Task", "ServiceRequest", "Patient", "Organization", "Consent", True}
    words |= {"first-contact", "handover-receipt", "handover-receipt-given", "takes-holding", "contact-attempts"}
    words |= {"outcome", str(read["version"])}
    status = {"active", "completed"} if read["state"] == "completed" else {"active"}
    return known | references | words | status


def leaves(value: Any) -> list[Any]:
    """Every value in it that is not a system's name."""
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [] if isinstance(value, str) and value.startswith(FHIRS_OWN) else [value]
