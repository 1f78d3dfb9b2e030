"""Asks our own front door, as the caller: what may they read of this, today?"""

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request

from chassis import tracing
from chassis.actor import Actor
from chassis.guards import AS_BEFORE, PURPOSES_OF


def _purpose(actor: Actor) -> str:
    """The one the caller has, or one that their roles may have: they repeat a change, for which none was asked."""
    theirs = sorted(frozenset().union(*(PURPOSES_OF.get(role, frozenset()) for role in actor.roles)))
    return actor.purpose or next(iter(theirs), "casework")


@dataclass(slots=True)
class Heard:
    """What our own application said."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Readings:
    """In which shape our own reads answer, path by path."""

    def __init__(self, app: FastAPI) -> None:
        self._shapes: list[tuple[re.Pattern[str], Any]] = [
            (context.path_regex, context.response_model)
            for context in iter_route_contexts(app.routes)
            if "GET" in (context.methods or ()) and hasattr(context, "response_model")
        ]

    def shape_of(self, path: str) -> Any | None:
        """The model a GET of `path` answers with; None where nobody answers."""
        return next((shape for pattern, shape in self._shapes if pattern.match(path)), None)

    def above(self, path: str) -> str:
        """The nearest resource above `path` that can be read: a step is taken on it. Empty where there is none."""
        above = path.rsplit("/", 1)[0]
        return above if not above or self.shape_of(above) is not None else self.above(above)


async def read(request: Request, path: str) -> Heard:
    """What our own application tells the same caller for a GET of `path`."""
    kept = (b"authorization", b"access-purpose", b"acting-unit", b"accept-language")
    headers = [(k, v) for k, v in request.scope["headers"] if k in kept]
    headers.append((b"traceparent", tracing.current().traceparent().encode()))
    if not any(k == b"access-purpose" for k, _ in headers):
        headers.append((b"access-purpose", _purpose(request.state.actor).encode()))
    scope = {
        "type": "http",
        "asgi": request.scope["asgi"],
        "http_version": "1.1",
        "method": "GET",
        "scheme": request.scope["scheme"],
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": request.scope.get("client"),
        "server": request.scope.get("server"),
        AS_BEFORE: True,
    }
    heard = Heard()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            heard.status = message["status"]
            heard.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        elif message["type"] == "http.response.body":
            heard.body += message.get("body", b"")

    await request.app(scope, receive, send)
    return heard
