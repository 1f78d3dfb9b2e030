"""The story of a case as one sector may read it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, func, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.timeline import CATEGORY, TimelineEntry
from services.cases.queries.cases import CaseQueries
from services.cases.queries.entries import seen_of

_e = t.timeline_entries.c
_OPEN = or_(_e.parties == cast(array([]), ARRAY(Text)), _e.parties.overlap(bindparam("seen", type_=ARRAY(Text))))
_OF_CASE = (_e.case_id == bindparam("of_case"), _e.authority == bindparam("of_authority"))
_STORY = select(t.timeline_entries).where(*_OF_CASE, _OPEN)
_HIDDEN = select(func.count(literal_column("1")).label("n")).where(*_OF_CASE, not_(_OPEN))


@dataclass(frozen=True, slots=True)
class Story:
    """A page of it, and how many entries are other sectors' and not told."""

    entries: list[TimelineEntry]
    hidden: int
    page: PageEnd


class TimelineQueries:
    """The stories one actor may read."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def told(self, case_id: UUID, page: Paging) -> Story:
        """A page, newest first.

        Raises:
            CaseNotFound.
        """
        case = await CaseQueries(self._tx, self._actor).one(case_id, "timeline")
        seen = seen_of(case, self._actor, CATEGORY)
        which = {"of_case": case.id, "of_authority": self._tx.authority, "seen": seen}
        window = page.window(_STORY, (_e.at, "desc"), (_e.id, "desc"))
        rows, end = page.cut(await self._tx.all(window, **which), key=lambda row: (row.at, row.id))
        hidden = await self._tx.one(_HIDDEN, **which)
        entries = [
            TimelineEntry(r.kind, r.at, r.about_type, r.about_id, r.sector, tuple(r.parties), r.unit) for r in rows
        ]
        return Story(entries, hidden.n if hidden else 0, end)
