"""What can be read of imports: by the system that sent them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.errors.arrivals import OperationNotFound
from services.cases.domain.operation import LineOutcome, Operation, Outcome
from services.cases.repository.operations import operation_of
from services.cases.repository.rows import Rows

_o, _l = t.operations.c, t.operation_lines.c


class OperationQueries:
    """The imports of one system."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._rows = Rows(tx.sealer)

    async def one(self, operation_id: UUID) -> Operation:
        """One import.

        Raises:
            OperationNotFound.
        """
        row = await self._tx.one(select(t.operations).where(_o.id == operation_id, _o.authority == self._tx.authority))
        if row is None:
            raise OperationNotFound()
        operation = operation_of(self._rows, row)
        operation.must_be_of(self._actor)
        return operation

    async def listed(self, page: Paging) -> tuple[list[Operation], PageEnd]:
        """A page of the system's imports, newest first."""
        mine = (
            _o.authority == self._tx.authority,
            _o.client == self._actor.client,
            _o.sector.is_not_distinct_from(self._actor.sector),
        )
        statement = page.window(select(t.operations).where(*mine), (_o.requested_at, "desc"), (_o.id, "desc"))
        rows, end = page.cut(await self._tx.all(statement), key=lambda row: (row.requested_at, row.id))
        return [operation_of(self._rows, row) for row in rows], end

    async def lines(
        self, operation_id: UUID, page: Paging, outcomes: Sequence[Outcome] | None
    ) -> tuple[list[LineOutcome], PageEnd]:
        """What became of the lines, in their order.

        Raises:
            OperationNotFound.
        """
        operation = await self.one(operation_id)
        where = [_l.operation_id == operation.id, *([_l.outcome.in_(outcomes)] if outcomes else [])]
        statement = page.window(select(t.operation_lines).where(*where), (_l.line, "asc"))
        rows, end = page.cut(await self._tx.all(statement), key=lambda row: (row.line,))
        return [LineOutcome(row.line, row.outcome, row.code, row.pointer, row.record_id) for row in rows], end
