"""A body that is taken as it comes: the one way past JSON, for files that are sent in parts.

`content: Annotated[Content, Depends(RawBody("application/x-ndjson", "text/csv"))]` in a route's signature. The door
checks the kind before it reads, and reads no more than any other body may have: who sends more sends it in parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from fastapi import Request

from chassis.hygiene import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Content:
    """What was sent, and of what kind it says it is. Nobody has looked inside."""

    kind: str
    body: bytes


class RawBody:
    """As a dependency: the body, unread, if it is of one of these kinds."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    async def __call__(self, request: Request) -> Content:
        return Content(kind_of(request), await request.body())


def kind_of(request: Request) -> str:
    """The kind of content a request says it brings, without its parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def raw_body_of(endpoint: Callable[..., Any]) -> RawBody | None:
    """The raw body in a route's signature, if it takes one."""
    hints = get_type_hints(endpoint, include_extras=True).values()
    dependencies = [getattr(mark, "dependency", None) for hint in hints for mark in getattr(hint, "__metadata__", ())]
    return next((found for found in dependencies if isinstance(found, RawBody)), None)


def request_document(raw: RawBody) -> dict[str, Any]:
    """An OpenAPI request body: text of a bounded length, or a JSON object that its route reads by itself."""
    return {"required": True, "content": {kind: {"schema": _schema_of(kind)} for kind in raw.kinds}}


def _schema_of(kind: str) -> dict[str, Any]:
    return {"type": "object"} if kind == "application/json" else {"type": "string", "maxLength": MOST_BYTES}
