"""A protocol that nobody could carry out, or that the law does not cover, is refused with every fault by its code."""

import pytest

from chassis.ids import new_id
from services.cases.domain.errors.trials import ProtocolUnsound
from services.cases.domain.protocol import must_be_sound
from services.cases.schemas import trials as told
from services.cases.schemas.trials import TrialDraft
from tests.cases.trials import AS_BEFORE, NO_DEMANDS, arms, protocol
from tests.cases.world import Json

STEPPED = {"unit": "authority", "method": "stepped-wedge", "steps": [{"cluster": "0101", "from": "2026-06-01"}]}


def faults_of(**changes: object) -> list[str]:
    """What is wrong with a protocol that is told so."""
    draft = TrialDraft.model_validate(protocol(**changes))
    try:
        must_be_sound(told.protocol(draft), told.legal_basis(draft, new_id()))
    except ProtocolUnsound as unsound:
        return list(unsound.facts["faults"])
    return []


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"arms": arms("a", "a"), "allocation": {"ratio": {"a": 1}}}, ["arm-twice", "nothing-to-compare"]),
        ({"arms": arms("a")}, ["nothing-to-compare"]),
        (
            {"arms": [NO_DEMANDS | {"exemptFrom": ["sel-85"]}, AS_BEFORE]},
            ["exempt-from-outside-legal-basis"],
        ),
        ({"arms": [NO_DEMANDS, AS_BEFORE | {"exemptFrom": ["las-13"]}]}, ["comparison-exempts"]),
        ({"allocation": {"ratio": {"voluntary": 1}}}, ["ratio-of-other-arms"]),
        ({"allocation": {"blockSizes": [4, 5]}}, ["block-size-not-a-multiple-of-the-ratio"]),
        ({"allocation": {"method": "assigned"}}, ["rule-is-for-named-arms"]),
        ({"allocation": {"rule": "Efter dato."}}, ["rule-is-for-named-arms"]),
        ({"allocation": STEPPED | {"method": "randomised"}}, ["steps-are-for-stepped-wedge"]),
        ({"allocation": STEPPED | {"steps": []}}, ["steps-are-for-stepped-wedge"]),
        ({"allocation": STEPPED | {"unit": "citizen"}}, ["steps-are-of-units-or-authorities"]),
        ({"allocation": STEPPED, "arms": arms("a", "b")}, ["steps-lead-from-comparison-to-one-arm"]),
        ({"allocation": STEPPED | {"steps": STEPPED["steps"] * 2}}, ["step-twice"]),
        ({"strata": [{"code": "s", "name": {"da": "s", "en": "s"}}] * 2}, ["stratum-twice"]),
        ({"legalBasis": protocol()["legalBasis"] | {"to": "2025-01-01"}}, ["legal-basis-backwards"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_fit_together_is_told(changes: Json, faults: list[str]) -> None:
    assert faults_of(**changes) == faults


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"allocation": STEPPED},
        {"allocation": {"method": "assigned", "rule": "Efter cpr-dato."}, "arms": arms("comparison")},
        {"allocation": {"ratio": {"voluntary": 2, "comparison": 1}, "blockSizes": [3, 6]}},
        {"allocation": {"unit": "caseworker"}},
    ],
    ids=["usual", "stepped wedge", "assigned", "two to one", "caseworkers"],
)
def test_what_fits_together_is_taken(changes: Json) -> None:
    assert faults_of(**changes) == []
