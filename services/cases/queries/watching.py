"""The watch list of a sector: one statement on one index, whatever the number of cases; and how much is on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SmallInteger,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import now
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.attention import URGENCY, Kind

MOST_COUNTED = 99

_w, _n = t.watch_items.c, t.notifications.c
# Whoever acknowledged the alarm of this very finding, and not of an earlier one of its kind.
_ACKNOWLEDGED = (
    select(_n.acknowledged_by)
    .where(_n.item_id == _w.id, _n.acknowledged_at.is_not(None), _n.since == _w.since)
    .order_by(_n.acknowledged_at)
    .limit(1)
    .correlate(t.watch_items)
    .scalar_subquery()
    .label("acknowledged_by")
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a kind, counted to ninety-nine."""

    kind: Kind
    n: int
    more: bool


def watch_list(sector: str | None, at: datetime, *, kinds: Sequence[Kind] | None, unit: str | None) -> Select[Any]:
    """What is true now on the list of a sector. Kinds that are as urgent share a rank, by which the index is sorted."""
    where: list[ColumnElement[bool]] = [
        _w.authority == bindparam("of_authority"),
        _w.sector == sector,
        _w.since <= at,
        or_(_w.until.is_(None), _w.until > at),
    ]
    if kinds is not None:
        ranks = sorted({URGENCY[kind] for kind in kinds})
        where.append(_w.rank == func.any(bindparam("ranks", ranks, ARRAY(SmallInteger))))
        where.append(_w.kind == func.any(bindparam("kinds", list(kinds), ARRAY(Text))))
    if unit is not None:
        where.append(_w.unit == unit)
    return select(t.watch_items, _ACKNOWLEDGED).where(*where)


_KINDS = func.unnest(bindparam("kinds", type_=ARRAY(Text))).table_valued("kind").render_derived()
_SOME = (
    select(_w.id)
    .where(
        and_(
            _w.authority == bindparam("of_authority"),
            _w.sector == bindparam("of_sector"),
            _w.kind == _KINDS.c.kind,
            _w.since <= bindparam("at"),
            or_(_w.until.is_(None), _w.until > bindparam("at")),
        )
    )
    .order_by(_w.since)
    .limit(MOST_COUNTED + 1)
    .correlate(_KINDS)
    .lateral("some")
)
# Each kind is counted on the index, and no further than anybody will read. In order: else the planner would read the
# whole table for a kind of which there is nothing.
COUNTS = select(_KINDS.c.kind, func.count(_SOME.c.id).label("n")).select_from(
    _KINDS.outerjoin(_SOME, literal_column("true"))
)
COUNTS = COUNTS.group_by(_KINDS.c.kind)


class WatchQueries:
    """What is on the watch list of the actor's sector."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def listed(
        self, page: Paging, *, kinds: Sequence[Kind] | None, sectors: Sequence[str] | None, unit: str | None
    ) -> tuple[list[Row[Any]], PageEnd]:
        """A page, most urgent first, then the longest so. Another sector's list is empty here."""
        mine = self._actor.sector if sectors is None or self._actor.sector in sectors else None
        statement = watch_list(mine, now(), kinds=kinds, unit=unit)
        window = page.window(statement, (_w.rank, "asc"), (_w.since, "asc"), (_w.id, "asc"))
        rows = await self._tx.all(window, of_authority=self._tx.authority)
        items, end = page.cut(rows, key=lambda row: (row.rank, row.since, row.id))
        await looked_up(self._tx, self._actor, [item.case_id for item in items], "watch-list")
        return items, end

    async def counts(self) -> list[Count]:
        """How much there is of each kind, most urgent first. It tells of nobody."""
        kinds = sorted(get_args(Kind), key=lambda kind: (URGENCY[kind], kind))
        rows = await self._tx.all(
            COUNTS, of_authority=self._tx.authority, of_sector=self._actor.sector, kinds=kinds, at=now()
        )
        n = {row.kind: row.n for row in rows}
        return [Count(kind, min(n[kind], MOST_COUNTED), n[kind] > MOST_COUNTED) for kind in kinds]
