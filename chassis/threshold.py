"""What every answer passes on its way out: headers, trace, one log line, and the last resort when something broke.

Pure ASGI: a framework middleware would cut the context variables and the cancellation of the work inside.
"""

import time
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import tracing
from chassis.problems import MEDIA_TYPE, PREFIX, Broken, language_of, problem

API_VERSION = "1.0.0"
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"api-version", API_VERSION.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)
_PROBLEM = MEDIA_TYPE.encode()
_QUIET = ("/livez", "/readyz")

log = structlog.get_logger("helhed.request")


class Threshold:
    """Wraps an application. Header values set inside win, so that a page may have its own policy."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        incoming = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"traceparent"), None)
        trace = tracing.start(incoming)
        began = time.perf_counter()
        head = scope["method"] == "HEAD"
        if head:
            scope = {**scope, "method": "GET"}
        out = _Out(send, trace.traceparent(), head=head)
        try:
            await self.app(scope, receive, out)
        except Exception as error:
            # The class of the error and where it rose: its message may hold what people wrote.
            log.error("broken", service=self.service, trace=trace.trace_id, error=_where(error))
            if out.status is None:
                answer = problem(Broken(), language=language_of(Request(scope)), trace_id=trace.trace_id)
                await answer(scope, receive, out)
        finally:
            self._log(scope, out, began, trace.trace_id, head=head)

    def _log(self, scope: Scope, out: "_Out", began: float, trace_id: str, *, head: bool) -> None:
        route = getattr(scope.get("route"), "path", None)
        if scope["path"] in _QUIET:
            return
        log.info(
            "request",
            service=self.service,
            method="HEAD" if head else scope["method"],
            route=route or "-",  # the template: a path may hold what should not be logged
            status=out.status,
            ms=round((time.perf_counter() - began) * 1000, 1),
            trace=trace_id,
            **({"problem": out.problem} if out.problem else {}),
        )


class _Out:
    def __init__(self, send: Send, traceparent: str, *, head: bool) -> None:
        self._send, self._traceparent, self._head = send, traceparent.encode(), head
        self.status: int | None = None
        self.problem: str | None = None
        """Which refusal it was, and nothing else of what it says: our own, or one that a service behind us gave."""
        self._refused = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._refused = any(k.lower() == b"content-type" and v == _PROBLEM for k, v in message.get("headers", []))
            headers: list[tuple[bytes, bytes]] = [
                (k, _allow(k, v)) for k, v in message.get("headers", []) if k.lower() != b"server"
            ]
            present = {k.lower() for k, _ in headers}
            headers += [(k, v) for k, v in SECURITY_HEADERS if k not in present]
            if b"traceparent" not in present:
                headers.append((b"traceparent", self._traceparent))
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            if self._refused:
                self.problem = _slug(message.get("body", b""))
            if self._head:
                message = {**message, "body": b""}
        await self._send(message)


def _slug(body: bytes) -> str | None:
    """The slug of a problem that was sent whole; None for half of one."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return str(told["type"]).removeprefix(PREFIX) if isinstance(told, dict) and "type" in told else None


def _allow(name: bytes, value: bytes) -> bytes:
    # HEAD is answered wherever GET is, by us and not by the router: so the router's Allow does not know.
    if name.lower() == b"allow" and b"GET" in value and b"HEAD" not in value:
        return value + b", HEAD"
    return value


def _where(error: BaseException) -> dict[str, Any]:
    frames = []
    trail = error.__traceback__
    while trail is not None:
        code = trail.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trail.tb_lineno}:{code.co_name}")
        trail = trail.tb_next
    return {"class": type(error).__qualname__, "cause": type(error.__cause__).__qualname__, "at": frames[-6:]}
