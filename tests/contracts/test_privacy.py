"""The privacy lint, on what we say and on what it must never let us say."""

import copy
from typing import Any

import pytest

from contracts.events import every_event
from helhed.contracts import ROOT, privacy
from helhed.contracts.schemas import Schema, schema_of

TYPE = "dk.helhed.cases.tested.v1"
CODE: Schema = {"type": "string", "pattern": "^[a-z]{1,9}$"}


def faults_of(fields: dict[str, Schema], listed: dict[str, Any] | None = None) -> list[str]:
    """What the lint says of one event whose fields are all listed, unless told otherwise."""
    purposes = dict.fromkeys(fields, "to be tested") if listed is None else listed
    return list(privacy.faults({TYPE: {"properties": fields}}, {TYPE: {"receivers": ["cases"], "fields": purposes}}))


def test_no_event_says_more_than_it_may() -> None:
    schemas = {event.event_type: schema_of(event) for event in every_event()}

    assert len(schemas) > 20
    assert list(privacy.faults(schemas, privacy.allow_list(ROOT))) == []


def test_every_event_is_for_somebody_and_never_for_its_own_service_alone() -> None:
    allowed = privacy.allow_list(ROOT)

    for event in every_event():
        receivers = set(allowed[event.event_type]["receivers"])

        assert receivers - {event.service}
        assert receivers <= {"cases", "referrals", "surveys", "gateway"}


@pytest.mark.parametrize(
    "name",
    [
        "name", "citizenName", "cpr", "cprNumber", "CPR", "phone", "contactPhone", "freeText", "text", "note",
        "notes", "reason", "rejectionReason", "because", "email", "needDomain", "diagnosis", "score",
        "birthday", "codeText", "idLabel",
    ],
)  # fmt: skip
def test_a_field_that_tells_of_a_person_is_refused(name: str) -> None:
    assert any("tells of a person" in fault for fault in faults_of({name: CODE}))


@pytest.mark.parametrize("name", ["reasonCode", "citizenId", "ground", "channel", "caseNumber", "unit", "context"])
def test_a_code_or_an_id_is_not_mistaken_for_a_person(name: str) -> None:
    assert faults_of({name: CODE}) == []


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"type": "string"}, "text without a pattern"),
        ({"type": "string", "minLength": 1}, "text without a pattern"),
        ({"type": "array", "items": {"type": "string"}}, "text without a pattern"),
        ({}, "anything at all"),
        ({"type": "array", "items": {}}, "anything at all"),
    ],
)
def test_a_field_without_bounds_is_refused(field: Schema, said: str) -> None:
    assert [fault for fault in faults_of({"kind": field}) if said in fault]


def test_a_field_inside_a_field_needs_a_purpose_of_its_own() -> None:
    place = {"type": "object", "properties": {"phone": CODE}}

    found = faults_of({"place": place})

    assert f"{TYPE}: place.phone has no purpose in FIELDS.yaml" in found
    assert f"{TYPE}: place.phone tells of a person: phone" in found


def test_a_field_nobody_listed_is_refused_and_so_is_one_without_a_purpose() -> None:
    assert faults_of({"kind": CODE}, listed={}) == [f"{TYPE}: kind has no purpose in FIELDS.yaml"]
    assert faults_of({"kind": CODE}, listed={"kind": "  "}) == [f"{TYPE}: kind has no purpose in FIELDS.yaml"]


def test_a_listed_field_or_event_that_is_gone_is_refused() -> None:
    assert faults_of({}, listed={"kind": "was there"}) == [f"{TYPE}: kind is in FIELDS.yaml and not in the event"]
    assert list(privacy.faults({}, {TYPE: {}})) == [f"{TYPE} is in FIELDS.yaml and is no event"]


def test_a_real_event_that_gains_a_telephone_number_is_refused() -> None:
    event = every_event()[0]
    schema = copy.deepcopy(schema_of(event))
    schema["properties"]["phone"] = {"type": "string"}

    found = list(
        privacy.faults({event.event_type: schema}, {event.event_type: privacy.allow_list(ROOT)[event.event_type]})
    )

    assert len(found) == 3
