"""The door of every operation: who, may they, what do they bring, was it said before; then one transaction; then out.

A `Door` is a FastAPI route class. It opens the transaction before the handler and commits it after the answer is built
and before the first byte leaves, so an answer never claims what the database did not keep. In the same transaction lie
the idempotency key, the look-up log and the outbox rows. The order of checks is a promise (see docs/decisions):
401 → 403 → 406/415/413 → 400, all faults at once → 428 → 404 → 412 → 409.
"""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, get_type_hints

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from chassis import hygiene, idempotency, sync
from chassis.actor import Actor
from chassis.auth import Unauthenticated, Verifier
from chassis.concurrency import etag, is_known, wanted_version
from chassis.database import Database, Transaction
from chassis.documentation import document
from chassis.errors import NotFound, Text
from chassis.guards import ANONYMOUS, Permission, PublicDoor
from chassis.knock import status_for
from chassis.problems import (
    Fault,
    Faults,
    NotAcceptable,
    PreconditionRequired,
    Unauthorised,
    Unavailable,
    WrongMediaType,
    faults_of,
    language_of,
)
from chassis.sealing import Sealer

Model = TypeVar("Model")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(slots=True)
class House:
    """What the doors of one process share."""

    service: str
    verifier: Verifier
    secret: bytes
    database: Database | None = None
    caught_up: sync.CaughtUp | None = None
    sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        self.sealer = Sealer(self.secret)


class CleanRequest(Request):
    """A request whose body has been read, checked and parsed once."""

    def bring(self, body: bytes, parsed: Any) -> None:
        self._clean_body, self._parsed = body, parsed

    async def body(self) -> bytes:
        return self._clean_body

    async def json(self) -> Any:
        return self._parsed


class Answer:
    """What a route says beside its body: created where, in which version."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def ok(self, model: Model) -> Model:
        """An answer about one resource: its version becomes the ETag."""
        version = getattr(model, "version", None)
        if version is not None:
            self.headers["ETag"] = etag(version)
        return model

    def created(self, model: Model, location: str) -> Model:
        """A new resource, and where it lives from now on."""
        self.headers["Location"] = location
        return self.ok(model)


@dataclass(slots=True)
class _Findings:
    """What door, dependencies and schema have found before the endpoint is reached."""

    faults: list[Fault] = field(default_factory=list)
    precondition_missing: bool = False


_findings: ContextVar[_Findings] = ContextVar("findings")


class Door(APIRoute):
    """A route that checks before it opens. A route without a guard in its signature cannot be built."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.guard = guard_of(endpoint)
        versioned = "if-match" in _header_names(get_dependant(path=path, call=endpoint))
        document(options, self.guard, set(options.get("methods") or {"GET"}), path, versioned=versioned)
        super().__init__(path, _refusing_faults(endpoint), **options)

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
        self.method = request.method
        self.path = request.scope["path"]
        self.reads = self.method == "GET" or self.path.endswith(("/_search", "/_batch"))
        self.answer = Answer()
        self.actor = ANONYMOUS
        self.faults: list[Fault] = []

    async def receive(self, inner: Handler) -> Response:
        await self._who()
        body = await self._what()
        claim = self._repeat(body)
        points = self._awaits()
        _findings.set(_Findings(self.faults))
        state = self.request.state
        state.actor, state.answer, state.house = self.actor, self.answer, self.house
        if self.house.database is None:
            return self._finish(await inner(self.request), None)
        if points and self.house.caught_up and not self.faults:
            await self.house.caught_up.wait_for(points, self.actor.authority)
        async with self.house.database.transaction(self.actor.authority or "public") as tx:
            state.tx = tx
            kept = await claim.earlier(tx, self.house.sealer) if claim and not self.faults else None
            if kept is None:
                return await self._within(tx, inner, claim)
        # After the transaction: to ask our own front door takes a second one, and a pool of five must not wait for it.
        await self._still_readable(kept)
        return Response(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})

    async def _within(self, tx: Transaction, inner: Handler, claim: idempotency.Claim | None) -> Response:
        response = self._finish(await inner(self.request), tx)
        if isinstance(self.guard, Permission) and self.guard.personal and not tx.lookups:
            raise RuntimeError("personal data was told and nothing was logged")
        if claim and 200 <= response.status_code < 300:
            await tx.enter(self.actor.authority or "public")
            headers = {k: v for k, v in response.headers.items() if k != "content-length"}
            await claim.keep(
                tx, self.house.sealer, idempotency.Kept(response.status_code, headers, bytes(response.body))
            )
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
        if self.door.body_field is None:
            self.request.bring(b"", None)
            return b""
        kind = self.request.headers.get("content-type", "").split(";")[0].strip().lower()
        wanted = ("application/merge-patch+json",) if self.method == "PATCH" else ("application/json",)
        if kind not in wanted:
            raise WrongMediaType(accepts=wanted)
        body = await hygiene.read(self.request)
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

    async def _still_readable(self, kept: idempotency.Kept) -> None:
        """A kept answer must not tell what its caller may no longer read: ask our own front door for it, as them."""
        if isinstance(self.guard, PublicDoor):
            return
        path = kept.headers.get("location") or self.path.rsplit("/", 1)[0]
        # As a task: it has a context of its own, so that its trace and its faults do not become ours.
        status = await asyncio.create_task(status_for(self.request, path))
        if status >= 500:
            raise Unavailable()
        if status != 304 and not 200 <= status < 300:
            raise NotFound()


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


