"""HSDS documents to try, and how they are sent. All of it is made up here; the shape is HSDS 3.2's."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.referrals.schemas.hsds import HsdsService
from tests.referrals.world import Caller

Json = dict[str, Any]
NEW = {"If-None-Match": "*"}
NDJSON = "application/x-ndjson"


def organisation(**changes: Any) -> Json:
    """An organisation with the least it must say."""
    return {"id": str(uuid4()), "name": "Åkandehuset", "description": "Et rådgivningshus.", **changes}


def location(**changes: Any) -> Json:
    """A location with the least it must say, and an address."""
    address = {
        "id": str(uuid4()),
        "address_1": "Algade 7",
        "city": "Køge",
        "state_province": "Sjælland",
        "postal_code": "4600",
        "country": "DK",
        "address_type": "physical",
    }
    return {
        "id": str(uuid4()),
        "location_type": "physical",
        "name": "Det gule hus",
        "addresses": [address],
        **changes,
    }


def service(**changes: Any) -> Json:
    """A service with the least it must say; a member given as None is left out."""
    told = {"id": str(uuid4()), "name": "Gældsrådgivning", "status": "active", **changes}
    return {member: value for member, value in told.items() if value is not None}


def place(**changes: Any) -> Json:
    """A service at a location."""
    return {"id": str(uuid4()), **changes}


def whole(**changes: Any) -> Json:
    """A service with its organisation, a place, and members that HSDS does not know."""
    return service(
        description="Vi hjælper dig med at få overblik over din gæld.",
        organization=organisation(x_cvr="12345678"),
        service_at_locations=[place(location=location(x_floor=2), x_note={"deep": [1, 2.5, None, True]})],
        languages=[{"id": str(uuid4()), "code": "ur", "name": "Urdu"}],
        x_origin={"system": "tilbudsportal", "keys": ["a", "b"]},
        **changes,
    )


def everything() -> Json:
    """A service in which every member of every object that HSDS knows is told, from the schema itself."""
    schema = HsdsService.model_json_schema()
    return dict(_sample(schema, schema["$defs"], ""))


def _sample(schema: Json, known: Mapping[str, Json], named: str) -> Any:
    while "anyOf" in schema or "$ref" in schema:
        schema = schema["anyOf"][0] if "anyOf" in schema else known[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            return {name: _sample(inside, known, name) for name, inside in schema["properties"].items()}
        case "array":
            return [_sample(schema["items"], known, named)]
        case "number":
            return 12.5
        case "boolean":
            return True
    return _text(schema, named)


def _text(schema: Json, named: str) -> str:
    pattern = schema.get("pattern", "")
    if "0-9a-fA-F" in pattern or schema.get("format") == "uuid":
        return str(uuid4())
    if "@" in pattern:
        return "post@example.org"
    if "[Tt]" in pattern:
        return "2026-11-22T10:30:45.123Z"
    if schema.get("format") == "date" or (schema.get("maxLength") == 10 and named != "currency"):
        return "2026-11-22"
    if schema.get("maxLength") == 35:
        return "ur"
    if pattern == "^[0-9]{4}$":
        return "0101"
    return {"currency": "DKK", "unit": "unit", "covers": "debt"}.get(named, "https://example.org/om")


async def put(caller: Caller, path: str, body: Any, **headers: str) -> httpx2.Response:
    """Put something there; `if_match="1"` names the version read, nothing says that it is new."""
    named = {"If-Match": f'"{headers["if_match"]}"'} if "if_match" in headers else NEW
    return await caller.http.put(f"/v1/directory{path}", headers={**caller.headers, **named}, json=body)


async def put_service(caller: Caller, body: Json, **headers: str) -> httpx2.Response:
    """Put a service at its address."""
    return await put(caller, f"/services/{body['id']}", body, **headers)


async def send_file(caller: Caller, content: bytes | Json, kind: str = "application/json", **query: str) -> Json:
    """Import a file; what became of it."""
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()
    answer = await post_file(caller, sent, kind, **query)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def post_file(caller: Caller, content: bytes, kind: str, **query: str) -> httpx2.Response:
    """Import a file, as it is."""
    headers = {**caller.headers, "Content-Type": kind, "Idempotency-Key": uuid4().hex}
    return await caller.http.post("/v1/directory/imports", headers=headers, params=query, content=content)


def lines(*services: Json) -> bytes:
    """An NDJSON file."""
    return b"\n".join(json.dumps(one).encode() for one in services)


def canonical(document: Any) -> str:
    """A document so that two that say the same are the same text."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False)


def placed(sector: str = "social", **changes: Any) -> Json:
    """The member in which an authority says where a service stands."""
    return {"sector": sector, "covers": ["debt"], "published": True, **changes}


def id_of(document: Json) -> UUID:
    """The id of a document."""
    return UUID(document["id"])
