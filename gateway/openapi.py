"""One OpenAPI document for the whole town: the services' checked-in ones and our own, as seen at the gateway."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.upstreams import METHODS, Document

COMPONENT_KINDS = (
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
)
PART_OF = "x-part-of"
"""On a schema of ours: `GET /v1/…`, whose answer stands here unchanged."""
STABILITY = "beta"
"""What an operation promises that says nothing itself: the names are settled, details may still move."""

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_ANY_DOOR = {
    "413": "`too-large`",
    "429": "`quota-exceeded`: come back after `Retry-After` seconds",
    "503": "`upstream-unavailable`, `upstream-timeout`, `overloaded`, `not-caught-up`; see `Retry-After`",
}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": _PROBLEM}}}


ITSELF = "/v1/openapi.json"
_ITSELF = {
    "operationId": "readDocument",
    "summary": "This document",
    "description": "Every operation of every service. Readable without a token, and from any origin.",
    "tags": ["gateway"],
    "security": [],
    "x-stability": "stable",
    "responses": {
        "200": {
            "description": "OpenAPI 3.1.",
            "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
        },
        "429": _problem(_ANY_DOOR["429"]),
        "503": _problem(_ANY_DOOR["503"]),
    },
}


class Clash(RuntimeError):
    """Two documents say different things under one name. Nobody but the authors can tell which is meant."""


def merged(documents: Mapping[str, Document], own: Document) -> Document:
    """The document served at /v1/openapi.json.

    `own` describes the gateway's operations, and gives the title and the version.

    Raises:
        Clash: one name stands for two things.
    """
    everything = copy.deepcopy({**documents, "gateway": own})
    paths: dict[str, Any] = {ITSELF: {"get": copy.deepcopy(_ITSELF)}}
    components: dict[str, dict[str, Any]] = {}
    tags: dict[str, Any] = {}
    for service, document in everything.items():
        for path, item in document.get("paths", {}).items():
            if path.startswith("/v1/") and path != ITSELF:
                _put(paths, path, _as_seen_here(item, document), f"paths {path} ({service})")
        for kind in COMPONENT_KINDS:
            for name, component in document.get("components", {}).get(kind, {}).items():
                _put(components.setdefault(kind, {}), name, component, f"components/{kind}/{name} ({service})")
        tags |= {tag["name"]: tag for tag in document.get("tags", ())}
    _refuse_shared_names(paths)
    for _, operation in _operations(paths):
        tags |= {name: {"name": name} for name in operation.get("tags", ()) if name not in tags}
    document = {
        "openapi": "3.1.0",
        "info": own["info"],
        "servers": [{"url": "/", "description": "This gateway"}],
        "security": own.get("security", []),
        "tags": [tags[name] for name in sorted(tags)],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {kind: dict(sorted(components[kind].items())) for kind in COMPONENT_KINDS if kind in components},
    }
    _fill_parts(document["components"].get("schemas", {}), document["paths"])
    return document


def serialised(document: Document) -> bytes:
    """The bytes on the wire: stable, so that a change is a change."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _put(shelf: dict[str, Any], name: str, thing: Any, where: str) -> None:
    if name in shelf and shelf[name] != thing:
        raise Clash(f"{where} differs from what another document says under that name")
    shelf[name] = thing


def _as_seen_here(item: dict[str, Any], document: Document) -> dict[str, Any]:
    """A path item whose operations say what the gateway adds: its refusals, stability, explicit security."""
    seen = dict(item)
    for method in METHODS:
        if method in item:
            operation = dict(item[method])
            responses = dict(operation.get("responses", {}))
            for status, description in _ANY_DOOR.items():
                responses.setdefault(status, _problem(description))
            operation["responses"] = dict(sorted(responses.items()))
            operation.setdefault("x-stability", STABILITY)
            operation.setdefault("security", document.get("security", []))
            seen[method] = operation
    return seen


def _operations(paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def _refuse_shared_names(paths: dict[str, Any]) -> None:
    """An operationId names one operation: generated clients make a function of each."""
    seen: dict[str, str] = {}
    for name, operation in _operations(paths):
        other = seen.setdefault(operation.get("operationId", name), name)
        if other != name:
            raise Clash(f"{other} and {name} share the operationId {operation['operationId']}")


def _fill_parts(schemas: dict[str, Any], paths: dict[str, Any]) -> None:
    """Put the real schema where one of ours says that it hands on another operation's answer."""
    answers = {_nameless(name): operation for name, operation in _operations(paths)}
    for schema in schemas.values():
        for name, part in schema.get("properties", {}).items():
            operation = answers.get(_nameless(part.get(PART_OF, "")))
            if operation is not None:
                answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
                described = {"description": part["description"]} if "description" in part else {}
                schema["properties"][name] = {"anyOf": [answer, {"type": "null"}], **described}


def _nameless(path: str) -> str:
    """A path template without the names of its parameters: they are not on the wire, and no contract."""
    return re.sub(r"\{[^}]*\}", "{}", path)
