"""What every door does, said in the OpenAPI document once, so that no route has to."""

import re
from typing import Any

from pydantic.alias_generators import to_camel

from chassis import idempotency
from chassis.errors import Refusal
from chassis.guards import PURPOSES, Permission, PublicDoor
from chassis.problems import MEDIA_TYPE, PREFIX, Problem, every_refusal, response_document, status_of

PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Makes the request repeatable: same key and body, same answer, done once. Kept for 7 days.",
        "schema": {"type": "string", "minLength": 16, "maxLength": 255, "pattern": "^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$"},
        "example": "0f8fad5b-d9cb-469f-a165-70867728950e",
    },
    "AccessPurpose": {
        "name": "Access-Purpose",
        "in": "header",
        "required": False,
        "description": "Why personal data is read. Required unless the client's registration binds a default.",
        "schema": {"type": "string", "enum": PURPOSES},
        "example": "casework",
    },
    "ActingUnit": {
        "name": "Acting-Unit",
        "in": "header",
        "required": False,
        "description": "The unit (or sector) acted for. Required when the token names several.",
        "schema": {"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9:._-]+$"},
    },
    "SyncToken": {
        "name": "Sync-Token",
        "in": "header",
        "required": False,
        "description": "From an earlier write: the answer will know of it, or be 503 `not-caught-up`.",
        "schema": {"type": "string", "maxLength": 8192, "pattern": "^[a-z0-9:, -]+$"},
    },
    "IfMatchRequired": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the version that was read.",
        "schema": {"type": "string", "maxLength": 64, "pattern": '^"[0-9]{1,18}"$'},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "Honoured when sent: the change is made only to this version.",
        "schema": {"type": "string", "maxLength": 64, "pattern": '^"[0-9]{1,18}"$'},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "`*`: there is none yet, make the first. After that, `If-Match` with the version that was read.",
        "schema": {"type": "string", "const": "*"},
    },
}


def document(
    options: dict[str, Any],
    guard: Permission | PublicDoor,
    methods: set[str],
    path: str,
    *,
    versioned: bool,
    makes: bool,
) -> None:
    """Add to a route's options the headers it reads and the refusals its door can give.

    `versioned`: it compares the version the caller has read, where the caller says one. `makes`: a PUT that also makes
    the first version, where the caller says that there is none yet.
    """
    method = next(iter(methods - {"HEAD"}))
    public = isinstance(guard, PublicDoor)
    headers: list[str] = []
    statuses = {400: "`invalid-request`", 406: "`not-acceptable`", 413: "`too-large`", 429: "`quota-exceeded`"}
    statuses |= {500: "`internal-error`", 503: "`unavailable`, `not-caught-up`"}
    if not public:
        statuses |= {401: "`unauthenticated`", 403: "`not-allowed` and its kinds"}
        headers += ["AccessPurpose", "ActingUnit", "SyncToken"]
    if "{" in path or public:
        statuses[404] = "`not-found-or-not-yours`"
    if method == "POST":
        statuses[409] = "`idempotency-key-in-flight`, and rules"
        if idempotency.needs_key(method, path):
            headers.append("IdempotencyKey")
            statuses[422] = "`idempotency-key-reused`"
        if versioned:
            headers.append("IfMatch")
            statuses[412] = "`stale-version`"
    if method in ("PUT", "PATCH", "DELETE"):
        headers += ["IfMatch", "IfNoneMatch"] if makes else ["IfMatchRequired"]
        statuses |= {409: "rules", 412: "`stale-version`", 428: "`precondition-required`"}
    if method in ("POST", "PUT", "PATCH"):
        statuses[415] = "`unsupported-media-type`"
    if method == "GET":
        statuses[304] = ""
    given = options.get("responses") or {}
    options["responses"] = {
        status: {"description": "Not modified."} if status == 304 else given.get(status) or response_document(text)
        for status, text in sorted({**statuses, **dict.fromkeys(given, "")}.items())
    }
    extra = dict(options.get("openapi_extra") or {})
    extra["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in headers]
    extra["security"] = [] if public else [{"bearer": []}]
    if isinstance(guard, Permission):
        roles = ", ".join(sorted(guard.roles))
        extra["x-permission"] = guard.name
        extra["x-roles"] = sorted(guard.roles)
        options["response_description"] = options.get("response_description") or "Successful Response"
        extra.setdefault("x-stability", "beta")
        extra["x-authorisation"] = f"Permission `{guard.name}` (roles: {roles})."
    options["openapi_extra"] = extra


def _camel_path(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: "{" + to_camel(found[1]) + "}", path)


def _can_come_from(kind: type[Refusal], service: str) -> bool:
    """Whether it is the chassis' or this service's own. Where several services are in one interpreter (the generator
    of the documents, tests), a service does not answer with another's."""
    home = kind.__module__.split(".")[:2]
    return home[0] == "chassis" or service in home


def complete(document: dict[str, Any], *, service: str, title: str) -> dict[str, Any]:
    """The service's OpenAPI document with the shared components, without what our doors never answer."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    for name, schema in problem.pop("$defs", {}).items():
        schemas[name] = schema
    schemas["Problem"] = problem
    components["parameters"] = PARAMETERS
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token."}
    }
    document["x-problems"] = [
        {"type": PREFIX + slug, "status": status_of(kind), "title": {"da": kind.title.da, "en": kind.title.en}}
        for slug, kind in every_refusal().items()
        if _can_come_from(kind, service)
    ]
    document["paths"] = {_camel_path(path): operations for path, operations in document.get("paths", {}).items()}
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("in") == "path":
                    parameter["name"] = to_camel(parameter["name"])
            responses = operation.get("responses", {})
            if "HTTPValidationError" in str(responses.get("422", "")):
                del responses["422"]
            for status, response in responses.items():
                if status >= "400" and "content" in response:
                    response["content"] = {
                        MEDIA_TYPE: response["content"].get(
                            MEDIA_TYPE, {"schema": {"$ref": "#/components/schemas/Problem"}}
                        )
                    }
    document["info"].update(
        {
            "title": title,
            "license": {"name": "MPL-2.0", "identifier": "MPL-2.0"},
            "contact": {"name": "Helhed", "url": "https://example.org/helhed"},
            "x-service": service,
        }
    )
    document["servers"] = [{"url": "/", "description": "The gateway this document was read from."}]
    return document
