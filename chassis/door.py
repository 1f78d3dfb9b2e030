"""The door of every operation: who, may they, what do they bring, was it said before; then one transaction; then out.

A `Door` is a FastAPI route class. It opens the transaction before the handler and commits it after the answer is built
and before the first byte leaves, so an answer never claims what the database did not keep. In the same transaction lie
the idempotency key, the look-up log and the outbox rows. The order of checks is a promise (see docs/decisions):
401 → 403 → 406/415/413 → 400, all faults at once → 428 → 404 → 412 → 409.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, get_type_hints

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant
from fastapi.routing import APIRoute

from chassis import hygiene, idempotency, sync
from chassis.audit import REFUSED, looked_up
from chassis.auth import Unauthenticated
from chassis.concurrency import is_known
from chassis.database import Database, Transaction
from chassis.documentation import document
from chassis.errors import NotFound, Refusal, Text
from chassis.given import Answer, Findings, House, findings, refusing_faults
from chassis.guards import ANONYMOUS, Permission, PublicDoor
from chassis.knock import Readings, read
from chassis.problems import (
    Fault,
    Faults,
    NotAcceptable,
    Unauthorised,
    Unavailable,
    WrongMediaType,
)
from chassis.raw import kind_of, raw_body_of, request_document

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class CleanRequest(Request):
    """A request whose body has been read, checked and parsed once."""

    def bring(self, body: bytes, parsed: Any) -> None:
        self._clean_body, self._parsed = body, parsed

    async def body(self) -> bytes:
        return self._clean_body

    async def json(self) -> Any:
        return self._parsed


class Door(APIRoute):
    """A route that checks before it opens. A route without a guard in its signature cannot be built."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.guard = guard_of(endpoint)
        self.raw = raw_body_of(endpoint)
        if self.raw:
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**extra, "requestBody": request_document(self.raw)}
        read = _header_names(get_dependant(path=path, call=endpoint))
        versioned, makes = "if-match" in read, "if-none-match" in read
        document(options, self.guard, set(options.get("methods") or {"GET"}), path, versioned=versioned, makes=makes)
        super().__init__(path, refusing_faults(endpoint), **options)

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()
        declared = _query_names(self.dependant)

        async def handler(request: Request) -> Response:
            return await _Visit(self, request, declared).receive(inner)

        return handler


