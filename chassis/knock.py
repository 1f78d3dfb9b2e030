"""Asks our own front door, as the caller: may they read this, today?"""

from typing import Any

from starlette.requests import Request

from chassis import tracing
from chassis.actor import Actor
from chassis.guards import AS_BEFORE, PURPOSES_OF


def _purpose(actor: Actor) -> str:
    """The one the caller has, or one that their roles may have: they repeat a change, for which none was asked."""
    theirs = sorted(frozenset().union(*(PURPOSES_OF.get(role, frozenset()) for role in actor.roles)))
    return actor.purpose or next(iter(theirs), "casework")


async def status_for(request: Request, path: str) -> int:
    """The status our own application gives the same caller for a GET of `path`."""
    kept = (b"authorization", b"access-purpose", b"acting-unit")
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
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await request.app(scope, receive, send)
    return statuses[0]
