"""Announce an import, send it in parts, submit it, give it up. The lines are worked off elsewhere (`arrivals.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.errors import NoSector
from services.cases.domain.errors.arrivals import OperationNotFound
from services.cases.domain.operation import OF_A_SECTOR, ImportKind, Operation
from services.cases.repository.operations import OperationRepository


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part that has been read: its text without a heading, the heading, and how many lines it has."""

    text: str
    columns: str | None
    lines: int


async def announce_import(
    operations: OperationRepository,
    actor: Actor,
    *,
    operation_id: UUID | None,
    kind: ImportKind,
    dry_run: bool,
    now: datetime,
) -> Operation:
    """Begin an import, for the sector the caller acts for.

    Raises:
        NoSector, AlreadyExists.
    """
    if kind in OF_A_SECTOR and actor.sector is None:
        raise NoSector()
    operation = Operation(operation_id or new_id(), kind, dry_run, actor, now)
    await operations.add(operation)
    return operation


async def take_part(
    operations: OperationRepository,
    actor: Actor,
    operation_id: UUID,
    number: int,
    *,
    media_type: str,
    read: Callable[[str | None], ReadPart],
    expected: int,
) -> Operation:
    """Keep the next part. One that has come before, and is the same, changes nothing: its answer was lost.

    Raises:
        OperationNotFound, Stale, OperationNotReceiving, PartsInOrder, OtherContent, TooManyLines, ContentUnreadable.
    """
    operation = await _mine(operations, actor, operation_id)
    if number > operation.parts:
        operation.must_await(number)
    part = read(operation.columns if number > 1 else None)
    if number <= operation.parts and await operations.has_part(operation.id, number, part.text):
        return operation
    expect(operation.version, expected)
    grown = operation.take(number, lines=part.lines, media_type=media_type, columns=part.columns)
    await operations.add_part(grown, number, part.text, part.lines)
    await operations.save(grown)
    return grown


async def submit_import(
    operations: OperationRepository,
    actor: Actor,
    operation_id: UUID,
    parts: int,
    *,
    expected: int | None,
    now: datetime,
) -> Operation:
    """All has been sent: the work begins.

    Raises:
        OperationNotFound, Stale, OperationNotReceiving, PartsMissing.
    """
    operation = await _mine(operations, actor, operation_id)
    expect(operation.version, expected)
    submitted = operation.submit(parts, now)
    await operations.save(submitted)
    return submitted


async def give_up_import(
    operations: OperationRepository, actor: Actor, operation_id: UUID, *, expected: int | None, now: datetime
) -> Operation:
    """No more of it is done, and what was sent is forgotten. What is done stands.

    Raises:
        OperationNotFound, Stale, OperationNotReceiving.
    """
    operation = await _mine(operations, actor, operation_id)
    expect(operation.version, expected)
    given_up = operation.give_up(now)
    await operations.empty_parts(given_up, given_up.parts)
    await operations.save(given_up)
    return given_up


async def _mine(operations: OperationRepository, actor: Actor, operation_id: UUID) -> Operation:
    operation = await operations.get(operation_id)
    if operation is None:
        raise OperationNotFound()
    operation.must_be_of(actor)
    return operation
