"""What can be read of the record: a sector's own entries, and of another's what a consent covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.actor import Actor
from chassis.clock import day_of, now
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from chassis.sectors import SECTORS
from services.cases.domain.access import may_see_of
from services.cases.domain.case import Case
from services.cases.domain.entry import Entry, Kind
from services.cases.domain.errors import CaseNotFound
from services.cases.queries.cases import CaseQueries
from services.cases.repository.entries import TABLES, entries_of, entry, one_of
from services.cases.repository.rows import Rows

_SEEN = bindparam("seen", type_=ARRAY(Text))


def _of_this_case(kind: Kind) -> tuple[Any, ...]:
    c = TABLES[kind].c
    return c.case_id == bindparam("of_case"), c.authority == bindparam("of_authority")


_LISTS = {
    kind: entries_of(kind).where(*_of_this_case(kind), table.c.sector == func.any(_SEEN))
    for kind, table in TABLES.items()
}
_HIDDEN = {
    kind: select(func.count(literal_column("1")).label("n")).where(
        *_of_this_case(kind), table.c.sector != func.all(_SEEN)
    )
    for kind, table in TABLES.items()
}
_ONE: Mapping[Kind, Any] = {kind: one_of(kind) for kind in TABLES}


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, and how many of the case's are another sector's and not shown."""

    case: Case
    entries: list[Entry]
    hidden: int
    page: PageEnd


def seen_of(case: Case, actor: Actor, category: str) -> list[str]:
    """The sectors whose entries of this category the actor may see in this case today."""
    today = day_of(now())
    return sorted(sector for sector in SECTORS if may_see_of(case, actor, sector, category, today))


class EntryQueries:
    """The entries one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._actor = actor
        self._cases = CaseQueries(tx, actor)

    async def listed(self, kind: Kind, case_id: UUID, page: Paging) -> Found:
        """A page of entries, oldest first.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, kind)
        c = TABLES[kind].c
        window = page.window(_LISTS[kind], (c.recorded_at, "asc"), (c.id, "asc"))
        which = {"of_case": case.id, "of_authority": self._tx.authority, "seen": seen_of(case, self._actor, kind)}
        rows, end = page.cut(await self._tx.all(window, **which), key=lambda row: (row.recorded_at, row.id))
        hidden = await self._tx.one(_HIDDEN[kind], **which)
        assert hidden is not None
        return Found(case, [entry(self._rows, kind, row) for row in rows], hidden.n, end)

    async def one(self, kind: Kind, case_id: UUID, entry_id: UUID) -> tuple[Case, Entry]:
        """One entry.

        Raises:
            CaseNotFound: absent, or another sector's that no consent covers.
        """
        case = await self._cases.one(case_id, kind)
        which = {"of_case": case.id, "of_authority": self._tx.authority, "entry_id": entry_id}
        row = await self._tx.one(_ONE[kind], **which)
        if row is None or row.sector not in seen_of(case, self._actor, kind):
            raise CaseNotFound()
        return case, entry(self._rows, kind, row)
