"""Two small services as their OpenAPI documents describe them."""

from typing import Any

from chassis.documentation import complete

_BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
_ANSWER = {
    "description": "The answer.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
}


def operation(name: str, *, public: bool = False, parameters: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """An operation with an id, a tag, and its door."""
    return {
        "operationId": name,
        "tags": ["things"],
        "parameters": list(parameters),
        "responses": {"200": dict(_ANSWER)},
        "security": [] if public else _BEARER,
    }


def document(title: str, paths: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    """A document with these paths, one schema that all share, and these of its own."""
    thing = {"type": "object", "properties": {"id": {"type": "string"}}}
    bare = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": {"Thing": thing, **schemas}},
    }
    return complete(bare, service=title.lower(), title=title)


def in_path(name: str) -> dict[str, Any]:
    """A path parameter."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


CASE = in_path("caseId")

CASES = document(
    "Cases",
    {
        "/v1/cases": {"get": operation("listCases"), "post": operation("openCase")},
        "/v1/cases/_search": {"post": operation("searchCases")},
        "/v1/cases/{caseId}": {
            "get": operation("readCase", parameters=(CASE,)),
            "patch": operation("changeCase", parameters=(CASE,)),
            "put": operation("replaceCase", parameters=(CASE,)),
            "delete": operation("removeCase", parameters=(CASE,)),
        },
        "/v1/cases/{caseId}/needs": {"get": operation("listNeeds", parameters=(CASE,))},
        "/v1/openapi.json": {"get": operation("casesDocument", public=True)},
        "/readyz": {"get": operation("casesReady", public=True)},
    },
)

SURVEYS = document(
    "Surveys",
    {
        "/v1/survey-sessions": {"post": operation("startSurvey", public=True)},
        "/v1/cases/{caseId}/scores": {
            "get": operation(
                "readScores",
                parameters=(
                    CASE,
                    {"name": "Scale-Version", "in": "header", "schema": {"type": "string"}},
                    {"name": "X-User-Id", "in": "header", "schema": {"type": "string"}},
                ),
            )
        },
    },
)
