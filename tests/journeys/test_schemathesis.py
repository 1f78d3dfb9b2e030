"""The town keeps to its own document: whatever is sent, right or wrong, is answered as the document says."""

import asyncio
import os
from dataclasses import replace

import pytest

from helhed.demo.caller import Json
from tests.journeys import fuzzing
from tests.journeys.bodies import BODIES, RAW_BODIES
from tests.journeys.document import operations
from tests.journeys.seeds import Seeds
from tests.journeys.stage import Stage
from tests.support.run import Run
from tests.support.towns import another_gateway

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
PHASES = ("examples", "coverage", "fuzzing", "stateful")


_TOLD_ELSEWHERE = {
    "include-operation-id": ["updateCriteriaSet", "replaceTrial"],
    "phases": {"coverage": {"enabled": False}},
}
"""Bodies of the same parts as another operation's: in the quick run the corners of a large schema are tried once."""


def settings(*, examples: int, steps: int, deterministic: bool) -> Json:
    """How much is tried. Every check is on but one.

    Whether a body that fits its schema is accepted is the rules' to say as well: a CPR number without a date in it, a
    sector that is not on the list, a day in the past are refused with 400. What must succeed is checked by examples.
    """
    return {
        "workers": 1,  # with more, Hypothesis parses its own source in two threads at once, which breaks CPython 3.11
        "continue-on-failure": True,
        "generation": {
            "max-examples": examples,
            "deterministic": deterministic,
            "no-shrink": deterministic,
            "database": "none",
        },
        "phases": {"stateful": {"max-steps": steps}},
        "operations": [] if not deterministic else [_TOLD_ELSEWHERE],
        "checks": {
            "positive_data_acceptance": {"enabled": False},
            # A version that can never match is stale (412), whatever it is instead.
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428]
            },
        },
    }


@pytest.mark.timeout(3600 if DEEP else 900)
async def test_the_town_keeps_to_its_document(stage: Stage, run: Run) -> None:
    gateway = another_gateway(run, stage.town, "wide-gateway", HELHED_RATE_LIMIT="100000/s;burst=1000000")
    document = await stage.anybody.get("/v1/openapi.json")
    seeds = await Seeds(stage).grow()
    amount = (
        settings(examples=100, steps=20, deterministic=False)
        if DEEP
        else settings(examples=3, steps=4, deterministic=True)
    )

    outcome = await asyncio.to_thread(fuzzing.run, gateway, document, seeds, amount, thorough=DEEP)

    told = "\n\n".join(f"{what}\n{how}" for what, how in sorted(outcome.failures.items()))
    assert not outcome.failures, told
    assert not outcome.errors
    assert set(outcome.phases) >= set(PHASES)
    assert set(outcome.answers) == {operation.id for operation in operations(document)}
    assert outcome.without_success() == []


async def test_a_document_that_lies_is_found_out(stage: Stage, run: Run) -> None:
    """The run can fail: a status that is not told, a shape that is not so, and an operation that never says yes."""
    document = await stage.anybody.get("/v1/openapi.json")
    seeds = dict(await Seeds(stage).grow())
    case, needs = "/v1/cases/{caseId}", "/v1/cases/{caseId}/needs"
    document["paths"] = {path: document["paths"][path] for path in (case, needs)}
    del document["paths"][case]["patch"], document["paths"][needs]["post"]
    del document["paths"][case]["get"]["responses"]["404"]
    document["components"]["schemas"]["NeedView"]["properties"]["version"] = {"type": "string"}
    seeds["getCase"] = replace(seeds[""], token=stage.somebody(sector="employment", authority="0461").token)

    amount = settings(examples=2, steps=2, deterministic=True)
    outcome = await asyncio.to_thread(fuzzing.run, stage.town.gateway_url, document, seeds, amount, thorough=False)

    found = {what.partition(": ")[2] for what in outcome.failures}
    assert {"status_code_conformance: Undocumented status code"} <= found, found
    assert any(what.startswith("response_schema_conformance") for what in found), found
    assert outcome.without_success() == ["getCase"]


async def test_there_is_a_body_for_every_operation_that_takes_one(stage: Stage) -> None:
    document = await stage.anybody.get("/v1/openapi.json")

    assert {operation.id for operation in operations(document) if operation.body} == BODIES.keys() | RAW_BODIES.keys()
