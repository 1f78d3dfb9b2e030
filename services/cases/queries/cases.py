"""What can be read of cases: who may see is one `where`, what was seen is one line in the look-up log.

A case is built to be shown, because what may be done with it is the domain's to say; nothing is locked.
"""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy import case as case_

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import now
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.access import must_read
from services.cases.domain.attention import CALM
from services.cases.domain.case import Case
from services.cases.domain.catch import UNDER_WAY
from services.cases.domain.citizen import Identifier
from services.cases.domain.ending import Release
from services.cases.domain.errors import CaseNotFound
from services.cases.repository.loading import Loader
from services.cases.repository.rows import Rows

c = t.cases.c


class CaseQueries:
    """The cases one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._actor = actor
        self._loader = Loader(tx, self._rows)

    async def one(self, case_id: UUID, what: str = "case") -> Case:
        """One case, if this actor may know of it.

        Raises:
            CaseNotFound.
        """
        case = must_read(await self._loader.one(case_id), self._actor)
        await looked_up(self._tx, self._actor, [case.id], what)
        return case

    async def release(self, case_id: UUID, release_id: UUID) -> tuple[Case | None, Release]:
        """One release with its case, to who may read that; alone, to the sector that let go, which may read no more.

        Raises:
            CaseNotFound.
        """
        row = await self._tx.one(
            select(t.releases).where(
                t.releases.c.id == release_id,
                t.releases.c.case_id == case_id,
                t.releases.c.authority == self._tx.authority,
            )
        )
        if row is None:
            raise CaseNotFound()
        made = self._rows.release(row)
        if row.sector != self._actor.sector:
            return await self.one(case_id, "release"), made
        await looked_up(self._tx, self._actor, [case_id], "release")
        return None, made

    async def listed(self, page: Paging, *, where: Sequence[ColumnElement[bool]]) -> tuple[list[Case], PageEnd]:
        """A page of cases, newest first."""
        return await self._page(page, where, [(c.opened_at, "desc"), (c.id, "desc")])

    async def worklist(self, page: Paging, *, where: Sequence[ColumnElement[bool]]) -> tuple[list[Case], PageEnd]:
        """A page of open cases: what needs attention first, then the oldest."""
        open_ones = [c.status == "open", *where]
        return await self._page(
            page, open_ones, [(_rank(self._tx.authority), "asc"), (c.opened_at, "asc"), (c.id, "asc")]
        )

    async def found(self, *where: ColumnElement[bool]) -> list[Case]:
        """The cases a search leads to, as far as this actor may see them."""
        cases = await self._loader.some(*self._visible(), *where)
        await looked_up(self._tx, self._actor, [case.id for case in cases], "search")
        return sorted(cases, key=lambda case: case.opened_at, reverse=True)

    def by_identifier(self, identifier: Identifier) -> ColumnElement[bool]:
        """Cases of the person with this identifier, found by its keyed hash."""
        i = t.identifiers.c
        index = self._rows.index(self._tx.authority, identifier)
        mine = select(i.citizen_id).where(
            i.authority == self._tx.authority, i.system == identifier.system, i.blind_index == index
        )
        return c.citizen_id.in_(mine)

    def by_alias(self, alias: str) -> ColumnElement[bool]:
        """Cases of the anonymous citizens who go by this alias."""
        return c.alias_index == self._rows.alias_index(self._tx.authority, alias)

    def by_reference(self, system: str, value: str) -> ColumnElement[bool]:
        """The case that another system calls so."""
        r = t.external_references.c
        mine = select(r.case_id).where(r.authority == self._tx.authority, r.system == system, r.value == value)
        return c.id.in_(mine)

    async def _page(
        self, page: Paging, where: Sequence[ColumnElement[bool]], keys: list[tuple[Any, Literal["asc", "desc"]]]
    ) -> tuple[list[Case], PageEnd]:
        columns = [column for column, _ in keys]
        statement = page.window(select(*columns).where(*self._visible(), *where), *keys)
        rows, end = page.cut(await self._tx.all(statement), key=tuple)
        order = {row.id: place for place, row in enumerate(rows)}
        cases = await self._loader.some(c.id.in_(order)) if rows else []
        await looked_up(self._tx, self._actor, order, "list")
        return sorted(cases, key=lambda case: order[case.id]), end

    def _visible(self) -> tuple[ColumnElement[bool], ...]:
        """`domain.access.readers` as a condition; a property test holds the two equal."""
        sector = self._actor.sector
        r, k = t.responsibilities.c, t.known_referrals.c
        involved = and_(r.case_id == c.id, r.kind == "involved", r.sector == sector, r.until.is_(None))
        asked_here = and_(k.authority == c.authority, k.to_authority.is_(None), k.anonymous.is_(False))
        receiving = and_(asked_here, k.case_id == c.id, k.to_sector == sector, k.state.in_(sorted(UNDER_WAY)))
        seen = or_(
            c.holding_sector == sector,
            exists(select(1).select_from(t.responsibilities).where(involved)),
            exists(select(1).select_from(t.known_referrals).where(receiving)),
        )
        return (c.authority == self._tx.authority, seen)


def _rank(authority: str) -> ColumnElement[int]:
    """How urgent a case is now: as it was when last looked at, unless a clock is late with it."""
    w, m, at = t.watch_items.c, t.watched_cases.c, now()
    late = select(m.case_id).where(m.authority == authority, m.look_again_at <= at)
    true_now = (w.case_id == c.id, w.since <= at, or_(w.until.is_(None), w.until > at))
    found = select(func.min(w.rank)).where(*true_now).correlate(t.cases).scalar_subquery()
    return case_((c.id.in_(late), func.coalesce(found, CALM)), else_=c.attention_rank)


def filters(
    authority: str,
    *,
    status: Sequence[str] | None = None,
    holding_sector: Sequence[str] | None = None,
    involved_sector: Sequence[str] | None = None,
    coordinator: str | None = None,
    unit: str | None = None,
    attention: bool | None = None,
) -> list[ColumnElement[bool]]:
    """The list's filters as conditions; absent ones say nothing."""
    r = t.responsibilities.c
    found: list[ColumnElement[bool]] = []
    if status:
        found.append(c.status.in_(status))
    if holding_sector:
        found.append(c.holding_sector.in_(holding_sector))
    if involved_sector:
        involved = and_(r.case_id == c.id, r.kind == "involved", r.sector.in_(involved_sector), r.until.is_(None))
        found.append(exists(select(1).select_from(t.responsibilities).where(involved)))
    if coordinator:
        found.append(c.coordinator == coordinator)
    if unit:
        found.append(c.holding_unit == unit)
    if attention is not None:
        rank = _rank(authority)
        found.append(rank < CALM if attention else rank == CALM)
    return found


def by_number(number: str) -> ColumnElement[bool]:
    """The case people call so on the telephone."""
    return c.number == number
