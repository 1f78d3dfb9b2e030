"""The staff of an authority, page by page."""

from collections.abc import Sequence

from sqlalchemy import select

from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases.domain.organisation import StaffMember
from services.cases.repository.staff import member_of
from services.cases.tables import staff

_s = staff.c


class StaffQueries:
    """The staff of the transaction's authority, read by its casework and its administrators."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def listed(
        self, page: Paging, *, unit: str | None, sectors: Sequence[str] | None
    ) -> tuple[list[StaffMember], PageEnd]:
        """A page of them by subject: all, or those of a unit, or of sectors."""
        statement = select(staff).where(_s.authority == self._tx.authority)
        if unit is not None:
            statement = statement.where(_s.unit == unit)
        if sectors:
            statement = statement.where(_s.sector.in_(sectors))
        window = page.window(statement, (_s.subject, "asc"))
        rows, end = page.cut(await self._tx.all(window), key=lambda row: (row.subject,))
        return [member_of(row) for row in rows], end
