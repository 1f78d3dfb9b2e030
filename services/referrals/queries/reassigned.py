"""Reads of which units were reorganised into which. No citizen is part of it: only how many referrals moved."""

from uuid import UUID

from sqlalchemy import Select, select

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Page, Paging
from services.referrals.schemas.steps import UnitReassignmentView
from services.referrals.tables import unit_reassignments


class UnitReassignments:
    """The reorganisations of the caller's own sector."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def page(self, paging: Paging) -> Page[UnitReassignmentView]:
        """A list, newest first."""
        table = unit_reassignments
        found = await self._tx.all(paging.window(self._own(), (table.c.at, "desc"), (table.c.id, "desc")))
        page, end = paging.cut(found, key=lambda row: (row.at, row.id))
        return Page(items=[UnitReassignmentView(**row._mapping, version=1) for row in page], page=end)

    async def one(self, id: UUID) -> UnitReassignmentView:
        """One of them.

        Raises:
            NotFound: it does not exist, or is another sector's.
        """
        row = await self._tx.one(self._own().where(unit_reassignments.c.id == id))
        if row is None:
            raise NotFound()
        return UnitReassignmentView(**row._mapping, version=1)

    def _own(self) -> Select[tuple[object, ...]]:
        return select(unit_reassignments).where(
            unit_reassignments.c.authority == self._tx.authority, unit_reassignments.c.sector == self._actor.sector
        )
