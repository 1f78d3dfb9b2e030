"""A small OpenAPI document in which nothing is wrong, for the canaries of the doors to spoil."""

import copy
from typing import Any

ANSWERS = {status: {"description": "."} for status in ("400", "401", "403", "429", "500", "503")}
GUARDED = {"security": [{"bearer": []}], "x-permission": "things:write", "tags": ["things"], "description": "."}
THING = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "note": {"type": "string", "maxLength": 200},
        "tags": {"type": "array", "maxItems": 3, "items": {"enum": ["a", "b"]}},
        "parent": {"$ref": "#/components/schemas/Thing"},
    },
}
SOUND: dict[str, Any] = {
    "components": {"schemas": {"Thing": THING}},
    "paths": {
        "/v1/things": {
            "post": {
                **GUARDED,
                "operationId": "makeThing",
                "summary": "Make a thing",
                "parameters": [
                    {
                        "in": "header",
                        "name": "Idempotency-Key",
                        "required": True,
                        "schema": {"type": "string", "maxLength": 9},
                    }
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": ANSWERS,
            },
            "get": {
                **GUARDED,
                "operationId": "listThings",
                "summary": "List things",
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 200}},
                    {"in": "query", "name": "cursor", "schema": {"type": "string", "maxLength": 9}},
                ],
                "responses": {
                    "200": {
                        "description": ".",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "properties": {"items": {"type": "array"}}}
                            }
                        },
                    },
                    **ANSWERS,
                },
            },
        }
    },
}


def sound() -> dict[str, Any]:
    """A copy that may be spoiled."""
    return copy.deepcopy(SOUND)
