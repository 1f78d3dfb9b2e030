"""Judges from outside whether something is FHIR R4: `fhir.resources` for the shapes, the codes of the specification
beside it (the library takes any word for a status), and that nothing is null or empty.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from pydantic import ValidationError

Json = dict[str, Any]

# R4B differs from R4 in neither of the two.
MODELS = {"Task": Task, "ServiceRequest": ServiceRequest}
# hl7.org/fhir/R4: request-intent, task-intent, request-status, task-status; all bound as required.
_INTENTS = {"proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"}
_BOTH_STATUSES = {"draft", "on-hold", "completed", "entered-in-error"}
CODES: Mapping[tuple[str, str], set[str]] = {
    ("Task", "intent"): {*_INTENTS, "unknown"},
    ("ServiceRequest", "intent"): {*_INTENTS, "directive"},
    ("ServiceRequest", "status"): {*_BOTH_STATUSES, "active", "revoked", "unknown"},
    ("Task", "status"): {
        *_BOTH_STATUSES,
        *("requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "failed"),
    },
}


class NotFhir(AssertionError):
    """What it is not, in words."""


def judged(resource: Json) -> Json:
    """The resource, found to be FHIR R4.

    Raises:
        NotFhir: it is none.
    """
    kind = MODELS[resource["resourceType"]]
    try:
        read = kind.model_validate(resource)
    except ValidationError as wrong:
        raise NotFhir(str(wrong)) from None
    if json.loads(read.model_dump_json()) != resource:
        raise NotFhir("it is not what it is read as")
    for fault in _faults(resource):
        raise NotFhir(fault)
    return resource


def _faults(resource: Json) -> Iterator[str]:
    for (kind, member), codes in CODES.items():
        if resource["resourceType"] == kind and member in resource and resource[member] not in codes:
            yield f"{member} is no code of R4"
    yield from (f"{pointer} says nothing" for pointer in _empty(resource, ""))
    if resource.get("lastModified", resource["authoredOn"]) < resource["authoredOn"]:
        yield "inv-1: changed before it was written"
    period = resource.get("executionPeriod", {})
    if period.get("end", "9") < period.get("start", ""):
        yield "per-1: over before it began"
    for reference in _references(resource):
        if not {"reference", "identifier", "display"} & set(reference):
            yield "ext-1: a reference to nothing"


def _empty(value: Any, at: str) -> Iterator[str]:
    if value is None or value in ("", [], {}):
        yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        yield from _empty(part, f"{at}/{name}")


def _references(resource: Json) -> Iterator[Json]:
    one = ("focus", "for", "requester", "owner", "subject")
    many = ("performer", "replaces", "supportingInfo")
    yield from (resource[name] for name in one if name in resource)
    yield from (reference for name in many for reference in resource.get(name, ()))
