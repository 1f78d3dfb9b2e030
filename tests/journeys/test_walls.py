"""Who has no part in a case does not learn that there is one: every operation, for every kind of outsider."""

from uuid import uuid4

import pytest

from helhed.demo.caller import Caller, Json
from tests.journeys import acts
from tests.journeys.belongings import all_of as belongings_of
from tests.journeys.bodies import BODIES, new_key
from tests.journeys.document import Operation, operations
from tests.journeys.stage import ALCOHOL, JOBCENTER, Stage, refused

OF_NOBODY = frozenset(
    {"code", "list", "kind", "unitId", "planId", "subject", "absenceId", "trialId", "authority", "criteriaSetId"}
    | {"amendmentId", "decisionId", "operationId", "reassignmentId"}
    | {"serviceId", "organisationId", "locationId", "importId"}
    | {"confirmationId"}
)
"""What addresses name that belongs to no citizen: content, the organisation, a protocol."""


def outsiders(stage: Stage) -> dict[str, Caller]:
    """A sector of the town with no part in the case; the same unit in other towns; somebody of no sector at all."""
    return {
        "another sector": stage.social,
        "the holder's namesake": stage.somebody(sector="employment", unit=JOBCENTER, authority="0461"),
        "the receiver's namesake": stage.somebody(sector="health", unit=ALCOHOL, authority="0461"),
        "no sector": stage.somebody(sector=()),
    }


async def a_case_with_everything(stage: Stage) -> dict[str, str]:
    """A case, and one of each thing that hangs on it, by the name it has in addresses."""
    await stage.administrator.post("/v1/survey-programmes/who5-casework/activation")
    citizen = acts.citizen()
    case = await acts.open_case(stage.employment, citizen=citizen)
    await acts.set_aside(stage.employment, case)
    belongings = await belongings_of(stage, case, citizen["identifiers"][1])
    consent = await acts.consent(stage.employment, case)
    service = await acts.offer_by_link(stage.administrator)
    referral = await acts.refer(stage.employment, case, consentId=consent["id"], toServiceId=service)
    link = await acts.give_link(stage.employment, referral)
    await acts.accept(stage.health, referral)
    attempt = await acts.try_to_reach(stage.health, referral)
    question = (await acts.ask(stage.health, referral))["id"]
    reply = await stage.employment.post(f"{referral}/answers", {"questionId": question, "text": "Nej."})
    await acts.meet(stage.health, referral)
    await acts.give_receipt(stage.health, referral)
    released = await acts.release(stage.employment, case)
    (invitation,) = (await stage.health.get("/v1/invitations", caseId=case.id))["items"]
    unseen = await acts.refer_unseen(stage.employment, await acts.open_case(stage.employment))
    return belongings | {
        "codeId": (await acts.catch_code(stage.employment, unseen))["id"],
        "caseId": case.id,
        "needId": case.treatment,
        "consentId": consent["id"],
        "referralId": referral.removeprefix("/v1/referrals/"),
        "attemptId": attempt["id"],
        "linkId": link["id"],
        "questionId": question,
        "answerId": reply["id"],
        "releaseId": released["id"],
        "invitationId": invitation["id"],
    }


async def answer(caller: Caller, operation: Operation, ids: dict[str, str]) -> tuple[int, Json]:
    """What an operation says to this caller, asked in every respect as it should be."""
    writes = operation.method != "GET"
    reply = await caller.send(
        operation.method,
        operation.at(**ids),
        body=dict(BODIES[operation.id]) if operation.body else None,
        key=new_key() if operation.keyed else None,
        **({"If_Match": '"1"'} if operation.method in ("PATCH", "PUT") else {}),
        **({"Content_Type": "application/merge-patch+json"} if operation.method == "PATCH" else {}),
    )
    assert writes or reply.headers["content-type"] == "application/problem+json"
    return reply.status_code, reply.json()


def addressed(document: Json) -> list[Operation]:
    """The operations whose address names something of a citizen's, for roles that work on cases."""
    return [
        operation
        for operation in operations(document)
        if operation.path_names - OF_NOBODY and "caseworker" in operation.roles
    ]


@pytest.mark.parametrize("who", ["another sector", "the holder's namesake", "the receiver's namesake", "no sector"])
async def test_to_everybody_else_nothing_of_it_exists(stage: Stage, who: str) -> None:
    ids = await a_case_with_everything(stage)
    outsider = outsiders(stage)[who]
    walked = addressed(await stage.employment.get("/v1/openapi.json"))
    assert len(walked) > 80

    told = {operation.id: await answer(outsider, operation, ids) for operation in walked}

    seen = {name: status for name, (status, _) in told.items() if status != 404}
    assert seen == {}
    # And "not yours" reads exactly like "absent".
    absent = dict.fromkeys(ids, str(uuid4())) | {"number": "1"}
    for operation in walked:
        _, problem = told[operation.id]
        _, nothing = await answer(outsider, operation, absent)
        assert {**problem, "instance": ""} == {**nothing, "instance": ""}, operation.id


@pytest.mark.parametrize("who", ["another sector", "the holder's namesake", "the receiver's namesake", "no sector"])
async def test_to_everybody_else_lists_and_searches_are_empty(stage: Stage, who: str) -> None:
    ids = await a_case_with_everything(stage)
    outsider = outsiders(stage)[who]
    number = (await stage.health.get(f"/v1/cases/{ids['caseId']}"))["caseNumber"]

    for path, query in (
        ("/v1/cases", {}),
        ("/v1/worklist", {"as": "unit"}),
        ("/v1/referrals", {"caseId": ids["caseId"]}),
        ("/v1/invitations", {"caseId": ids["caseId"]}),
    ):
        found = (await outsider.get(path, **query))["items"]
        assert ids["caseId"] not in str(found), path
    assert (await outsider.send("POST", "/v1/cases/_search", body={"caseNumber": number})).json()["items"] == []


async def test_the_receiver_of_a_live_referral_reads_the_case_and_takes_no_part_in_it(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "substance-use")
    await refused(stage.health, "GET", case.path, status=404, slug="not-found-or-not-yours")
    referral = await acts.refer(stage.employment, case)

    assert (await stage.health.get(case.path))["allowedActions"] == []
    need = {"domain": "housing"}
    await refused(stage.health, "POST", f"{case.path}/needs", need, status=403, slug="sector-not-involved")
    await acts.accept(stage.health, referral)
    assert (await stage.health.get(case.path))["allowedActions"] != []


async def test_one_authority_cannot_open_anothers_case_under_its_number(stage: Stage) -> None:
    """An id that is taken elsewhere is taken; that is all there is to learn, and nothing of the other case moves."""
    case = await acts.open_case(stage.employment, "substance-use")
    stranger = stage.somebody(sector="employment", authority="0461")
    body = {"id": case.id, "citizen": acts.citizen(), "needs": [{"domain": "housing"}]}

    await refused(stranger, "POST", "/v1/cases", body, status=409, slug="already-exists")
    assert [need["domain"] for need in (await stage.employment.get(case.path))["needs"]] == ["substance-use"]
