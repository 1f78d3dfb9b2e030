"""Which referrals stand on a page of a list, and in which order.

A list is put together of parts: what the caller's sector received and what it sent, and of each of these what is
addressed to a unit and what a unit took on. Each part has an index that holds its order, and gives no more rows than
the page takes. Asked for in one, with an `or` between them, all rows of a sector would be read and sorted.

What has a day comes before what has none, so a page by due day may take two looks: one for each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    column,
    func,
    literal,
    not_,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.paging import Key, Paging, windowed
from chassis.sectors import SECTORS
from services.referrals.domain.access import Reach, reach
from services.referrals.domain.lifecycle import LIVE as LIVE_STATES
from services.referrals.domain.units import names_of, own_units
from services.referrals.queries.found import (
    NO_DAY,
    OWN,
    Filters,
    due_on,
    narrowed,
    received_here,
    sent_here,
    stood_in_here,
)
from services.referrals.tables import ELSEWHERE, LIVE, referrals

_NAME = column("name", Text)
_ASKED = referrals.alias("asked")


class _With(Enum):
    """Which rows a look is for."""

    ANYTHING = auto()
    A_DAY = auto()
    NO_DAY = auto()


@dataclass(frozen=True, slots=True)
class _Side:
    """What the caller's sector received, what it sent, or what it stands in for since the need is its own."""

    received: bool
    sent_by: Reach | None
    """Whoever sent it, where that is the caller's sector."""
    mine: ColumnElement[bool]
    due_on: ColumnElement[date | None]
    units: frozenset[str] | None
    """Every name of the units asked for; None where none was."""


async def own(tx: Transaction, actor: Actor, filters: Filters, paging: Paging, today: date) -> list[Row[Any]]:
    """One page and one more of what the own authority keeps: the id of each, when it was asked, and its day."""
    look = _Looks(tx, actor, filters, paging.limit + 1, today)
    if filters.by_due_day:
        return await look.by_due_day(paging.start(3))
    return await look.at(_With.ANYTHING, paging.start(2))


def place(row: Row[Any], filters: Filters) -> tuple[Any, ...]:
    """Where a row stands in the list, whoever keeps it."""
    newest = (row.requested_at, row.id)
    return (row.due_on or NO_DAY, *newest) if filters.by_due_day else newest


def in_order(rows: Sequence[Row[Any]], filters: Filters) -> list[Row[Any]]:
    """The rows of the caller's own authority and of others, in the one order of the list."""
    newest = sorted(rows, key=lambda row: (row.requested_at, row.id), reverse=True)
    return sorted(newest, key=lambda row: row.due_on or NO_DAY) if filters.by_due_day else newest


@dataclass(frozen=True, slots=True)
class _Looks:
    """The looks that one page takes."""

    tx: Transaction
    actor: Actor
    filters: Filters
    wanted: int
    today: date

    async def by_due_day(self, start: Sequence[Any] | None) -> list[Row[Any]]:
        """What falls due first, then what no clock runs for, the newest of it first."""
        if start is not None and start[0] == NO_DAY:
            return await self.at(_With.NO_DAY, start[1:])
        dated = await self.at(_With.A_DAY, start)
        return dated if len(dated) == self.wanted else [*dated, *await self.at(_With.NO_DAY, None)][: self.wanted]

    async def at(self, which: _With, start: Sequence[Any] | None) -> list[Row[Any]]:
        """These rows, from after the given keys on."""
        parts = [
            part
            for side in _sides(self.actor, self.filters, self.today)
            for part in _page_of(self._rows(side, which), side, which, start, self.wanted)
        ]
        if not parts:
            return []
        every = union_all(*parts).subquery()
        merged = select(every)
        if which is _With.A_DAY:
            # Here and not in each part: what a sender is shown is reckoned, and would be reckoned twice.
            merged = merged.where(every.c.due_on.is_not(None))
        ordered = windowed(merged, _keys(every.c.due_on, which, every.c), None, limit=self.wanted)
        return list(await self.tx.all(ordered))

    def _rows(self, side: _Side, which: _With) -> Select[Any]:
        due = side.due_on if which is _With.A_DAY else null()
        rows = select(referrals.c.id, referrals.c.requested_at, due.label("due_on")).where(side.mine)
        if which is _With.A_DAY:
            # Whatever of its clocks a side is shown: where none presses, there is no day. (And nulls come last.)
            rows = rows.where(referrals.c.due_on.is_not(None))
        elif which is _With.NO_DAY:
            rows = rows.where(side.due_on.is_(None))
        # What was received is found by its unit, exactly. Said again, a planner would expect few and sort them.
        still_open = replace(self.filters, to_units=()) if side.received else self.filters
        return narrowed(rows, still_open, self.actor, self.today, received=side.received)