def _refusing_faults(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, reached only when door and schema found nothing: so all faults are told at once, and 400 goes
    before 428."""

    @functools.wraps(endpoint)
    async def reached(*args: Any, **kwargs: Any) -> Any:
        found = _findings.get()
        if found.faults:
            raise Faults(found.faults)
        if found.precondition_missing:
            raise PreconditionRequired()
        return await endpoint(*args, **kwargs)

    return reached


def all_faults(error: RequestValidationError) -> Faults:
    """What the schema found, beside what the door found."""
    return Faults([*_findings.get().faults, *faults_of(error.errors())])


# Coroutines, although they wait for nothing: a plain function would cost each request a trip to another thread.
async def _transaction(request: Request) -> Transaction:
    transaction: Transaction = request.state.tx
    return transaction


async def _answer(request: Request) -> Answer:
    answer: Answer = request.state.answer
    return answer


async def _if_match(if_match: Annotated[str | None, Header(include_in_schema=False)] = None) -> int | None:
    """The version the caller has read; -1, which is nobody's, for a tag that cannot match."""
    if if_match is None:
        return None
    version = wanted_version(if_match)
    return -1 if version is None else version


async def _if_match_required(version: Annotated[int | None, Depends(_if_match)], request: Request) -> int:
    if version is None or request.headers.get("if-match", "").strip() == "*":
        _findings.get().precondition_missing = True
        return -1
    return version


async def _house(request: Request) -> House:
    house: House = request.state.house
    return house


async def _language(request: Request) -> str:
    return language_of(request)


async def _present_actor(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


# All of them are coroutines: FastAPI would send a plain function to a thread, which costs more than what it does.
Tx = Annotated[Transaction, Depends(_transaction)]
TheHouse = Annotated[House, Depends(_house)]
TheActor = Annotated[Actor, Depends(_present_actor)]
Language = Annotated[str, Depends(_language)]
Answers = Annotated[Answer, Depends(_answer)]
IfMatch = Annotated[int | None, Depends(_if_match)]
IfMatchRequired = Annotated[int, Depends(_if_match_required)]


def room(*, tags: list[str], prefix: str = "/v1") -> APIRouter:
    """A router whose routes are doors."""
    return APIRouter(prefix=prefix, route_class=Door, tags=list(tags), redirect_slashes=False)
