"""The gate, shown refusing one planted violation of each kind."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.events import every_event
from contracts.events.cases import ConsentGivenV1
from contracts.events.surveys import InvitationIssuedV1
from helhed.contracts.compatibility import breaks
from helhed.contracts.schemas import Schema, schema_of

Change = Callable[[Schema], Any]

RELEASED: Schema = {
    "type": "object",
    "properties": {
        "needId": {"type": "string", "format": "uuid"},
        "sector": {"type": "string", "pattern": "^[a-z]{1,32}$"},
        "unit": {"type": "string", "minLength": 1, "maxLength": 100},
        "purpose": {"type": "string", "enum": ["casework", "evaluation"]},
        "weeks": {"type": "integer", "minimum": 1, "maximum": 52},
        "kinds": {
            "type": "array",
            "items": {"type": "string", "maxLength": 64},
            "minItems": 1,
            "maxItems": 50,
        },
        "place": {"type": "object", "properties": {"sector": {"type": "string"}}, "required": ["sector"]},
    },
    "required": ["needId", "sector"],
    "additionalProperties": True,
}

VIOLATIONS: dict[str, tuple[Change, str]] = {
    "a field removed": (lambda s: s["properties"].pop("unit"), "unit: removed"),
    "a required field removed": (
        lambda s: (s["properties"].pop("needId"), s["required"].remove("needId")),
        "needId: removed",
    ),
    "a field renamed": (lambda s: s["properties"].update(team=s["properties"].pop("unit")), "unit: removed"),
    "a required field added": (
        lambda s: (s["properties"].update(new={"type": "string"}), s["required"].append("new")),
        "new: required, and it was not",
    ),
    "a field made required": (lambda s: s["required"].append("unit"), "unit: required, and it was not"),
    "a field made optional": (lambda s: s["required"].remove("sector"), "sector: no longer required"),
    "a type changed": (lambda s: s["properties"]["weeks"].update(type="number"), "weeks: type changed"),
    "a format changed": (lambda s: s["properties"]["needId"].update(format="uri"), "needId: format changed"),
    "a format dropped": (lambda s: s["properties"]["needId"].pop("format"), "needId: format changed"),
    "an enum narrowed": (lambda s: s["properties"]["purpose"]["enum"].pop(), "purpose: enum narrowed"),
    "an enum widened": (
        lambda s: s["properties"]["purpose"]["enum"].append("audit"),
        "purpose: enum widened",
    ),
    "an enum exchanged": (
        lambda s: s["properties"]["purpose"].update(enum=["casework", "audit"]),
        "purpose: enum narrowed and widened",
    ),
    "an enum opened": (lambda s: s["properties"]["purpose"].pop("enum"), "purpose: enum changed"),
    "a pattern narrowed": (
        lambda s: s["properties"]["sector"].update(pattern="^[a-z]{1,8}$"),
        "sector: pattern",
    ),
    "a pattern added": (lambda s: s["properties"]["unit"].update(pattern="^x"), "unit: pattern changed"),
    "text shortened": (lambda s: s["properties"]["unit"].update(maxLength=50), "unit: maxLength narrowed"),
    "text lengthened": (lambda s: s["properties"]["unit"].update(maxLength=200), "unit: maxLength widened"),
    "a longest length dropped": (
        lambda s: s["properties"]["unit"].pop("maxLength"),
        "unit: maxLength widened",
    ),
    "a shortest length raised": (
        lambda s: s["properties"]["unit"].update(minLength=2),
        "unit: minLength narrowed",
    ),
    "a minimum raised": (lambda s: s["properties"]["weeks"].update(minimum=2), "weeks: minimum narrowed"),
    "a minimum lowered": (lambda s: s["properties"]["weeks"].update(minimum=0), "weeks: minimum widened"),
    "a maximum lowered": (lambda s: s["properties"]["weeks"].update(maximum=51), "weeks: maximum narrowed"),
    "a list shortened": (lambda s: s["properties"]["kinds"].update(maxItems=5), "kinds: maxItems narrowed"),
    "an item changed": (
        lambda s: s["properties"]["kinds"]["items"].update(maxLength=9),
        "kinds[]: maxLength",
    ),
    "items no longer described": (lambda s: s["properties"]["kinds"].pop("items"), "kinds: items changed"),
    "an inner field removed": (
        lambda s: (
            s["properties"]["place"]["properties"].clear(),
            s["properties"]["place"]["required"].clear(),
        ),
        "place.sector: removed",
    ),
    "the schema closed": (
        lambda s: s.update(additionalProperties=False),
        "the data: additionalProperties changed",
    ),
    "a keyword the gate does not know": (lambda s: s.update(oneOf=[{}]), "cannot judge the keyword oneOf"),
    "an unknown keyword in a field": (
        lambda s: s["properties"]["unit"].update(anyOf=[{}]),
        "unit: the gate cannot",
    ),
}


@pytest.mark.parametrize(("change", "said"), VIOLATIONS.values(), ids=VIOLATIONS.keys())
def test_the_gate_refuses(change: Change, said: str) -> None:
    today = copy.deepcopy(RELEASED)
    change(today)

    found = breaks(RELEASED, today)

    assert len(found) == 1
    assert said in found[0]


ALLOWED: dict[str, Change] = {
    "nothing changed": lambda s: None,
    "an optional field": lambda s: s["properties"].update(dueOn={"type": "string", "format": "date"}),
    "an optional inner field": lambda s: s["properties"]["place"]["properties"].update(unit={"type": "string"}),
    "better words": lambda s: s["properties"]["unit"].update(description="Which unit", title="Unit"),
    "an enum in another order": lambda s: s["properties"]["purpose"]["enum"].reverse(),
    "an optional field called like an annotation": lambda s: s["properties"].update(default={"type": "boolean"}),
}


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED.keys())
def test_the_gate_lets_pass(change: Change) -> None:
    today = copy.deepcopy(RELEASED)
    change(today)

    assert breaks(RELEASED, today) == []


def test_a_change_of_a_real_class_is_refused() -> None:
    class Stricter(InvitationIssuedV1):
        channel: str

    class Richer(ConsentGivenV1):
        purpose: str | None = None

    assert breaks(schema_of(InvitationIssuedV1), schema_of(Stricter)) == ["channel: required, and it was not"]
    assert breaks(schema_of(ConsentGivenV1), schema_of(Richer)) == []


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_no_field_of_a_real_event_escapes_the_gate(event: type) -> None:
    released = schema_of(event)

    for name in released["properties"]:
        without = copy.deepcopy(released)
        del without["properties"][name]
        otherwise = copy.deepcopy(released)
        otherwise["properties"][name]["type"] = "null"

        assert f"{name}: removed" in breaks(released, without)
        assert any(fault.startswith(f"{name}: type changed") for fault in breaks(released, otherwise))