def _sides(actor: Actor, filters: Filters, today: date) -> Iterator[_Side]:
    far = reach(actor)
    if far is None:
        return
    if not filters.to_sectors or far.sector in filters.to_sectors:
        # Implied, and said so that the indexes of what is live are recognised.
        live = LIVE if filters.states and LIVE_STATES.issuperset(filters.states) else true()
        mine = and_(received_here(far), live)
        yield _Side(True, None, mine, referrals.c.due_on, _units_here(actor, filters.to_units))
    named = [unit for unit in filters.to_units if unit != OWN]
    for_me = filters.claimed_by or (filters.to_units and not named)
    if not for_me:
        # Few, so they are asked for as they are, whatever is wanted of them.
        yield _Side(False, None, stood_in_here(far), due_on(actor), None)
    if not for_me and (not filters.from_sectors or far.sector in filters.from_sectors):
        # Implied too: what a sender is shown to be late, some clock is late for.
        late = referrals.c.due_on < today if filters.overdue else true()
        # And whoever asked their own sector, asked it elsewhere.
        away = referrals.c.to_authority.is_not(None) if {*filters.to_sectors} == {far.sector} else true()
        mine = and_(sent_here(far), late, away)
        yield _Side(False, far, mine, due_on(actor), _units_anywhere(named))


def _units_here(actor: Actor, units: Sequence[str]) -> frozenset[str] | None:
    """Every name of these units of the caller's own sector; None where they are all there are."""
    if not units or (OWN in units and not own_units(actor)):
        return None
    named = (own_units(actor) if unit == OWN else names_of(unit, actor.sector or "") for unit in units)
    return frozenset().union(*named)


def _units_anywhere(units: Sequence[str]) -> frozenset[str] | None:
    """Every name that these units may have in some sector; None for none."""
    return frozenset().union(*(names_of(unit, sector) for unit in units for sector in SECTORS)) if units else None


def _page_of(
    rows: Select[Any], side: _Side, which: _With, start: Sequence[Any] | None, most: int
) -> Iterator[Select[Any]]:
    """The first rows of each unit by itself, in order: of those addressed to it, and of those it took on beside."""
    keys = _keys(side.due_on, which, referrals.c)
    if side.units is None:
        yield select(windowed(rows, keys, start, limit=most).subquery())
        return
    names = func.unnest(literal(sorted(side.units), ARRAY(Text))).table_valued(_NAME, name="units")
    names = names.render_derived()
    addressed = referrals.c.to_unit == names.c.name
    elsewhere = not_(_in(referrals.c.to_unit, side.units))
    took_on = and_(referrals.c.responsible_unit == names.c.name, ELSEWHERE, elsewhere)
    parts = [(addressed, _was_asked(names.c.name, side.sent_by)), (took_on, true())]
    if not side.received:
        # A sender that has let go finds what was moved on by the unit that it asked.
        not_taken_on = not_(and_(_in(referrals.c.responsible_unit, side.units), ELSEWHERE))
        parts.append((and_(referrals.c.asked_unit == names.c.name, elsewhere, not_taken_on), true()))
    for of_unit, there in parts:
        first = windowed(rows.where(of_unit), keys, start, limit=most).lateral()
        yield select(first).select_from(names.join(first, true())).where(there)


def _was_asked(unit: ColumnElement[str], sender: Reach | None) -> ColumnElement[bool]:
    """Whether this sender ever asked a unit: else all that others asked of it would be gone through for nothing."""
    if sender is None:
        return true()
    one = _ASKED.c
    of_it = select(one.id).where(
        one.authority == sender.authority, one.from_sector == sender.sector, one.to_unit == unit
    )
    # With the offset it is asked of each name, on the index of just that.
    return of_it.offset(0).exists()


def _keys(due: ColumnElement[Any], which: _With, of: ReadOnlyColumnCollection[str, Any]) -> tuple[Key, ...]:
    newest: tuple[Key, ...] = ((of.requested_at, "desc"), (of.id, "desc"))
    return ((due, "asc"), *newest) if which is _With.A_DAY else newest


def _in(unit: ColumnElement[str | None], names: frozenset[str]) -> ColumnElement[bool]:
    return func.coalesce(unit.in_(sorted(names)), False)
