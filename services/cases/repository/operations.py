"""Imports: what was sent, how far the work has come, what became of each line; in the caller's transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from chassis.actor import NOBODY, Actor
from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.operation import LineOutcome, Operation
from services.cases.repository.rows import Rows

_o, _p = t.operations.c, t.operation_parts.c
_SENDER = ("issuer", "subject", "client", "sector", "unit")
_PLAIN = tuple(name for name in Operation.__dataclass_fields__ if name not in ("sender", "columns"))
_CHANGES = tuple(name for name in _PLAIN if name not in ("id", "kind", "dry_run", "requested_at"))

_ADD = insert(t.operations)
_ONE = select(t.operations).where(_o.id == bindparam("operation"), _o.authority == bindparam("of_authority"))
_LOCKED = _ONE.with_for_update()
# Two workers never work on one import: who comes second finds nothing to do there.
_CLAIMED = _ONE.where(_o.ended_at.is_(None)).with_for_update(skip_locked=True)
_SAVE = (
    update(t.operations)
    .where(_o.id == bindparam("operation"))
    .values({name: bindparam(name) for name in (*_CHANGES, "columns")})
)
_TO_DO = (
    select(_o.id, _o.authority)
    .where(_o.ended_at.is_(None), (_o.state != "receiving") | (_o.requested_at < bindparam("abandoned")))
    .order_by(_o.requested_at)
    .limit(bindparam("most"))
)
_ADD_PART = insert(t.operation_parts)
_PART = select(t.operation_parts).where(_p.operation_id == bindparam("operation"), _p.number == bindparam("of_part"))
_EMPTY_PARTS = (
    update(t.operation_parts)
    .where(_p.operation_id == bindparam("operation"), _p.number <= bindparam("up_to"), _p.content.is_not(None))
    .values(content=None)
)
_ADD_OUTCOMES = insert(t.operation_lines)

_planned = t.planned_records.c
_oldest = (
    select(_planned.line, _planned.place)
    .where(_planned.operation_id == bindparam("operation"), _planned.key.is_not(None))
    .limit(bindparam("most"))
    .subquery("oldest")
)
_FORGET_PLAN = (
    update(t.planned_records)
    .where(
        _planned.operation_id == bindparam("operation"),
        _planned.line == _oldest.c.line,
        _planned.place == _oldest.c.place,
    )
    .values(key=None, record_id=None)
)


class OperationRepository:
    """The imports of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def add(self, operation: Operation) -> None:
        """Keep a new import.

        Raises:
            AlreadyExists: the id is taken.
        """
        sender = {name: getattr(operation.sender, name) for name in _SENDER}
        row = {name: getattr(operation, name) for name in _PLAIN}
        await self._tx.run(_ADD, [row | sender | {"authority": self._tx.authority}])

    async def get(self, operation_id: UUID) -> Operation | None:
        """One import, locked until the transaction ends."""
        row = await self._tx.one(_LOCKED, operation=operation_id, of_authority=self._tx.authority)
        return row and operation_of(self._rows, row)

    async def claim(self, operation_id: UUID) -> Operation | None:
        """One import to work on, if it has not ended and nobody else is at it."""
        row = await self._tx.one(_CLAIMED, operation=operation_id, of_authority=self._tx.authority)
        return row and operation_of(self._rows, row)

    async def save(self, operation: Operation) -> None:
        """Keep how far it has come."""
        columns = self._rows.seal(operation.columns, "operations.columns", operation.id)
        changes = {name: getattr(operation, name) for name in _CHANGES}
        await self._tx.run(_SAVE, operation=operation.id, columns=columns, **changes)

    # -- parts ----------------------------------------------------------------------------------------------------

    async def add_part(self, operation: Operation, number: int, text: str, lines: int) -> None:
        """Keep a part until its lines are worked off."""
        row = {
            "operation_id": operation.id,
            "number": number,
            "authority": self._tx.authority,
            "digest": self._digest(operation.id, number, text),
            "content": self._rows.seal(text, f"operation_parts.content/{number}", operation.id),
            "lines": lines,
        }
        await self._tx.run(_ADD_PART, [row])

    async def has_part(self, operation_id: UUID, number: int, text: str) -> bool:
        """Whether this very part has come before: an answer may be lost, and then it comes again."""
        row = await self._tx.one(_PART, operation=operation_id, of_part=number)
        return row is not None and bytes(row.digest) == self._digest(operation_id, number, text)

    async def content(self, operation: Operation) -> str:
        """The part at hand."""
        row = await self._tx.one(_PART, operation=operation.id, of_part=operation.part)
        text = self._rows.read(row and row.content, f"operation_parts.content/{operation.part}", operation.id)
        return text or ""

    async def empty_parts(self, operation: Operation, up_to: int) -> None:
        """Forget what was sent, up to a part. That it came, and that it was this, stays known."""
        await self._tx.run(_EMPTY_PARTS, operation=operation.id, up_to=up_to)

    # -- lines ----------------------------------------------------------------------------------------------------

    async def add_outcomes(self, operation: Operation, outcomes: Sequence[LineOutcome]) -> None:
        """Keep what became of some lines."""
        rows = [
            {
                "operation_id": operation.id,
                "line": one.line,
                "authority": self._tx.authority,
                "outcome": one.outcome,
                "code": one.code,
                "pointer": one.pointer,
                "record_id": one.record_id,
            }
            for one in outcomes
        ]
        await self._tx.run(_ADD_OUTCOMES, rows)

    async def forget_plan(self, operation: Operation, most: int) -> int:
        """Forget some of what a dry run would have written; how much it was."""
        return await self._tx.run(_FORGET_PLAN, operation=operation.id, most=most)

    def _digest(self, operation_id: UUID, number: int, text: str) -> bytes:
        return self._tx.sealer.blind_index(text, context=f"operation_parts|{operation_id}|{number}")


async def operations_to_do(tx: Transaction, abandoned: Any, most: int = 20) -> list[tuple[UUID, str]]:
    """Imports of every authority to work on, or to give up because nobody submitted them: asked by the messenger, who
    may see just that."""
    return [(row.id, row.authority) for row in await tx.all(_TO_DO, abandoned=abandoned, most=most)]


def operation_of(rows: Rows, row: Any) -> Operation:
    """Row → value. Whoever sent it is who it is worked off for."""
    sector, unit = row.sector, row.unit
    sender = Actor(
        subject=row.subject,
        issuer=row.issuer,
        client=row.client,
        authority=row.authority,
        sectors=frozenset({sector}) if sector else NOBODY,
        units=frozenset({unit}) if unit else NOBODY,
        roles=frozenset({"integration"}),
        sector=sector,
        unit=unit,
        purpose="system-integration",
    )
    values = {name: getattr(row, name) for name in _PLAIN}
    return Operation(**values, sender=sender, columns=rows.read(row.columns, "operations.columns", row.id))
