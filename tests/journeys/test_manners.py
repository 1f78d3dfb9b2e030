"""What every caller must bring, whatever the journey: who, why, for which unit, and one key for one write."""

import time
from dataclasses import replace

import pytest

from chassis.auth import Verifier
from chassis.settings import Settings
from gateway.app import make_app
from gateway.settings import GatewaySettings, Rate
from gateway.upstreams import documents
from helhed.demo.caller import Caller, Json
from helhed.town import SERVICES
from tests.gateway.servers import running
from tests.journeys import acts
from tests.journeys.bodies import BODIES, new_key
from tests.journeys.document import Operation, operations
from tests.journeys.stage import ALCOHOL, JOBCENTER, Stage, refused
from tests.support.towns import RunningTown

KEYLESS = {
    *("openSurveySession", "openPartnerSession", "searchCases", "searchContactCards"),
    *("checkDemand", "checkExemption", "checkExemptions"),
}
"""Questions that are asked by POST, so that what they ask about is in no address."""

ABOUT_NOBODY = {
    *("readDocument", "whoAmI", "listInstruments", "getInstrument", "listSurveyProgrammes", "getSurveyProgramme"),
    *("listCodeLists", "getCodeList", "getCode", "listPolicies", "getPolicy"),
    *("listUnits", "getUnit", "listStaff", "getStaff", "listAbsences", "getAbsence"),
    *("listCriteriaSets", "getCriteriaSet", "readCriteriaCoverage", "listPublicCriteriaSets", "getPublicCriteriaSet"),
    *("listTrials", "getTrial", "getAllocationSequence", "listTrialSites", "getTrialSite"),
    *("listTrialAmendments", "getTrialAmendment", "listLegalBasisDecisions", "getLegalBasisDecision"),
    *("getLineFormat", "listOperations", "getOperation", "listLines"),
    *("listExemptionBases", "reportRefusals", "getReleaseReport", "countTakeUp", "getWorklistCounts"),
    *("listUnitReassignments", "getUnitReassignment", "listGuarantees", "getGuarantee"),
    *("listDirectoryServices", "getDirectoryService", "listDirectoryOrganisations", "getDirectoryOrganisation"),
    *("listDirectoryLocations", "getDirectoryLocation", "listDirectoryImports", "getDirectoryImport"),
    *("exportDirectory", "getDirectoryFormat", "listPublicServices"),
    *("listCatchConfirmations", "getCatchConfirmation"),
    *("reportReferralFunnel", "reportWaitingTimes", "reportDeclines", "reportPingPong"),
}
"""Reads that tell of no citizen: content, the organisation, protocols, how far an import is, and counts."""


def caller_for(stage: Stage, operation: Operation) -> Caller:
    """Somebody who may call it."""
    return stage.one_of(operation.roles)


def body_of(operation: Operation) -> Json | None:
    """A body that it accepts."""
    return dict(BODIES[operation.id]) if operation.id in BODIES else None


async def of_the_town(stage: Stage) -> list[Operation]:
    """All operations."""
    return list(operations(await stage.anybody.get("/v1/openapi.json")))


async def test_without_a_login_nothing_opens_but_what_is_meant_to(stage: Stage) -> None:
    opened = {}
    for operation in await of_the_town(stage):
        answer = await stage.anybody.send(operation.method, operation.anywhere(), key=new_key())
        opened[operation.id] = answer.status_code != 401

    assert {name for name, is_open in opened.items() if is_open} == {
        "readDocument",
        "openSurveySession",
        "submitSurveyResponse",
        "openPartnerSession",
        "givePartnerAnswer",
        "listPublicCriteriaSets",
        "getPublicCriteriaSet",
        "listPublicServices",
    }


async def test_every_read_of_a_citizens_data_says_why(stage: Stage) -> None:
    asked, spoke = set(), {}
    for operation in await of_the_town(stage):
        if (
            operation.public
            or operation.id in ABOUT_NOBODY
            or not (operation.method == "GET" or operation.id in KEYLESS)
        ):
            continue
        asked.add(operation.id)
        silent = replace(caller_for(stage, operation), purpose=None)
        answer = await silent.send(operation.method, operation.anywhere(), body=body_of(operation))
        faults = {fault["code"] for fault in answer.json().get("errors", ())}
        if (answer.status_code, "purpose-required" in faults) != (400, True):
            spoke[operation.id] = answer.status_code
    assert spoke == {}
    assert len(asked) > 60

    nosy = replace(stage.employment, purpose="audit")
    await refused(nosy, "GET", "/v1/cases", status=403, slug="purpose-not-allowed")


async def test_every_write_brings_a_key(stage: Stage) -> None:
    asked = set()
    for operation in await of_the_town(stage):
        if operation.method != "POST" or operation.id in KEYLESS or "service" in operation.roles:
            continue
        asked.add(operation.id)
        answer = await caller_for(stage, operation).send("POST", operation.anywhere(), body=body_of(operation))
        problem = answer.json()
        assert (answer.status_code, problem["errors"][0]["code"]) == (400, "idempotency-key-required"), operation.id
    assert len(asked) > 60


