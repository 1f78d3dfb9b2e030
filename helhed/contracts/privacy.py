"""No field of an event without a purpose, and none that could carry a person.

`contracts/FIELDS.yaml` is the allow-list: who reviews a new field reviews a new line there.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from helhed.contracts.schemas import Schema

FORBIDDEN = frozenset(
    {
        "address", "answer", "because", "birth", "birthday", "citizen", "comment", "cpr", "description",
        "diagnosis", "domain", "email", "identifier", "label", "medication", "mobile", "name", "note", "notes",
        "phone", "reason", "remark", "score", "statement", "summary", "telephone", "text", "title", "words",
    }
)  # fmt: skip
"""Words that say a field holds a person, their words or their health."""
HARMLESS_ENDS = frozenset({"id", "code"})
"""`reasonCode` is a code and `citizenId` an id: their shape is checked like any other's."""
_BOUNDED = ("pattern", "maxLength", "format", "enum", "const")


def allow_list(root: Path) -> dict[str, dict[str, Any]]:
    """Event type → `receivers` and, field by field, what it is for."""
    listed: dict[str, dict[str, Any]] = yaml.safe_load((root / "FIELDS.yaml").read_text("utf-8"))["events"]
    return listed


def faults(schemas: dict[str, Schema], allowed: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What the data protection officer would send back."""
    for event_type in sorted(allowed.keys() - schemas.keys()):
        yield f"{event_type} is in FIELDS.yaml and is no event"
    for event_type, schema in schemas.items():
        purposes = allowed.get(event_type, {}).get("fields", {})
        found = list(_fields(schema))
        for name in sorted(purposes.keys() - {name for name, _ in found}):
            yield f"{event_type}: {name} is in FIELDS.yaml and not in the event"
        for name, field in found:
            yield from (f"{event_type}: {name} {fault}" for fault in _field_faults(name, field, purposes))


def _field_faults(name: str, field: Schema, purposes: dict[str, str]) -> Iterator[str]:
    if not str(purposes.get(name) or "").strip():
        yield "has no purpose in FIELDS.yaml"
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name.rsplit(".", 1)[-1])
    told = {word.lower() for word in words} & FORBIDDEN
    if told and words[-1].lower() not in HARMLESS_ENDS:
        yield f"tells of a person: {', '.join(sorted(told))}"
    if field.get("type") == "string" and not any(keyword in field for keyword in _BOUNDED):
        yield "is text without a pattern or a longest length"
    if not {"type", "enum", "const"} & field.keys():
        yield "may be anything at all"


def _fields(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every field, and what is inside it. The items of a list go by the list's name: they share its
    purpose."""
    for name, field in schema.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        yield at, field
        yield from _fields(field, at)
        if "items" in field:
            yield at, field["items"]
            yield from _fields(field["items"], at)
