"""What a route is given: the transaction that its door opened, its answer, the caller, the version they have read.

All are coroutines: FastAPI would send a plain function to a thread, which costs more than what it does.
"""

import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError

from chassis import sync
from chassis.actor import Actor
from chassis.auth import Verifier
from chassis.concurrency import etag, wanted_version
from chassis.database import Database, Transaction
from chassis.problems import Fault, Faults, PreconditionRequired, faults_of, language_of
from chassis.sealing import Sealer

Model = TypeVar("Model")
Given = TypeVar("Given")


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


class Answer:
    """What a route says beside its body: created where, in which version."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def ok(self, model: Model) -> Model:
        """An answer about one resource: its version becomes the ETag."""
        version = getattr(model, "version", None)
        if version is not None:
            self.headers["ETag"] = etag(version, getattr(model, "shade", ""))
        return model

    def created(self, model: Model, location: str) -> Model:
        """A new resource, and where it lives from now on."""
        self.headers["Location"] = location
        return self.ok(model)


@dataclass(slots=True)
class Findings:
    """What door, dependencies and schema have found before the endpoint is reached."""

    faults: list[Fault] = field(default_factory=list)
    precondition_missing: bool = False


findings: ContextVar[Findings] = ContextVar("findings")


def refusing_faults(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, reached only when door and schema found nothing: so all faults are told at once, and 400 goes
    before 428."""

    @functools.wraps(endpoint)
    async def reached(*args: Any, **kwargs: Any) -> Any:
        found = findings.get()
        if found.faults:
            raise Faults(found.faults)
        if found.precondition_missing:
            raise PreconditionRequired()
        return await endpoint(*args, **kwargs)

    return reached


def all_faults(error: RequestValidationError) -> Faults:
    """What the schema found, beside what the door found."""
    return Faults([*findings.get().faults, *faults_of(error.errors())])


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
        findings.get().precondition_missing = True
        return -1
    return version


async def _if_match_or_new(
    version: Annotated[int | None, Depends(_if_match)],
    request: Request,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> int:
    """The version the caller has read, or 0 where it says that there is none yet (`If-None-Match: *`)."""
    new = (if_none_match or "").strip() == "*"
    if version is None and new:
        return 0
    if version is None or request.headers.get("if-match", "").strip() == "*":
        findings.get().precondition_missing = True
        return -1
    # No version is 0, so a tag that says so is nobody's; and who has read a version cannot hold that there is none.
    return -1 if new or version == 0 else version


async def _house(request: Request) -> House:
    house: House = request.state.house
    return house


async def _language(request: Request) -> str:
    return language_of(request)


async def _present_actor(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


Tx = Annotated[Transaction, Depends(_transaction)]
TheHouse = Annotated[House, Depends(_house)]
TheActor = Annotated[Actor, Depends(_present_actor)]
Language = Annotated[str, Depends(_language)]
Answers = Annotated[Answer, Depends(_answer)]
IfMatch = Annotated[int | None, Depends(_if_match)]
IfMatchRequired = Annotated[int, Depends(_if_match_required)]
IfMatchOrNew = Annotated[int, Depends(_if_match_or_new)]


# Made once for each class: FastAPI knows by the callable that two parts of a route are given the same thing.
@functools.cache
def of_tx(build: Callable[[Transaction], Given]) -> Callable[..., Awaitable[Given]]:
    """A dependency: this repository, or these reads, over the request's transaction."""

    async def given(tx: Tx) -> Given:
        return build(tx)

    return given


@functools.cache
def of_caller(build: Callable[[Transaction, Actor], Given]) -> Callable[..., Awaitable[Given]]:
    """A dependency: these reads over the request's transaction, for the one who asks."""

    async def given(tx: Tx, actor: TheActor) -> Given:
        return build(tx, actor)

    return given
