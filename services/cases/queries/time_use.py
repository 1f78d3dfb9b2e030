"""What working time went to, counted from contacts and notes that say how long they took."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import DENMARK
from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.time_use import TimeUse, whole_months


def _of(table: Table) -> Select[Any]:
    c, later = table.c, table.alias("later")
    return select(c.at, c.sector, c.purpose_kind, c.minutes, t.cases.c.citizen_id).where(
        t.cases.c.id == c.case_id,
        c.authority == bindparam("of_authority"),
        c.at >= bindparam("since"),
        c.at < bindparam("until"),
        c.minutes.is_not(None),
        ~select(literal(1)).where(later.c.corrects == c.id).exists(),
    )


_all = union_all(_of(t.contacts), _of(t.notes)).subquery("entries")
_month: ColumnElement[date] = cast(func.date_trunc("month", func.timezone(DENMARK.key, _all.c.at)), Date)
_cell = (_month.label("month"), _all.c.sector, _all.c.purpose_kind)
_TIME_USE = (
    select(
        *_cell,
        func.sum(_all.c.minutes).label("minutes"),
        func.count(_all.c.citizen_id.distinct()).label("citizens"),
    )
    # By their places: repeated as expressions they would carry parameters of their own, and be others to PostgreSQL.
    .group_by(*(literal_column(place) for place in "123"))
)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), DENMARK)


class TimeUseQueries:
    """The time use of one authority."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def cells(self, first: date, last: date) -> list[TimeUse]:
        """Minutes and citizens by month, sector and purpose, for the months that the period touches.

        Raises:
            PeriodBackwards.
        """
        since, until = whole_months(first, last)
        rows = await self._tx.all(
            _TIME_USE, of_authority=self._tx.authority, since=_begins(since), until=_begins(until)
        )
        await looked_up(self._tx, self._actor, [], "time-use")
        return [TimeUse(r.month, r.sector, r.purpose_kind, int(r.minutes), r.citizens) for r in rows]