async def test_one_key_is_one_write(stage: Stage) -> None:
    key, body = new_key(), {"citizen": acts.citizen(), "needs": [{"domain": "housing"}]}
    first = await stage.employment.send("POST", "/v1/cases", body=body, key=key)
    again = await stage.employment.send("POST", "/v1/cases", body=body, key=key)

    assert (again.status_code, again.json(), again.headers["location"]) == (
        201,
        first.json(),
        first.headers["location"],
    )
    assert (first.headers.get("idempotent-replayed"), again.headers.get("idempotent-replayed")) == (None, "true")
    other = await stage.employment.send("POST", "/v1/cases", body={**body, "kle": "15.00.00"}, key=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:helhed:problem:idempotency-key-reused")
    assert len((await stage.employment.get("/v1/cases"))["items"]) == 1


async def test_who_wears_several_hats_says_which(stage: Stage) -> None:
    both = stage.somebody(sector=["employment", "health"], unit=[JOBCENTER, ALCOHOL])
    problem = await refused(both, "GET", "/v1/cases", status=400, slug="acting-unit-required")
    assert problem["units"] == [JOBCENTER, ALCOHOL]

    case = await acts.open_case(replace(both, unit=JOBCENTER), "substance-use")
    await refused(replace(both, unit=ALCOHOL), "GET", case.path, status=404, slug="not-found-or-not-yours")
    elsewhere = replace(both, unit="health:sundhedshus")
    await refused(elsewhere, "GET", case.path, status=403, slug="acting-unit-not-yours")
    assert (await replace(both, unit=JOBCENTER).get(case.path))["holdingSector"] == "employment"


async def test_a_change_names_the_version_it_was_made_from(stage: Stage) -> None:
    case = await acts.open_case(stage.employment, "housing")
    patch, kind = {"kle": "15.00.00"}, {"Content_Type": "application/merge-patch+json"}

    await refused(stage.employment, "PATCH", case.path, patch, status=428, slug="precondition-required", **kind)
    await refused(
        stage.employment, "PATCH", case.path, patch, status=412, slug="stale-version", If_Match='"99"', **kind
    )
    read = await stage.employment.send("GET", case.path)
    done = await stage.employment.send("PATCH", case.path, body=patch, If_Match=read.headers["etag"], **kind)
    assert (done.status_code, done.json()["kle"]) == (200, "15.00.00")
    assert done.headers["etag"] != read.headers["etag"]


@pytest.mark.parametrize("body", [{"purpose": "casework"}, {"citizen": {}, "needs": [{"domain": "magic"}], "x": 1}])
async def test_all_that_is_wrong_is_told_at_once(stage: Stage, body: Json) -> None:
    answer = await replace(stage.employment, purpose=None).send("POST", "/v1/cases", body=body)

    told = {(fault["in"], fault["pointer"]) for fault in answer.json()["errors"]}
    assert answer.status_code == 400
    assert ("header", "/Idempotency-Key") in told
    assert len(told) > 2


async def test_news_that_has_not_come_is_waited_for_and_never_denied(stage: Stage) -> None:
    """A token for something that never happens: the service waits, and then says "not yet" instead of "no"."""
    case = await acts.open_case(stage.employment, "housing")
    ahead = f"cases:{case.id}:999999"
    impatient = replace(stage.somebody(sector="employment"), http=stage.outside, patience=0.0)

    began = time.monotonic()
    answer = await impatient.send("GET", "/v1/referrals", Sync_Token=ahead)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:helhed:problem:not-caught-up")
    assert answer.headers["retry-after"] == "1"
    assert time.monotonic() - began >= 1.9
    # Cases itself has nothing to wait for, and what is no token at all is refused.
    assert (await impatient.send("GET", case.path, Sync_Token=ahead)).status_code == 200
    await refused(impatient, "GET", "/v1/referrals", status=400, slug="invalid-request", Sync_Token="tomorrow")


async def test_who_asks_too_often_is_told_when_to_come_back(stage: Stage, town: RunningTown) -> None:
    """A second gateway before the same services, with a quota a test can use up; the others' quotas are their own."""
    keys = town.home / "keys"
    shared = Settings(
        service="gateway",
        mode="development",
        home=town.home,
        keys_dir=keys,
        issuers_file=keys / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
    )
    settings = GatewaySettings(
        shared=shared,
        upstreams={service: town.service_url(service) for service in SERVICES},
        rate=Rate(per_second=1 / 60, burst=3),
    )
    verifier = Verifier.from_file(keys / "issuers.json", mode="development", keys_dir=keys)
    async with running(make_app(documents(), settings=settings, verifier=verifier)) as narrow:

        async def ask(caller: Caller) -> tuple[int, str | None]:
            answer = await replace(caller, patience=0.0).send("GET", f"{narrow.url}/v1/cases")
            return answer.status_code, answer.headers.get("retry-after")

        answers = [await ask(stage.employment) for _ in range(4)]
        assert [status for status, _ in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[-1][1] or 0) <= 60
        assert await ask(stage.health) == (200, None)