class _Visit:
    """One request at one door."""

    def __init__(self, door: Door, request: Request, declared: frozenset[str]) -> None:
        self.door, self.guard, self.declared = door, door.guard, declared
        self.request = CleanRequest(request.scope, request.receive)
        self.house: House = request.app.state.house
        self.readings: Readings = request.app.state.readings
        self.method = request.method
        self.path = request.scope["path"]
        # What has no key changes nothing: it is a read, in whichever clothes, and says why.
        self.reads = self.method in ("GET", "POST") and not idempotency.needs_key(self.method, self.path)
        self.answer = Answer()
        self.actor = ANONYMOUS
        self.faults: list[Fault] = []

    async def receive(self, inner: Handler) -> Response:
        await self._who()
        body = await self._what()
        claim = self._repeat(body)
        points = self._awaits()
        findings.set(Findings(self.faults))
        state = self.request.state
        state.actor, state.answer, state.house = self.actor, self.answer, self.house
        if self.house.database is None:
            return self._finish(await inner(self.request), None)
        if points and self.house.caught_up and not self.faults:
            await self.house.caught_up.wait_for(points, self.actor.authority)
        try:
            async with self.house.database.transaction(self.actor.authority or "public") as tx:
                state.tx = tx
                kept = await claim.earlier(tx, self.house.sealer) if claim and not self.faults else None
                if kept is None:
                    return await self._within(tx, inner, claim)
        except Refusal as refusal:
            await self._note(refusal, self.house.database)
            raise
        # After the transaction: to ask our own front door takes a second one, and a pool of five must not wait for it.
        return await self._again(kept)

    async def _note(self, refusal: Refusal, database: Database) -> None:
        """What a refusal gives away was looked up. Its own transaction is undone by now, so the log gets another."""
        if refusal.tells_of:
            async with database.transaction(self.actor.authority) as tx:
                await looked_up(tx, self.actor, refusal.tells_of, REFUSED)

    async def _within(self, tx: Transaction, inner: Handler, claim: idempotency.Claim | None) -> Response:
        response = self._finish(await inner(self.request), tx)
        if isinstance(self.guard, Permission) and self.guard.personal and not tx.lookups:
            raise RuntimeError("personal data was told and nothing was logged")
        if claim and 200 <= response.status_code < 300:
            await tx.enter(self.actor.authority or "public")
            headers = {k: v for k, v in response.headers.items() if k != "content-length"}
            body = b"" if self._can_be_read_anew(headers) else bytes(response.body)
            await claim.keep(tx, self.house.sealer, idempotency.Kept(response.status_code, headers, body))
        return response

    async def _who(self) -> None:
        if isinstance(self.guard, PublicDoor):
            return
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorised()
        try:
            claims = await self.house.verifier.verify(token.strip())
        except Unauthenticated as refused:
            if refused.reason == "keys-away":
                raise Unavailable() from None
            raise Unauthorised(challenge='Bearer realm="helhed", error="invalid_token"') from None
        self.actor, faults = self.guard.admit(claims, self.request, reads=self.reads)
        self.faults += faults

    async def _what(self) -> bytes:
        accept = self.request.headers.get("accept", "").lower() or "*/*"
        if not any(kind in accept for kind in ("*/*", "application/*", "json")):
            raise NotAcceptable()
        for name in dict.fromkeys(self.request.query_params.keys()):
            repeated = len(self.request.query_params.getlist(name)) > 1
            if repeated or name not in self.declared:
                text = Text("kendes ikke, eller står to gange", "is not known, or stands twice")
                pointer = f"/{name}" if name in self.declared else ""
                self.faults.append(Fault("query", pointer, "repeated" if repeated else "unknown", text))
        if self.door.body_field is None and self.door.raw is None:
            self.request.bring(b"", None)
            return b""
        kinds = ("application/merge-patch+json",) if self.method == "PATCH" else ("application/json",)
        wanted = self.door.raw.kinds if self.door.raw else kinds
        if kind_of(self.request) not in wanted:
            raise WrongMediaType(accepts=wanted)
        body = await hygiene.read(self.request)
        if self.door.raw:
            self.request.bring(body, None)
            return body
        try:
            self.request.bring(body, hygiene.check(body))
        except hygiene.Unclean as unclean:
            # Nothing can be said about the members of what cannot be read.
            raise Faults([*self.faults, hygiene.fault(unclean)]) from None
        return body

    def _repeat(self, body: bytes) -> idempotency.Claim | None:
        if not idempotency.needs_key(self.method, self.path):
            return None
        header = self.request.headers.get(idempotency.HEADER)
        key = idempotency.parse(header or "")
        if key is None:
            code = "idempotency-key-required" if header is None else "idempotency-key-malformed"
            text = Text("skal være en streng på 16 til 255 tegn", "must be a string of 16 to 255 characters")
            self.faults.append(Fault("header", "/Idempotency-Key", code, text))
            return None
        return idempotency.Claim(
            self.actor, method=self.method, route=self.door.path, path=self.path, key=key, body=body
        )

    def _awaits(self) -> list[sync.Point]:
        header = self.request.headers.get(sync.HEADER)
        if header is None or isinstance(self.guard, PublicDoor):
            return []  # who is nobody has written nothing, and may not make us wait
        try:
            return sync.parse(header)
        except ValueError:
            text = Text("er ikke et Sync-Token herfra", "is not a Sync-Token of ours")
            self.faults.append(Fault("header", "/Sync-Token", "malformed", text))
            return []

    def _finish(self, response: Response, tx: Transaction | None) -> Response:
        response.headers.update(self.answer.headers)
        if tx and tx.announced:
            points = [sync.Point(self.house.service, case_id, last) for case_id, last in tx.announced.items()]
            response.headers[sync.HEADER] = sync.render(points)
        tag = response.headers.get("etag")
        if self.method == "GET" and tag and is_known(tag, self.request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers={"ETag": tag})
        return response

    def _can_be_read_anew(self, headers: Mapping[str, str]) -> bool:
        """Whether the answer is a resource in the shape in which it is read: then nobody needs to keep a copy."""
        if isinstance(self.guard, PublicDoor):
            return False
        told = self.door.response_model
        return told is not None and self.readings.shape_of(self._made(headers)) is told

    def _made(self, headers: Mapping[str, str]) -> str:
        """Where to read what the request made, or what it changed."""
        return headers.get("location") or self.readings.above(self.path)

    async def _again(self, kept: idempotency.Kept) -> Response:
        """The answer to a repeat: what its caller may read of it today (a consent may have been withdrawn since).

        What was kept word for word, such as a code that is told once, is told again to who may still read its resource.
        """
        headers = {**kept.headers, "Idempotent-Replayed": "true"}
        if isinstance(self.guard, PublicDoor):
            return Response(kept.body, kept.status, headers)
        # As a task: it has a context of its own, so that its trace and its faults do not become ours.
        heard = await asyncio.create_task(read(self.request, self._made(kept.headers)))
        if heard.status >= 500:
            raise Unavailable()
        if not 200 <= heard.status < 300:
            raise NotFound()
        if kept.body:
            return Response(kept.body, kept.status, headers)
        return Response(heard.body, kept.status, {**headers, **{k: v for k, v in heard.headers.items() if k == "etag"}})


def guard_of(endpoint: Callable[..., Any]) -> Permission | PublicDoor:
    """The one guard in a route's signature.

    Raises:
        TypeError: it has none, or two: both would be an accident.
    """
    hints = get_type_hints(endpoint, include_extras=True).values()
    dependencies = [getattr(mark, "dependency", None) for hint in hints for mark in getattr(hint, "__metadata__", ())]
    found = [guard for guard in dependencies if isinstance(guard, Permission | PublicDoor)]
    if len(found) != 1:
        raise TypeError(f"{endpoint.__qualname__} must have exactly one guard in its signature, it has {len(found)}")
    return found[0]


def _query_names(dependant: Dependant) -> frozenset[str]:
    names = {parameter.alias for parameter in dependant.query_params}
    return frozenset(names.union(*(_query_names(child) for child in dependant.dependencies)))


def _header_names(dependant: Dependant) -> frozenset[str]:
    names = {parameter.alias for parameter in dependant.header_params}
    return frozenset(names.union(*(_header_names(child) for child in dependant.dependencies)))


def room(*, tags: list[str], prefix: str = "/v1") -> APIRouter:
    """A router whose routes are doors."""
    return APIRouter(prefix=prefix, route_class=Door, tags=list(tags), redirect_slashes=False)
