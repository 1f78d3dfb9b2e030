"""The one way in. Before a service or one of our own routes sees a request, it passes, in this order:

too many at once (503) → no such method (405) → who (401) → how often (429) → how large (413) → on to the
service.

The probes are answered without any of it: they must tell the truth under load. What is no service's path goes
on to our own application, which knows its routes and says 404 to the rest.
"""

import time
from collections.abc import Callable, Hashable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import tracing
from chassis.auth import Claims, Unauthenticated
from chassis.errors import BadInput, Refusal
from chassis.problems import MethodNotAllowed, QuotaExceeded, Unauthorised, Unavailable, language_of, problem
from gateway.headers import Headers, first, replaced
from gateway.limits import POLICY, Verdict
from gateway.proxy import ClientGone, Incoming, forward
from gateway.refusals import Overloaded
from gateway.town import Town
from gateway.upstreams import Route

PROBES = ("/livez", "/readyz")
_INVALID = 'Bearer realm="helhed", error="invalid_token"'


class Entrance:
    """ASGI middleware around our own application, inside the chassis' threshold, which adds headers and logs."""

    def __init__(self, app: ASGIApp, town: Town) -> None:
        self.app = app
        self.town = town

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            with self.town.slots.one() as free:
                if not free:
                    raise Overloaded
                await self._let_in(scope, receive, answer)
        except Refusal as refusal:
            headers = refusal.facts.pop("headers", None)
            language = language_of(Request(scope))
            trace_id = tracing.current().trace_id
            await problem(refusal, language=language, trace_id=trace_id, headers=headers)(scope, receive, answer)
        except ClientGone:
            return

    async def _let_in(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        route = self.town.routes.find(scope["raw_path"])
        if route is not None:
            scope["route"] = route  # the log line says the template, never the path
            if scope["method"] == "OPTIONS":
                await answer.options(route)
                return
            if scope["method"] not in route.methods:
                raise MethodNotAllowed(headers={"Allow": route.allow})
        claims = await self._who(scope, answer, route)
        if claims is not None:
            self._keep_in_step(scope, answer, claims)
        if route is None:
            await self.app(scope, receive, answer)
            return
        with self.town.shares[route.service].one() as free:
            if not free:
                raise Overloaded
            await self._hand_on(scope, receive, answer, route)

    async def _who(self, scope: Scope, answer: "_Answer", route: Route | None) -> Claims | None:
        """The caller's claims, after counting the call; None where none are needed.

        Who has no token that holds is counted by address, so that guessing tokens is limited too. Our own routes
        are behind doors that say 401 themselves.
        """
        claims: Claims | None = None
        refused: Unauthorised | None = None
        if route is None or scope["method"] not in route.public:
            try:
                claims = await self._claims(scope)
            except Unauthorised as refusal:
                refused = refusal
        self._count(_caller(claims) if claims else ("address", self.town.address(scope)), answer)
        if refused is not None and route is not None:
            raise refused
        return claims

    async def _claims(self, scope: Scope) -> Claims:
        credentials = [value for name, value in scope["headers"] if name == b"authorization"]
        if not credentials:
            raise Unauthorised
        scheme, _, token = credentials[0].decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorised
        if len(credentials) > 1:  # a service might read the other one
            raise Unauthorised(challenge=_INVALID)
        try:
            return await self.town.verifier.verify(token.strip())
        except Unauthenticated as refused:
            if refused.reason == "keys-away":
                raise Unavailable from None
            raise Unauthorised(challenge=_INVALID) from None

    def _count(self, caller: Hashable, answer: "_Answer") -> None:
        verdict = self.town.buckets.take(caller, time.monotonic())
        answer.add = self.town.buckets.headers(verdict)
        if not verdict.allowed:
            raise _too_often(verdict)

    def _keep_in_step(self, scope: Scope, answer: "_Answer", claims: Claims) -> None:
        """Let this request know of the caller's writes, and the caller's next requests of this one's."""
        writer = (claims.issuer, claims.subject, claims.authority or "")
        sent = first(scope["headers"], b"sync-token")
        token = self.town.memory.token_for(
            writer, sent.decode("latin-1") if sent is not None else None, time.monotonic()
        )
        if token is not None:
            scope["headers"] = replaced(scope["headers"], b"sync-token", token.encode("latin-1"))
        answer.wrote = lambda token: self.town.memory.remember(writer, token, time.monotonic())

    async def _hand_on(self, scope: Scope, receive: Receive, answer: "_Answer", route: Route) -> None:
        settings = self.town.settings
        incoming = Incoming(receive, settings.max_body, settings.total_timeout)
        body = await incoming.body(scope["headers"])
        await forward(
            self.town.connections,
            service=route.service,
            method=scope["method"],
            target=_target(scope),
            headers=self.town.onward(scope),
            incoming=incoming,
            body=body,
            send=answer,
        )


class _Answer:
    """The way out: adds what the entrance says about every answer, and passes on what an answer says of a write."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.add: Headers = []
        self.wrote: Callable[[str], None] = lambda token: None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), *self.add]
            token = first(headers, b"sync-token")
            if token is not None and message["status"] < 300:
                self.wrote(token.decode("latin-1"))  # before the caller can read it, so before its next request
            message = {**message, "headers": headers}
        await self._send(message)

    async def options(self, route: Route) -> None:
        """The answer to OPTIONS that is no preflight: which methods there are."""
        await self({"type": "http.response.start", "status": 204, "headers": [(b"allow", route.allow.encode())]})
        await self({"type": "http.response.body", "body": b""})


def _caller(claims: Claims) -> Hashable:
    return "caller", claims.issuer, claims.client, claims.subject


def _target(scope: Scope) -> str:
    raw: bytes = scope["raw_path"]
    if scope["query_string"]:
        raw += b"?" + scope["query_string"]
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise BadInput from None


def _too_often(verdict: Verdict) -> QuotaExceeded:
    return QuotaExceeded(violated_policies=[POLICY], headers={"Retry-After": str(verdict.retry_after)})
