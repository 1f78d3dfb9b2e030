"""Active cases of each coordinator on a day, from the history of responsibility."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import DENMARK, day_of, now
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.caseload import Caseload, must_have_come
from services.cases.repository.rows import Row

_r, _s = t.responsibilities.c, t.staff.c


def _counted(*where: Any) -> Select[Any]:
    """A line for each coordinator: the cases coordinated at one moment, and the hours they have today."""
    lines = (
        select(_r.subject, func.count(_r.case_id.distinct()).label("cases"))
        .where(
            _r.authority == bindparam("of_authority"),
            _r.kind == "coordinator",
            _r.since <= bindparam("moment"),
            or_(_r.until.is_(None), _r.until > bindparam("moment")),
            *where,
        )
        .group_by(_r.subject)
        .subquery("lines")
    )
    return select(lines, _s.fte).outerjoin(
        t.staff, (_s.authority == bindparam("of_authority")) & (_s.subject == lines.c.subject)
    )


_OF_SECTOR = _counted(_r.sector == bindparam("of_sector"))
_OF_UNIT = _counted(_r.sector == bindparam("of_sector"), _r.unit == bindparam("of_unit"))
_MINE = _counted(_r.sector == bindparam("of_sector"), _r.subject == bindparam("of_subject"))


class CaseloadQueries:
    """The caseloads of one actor's authority and sector."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def listed(self, page: Paging, on: date | None, unit: str | None) -> tuple[list[Caseload], PageEnd]:
        """The coordinators of the actor's sector, by subject.

        Raises:
            DayToCome.
        """
        day, moment = _moment_of(on)
        statement = _OF_UNIT if unit else _OF_SECTOR
        window = page.window(statement, (statement.selected_columns.subject, "asc"))
        which = {"of_authority": self._tx.authority, "of_sector": self._actor.sector, "moment": moment}
        rows, end = page.cut(
            await self._tx.all(window, **which, **({"of_unit": unit} if unit else {})), key=lambda row: (row.subject,)
        )
        await looked_up(self._tx, self._actor, [], "caseloads")
        return [_caseload(day, row) for row in rows], end

    async def mine(self, on: date | None) -> Caseload:
        """The actor's own, in the sector acted for.

        Raises:
            DayToCome.
        """
        day, moment = _moment_of(on)
        subject, sector = self._actor.subject, self._actor.sector
        which = {"of_authority": self._tx.authority, "of_sector": sector, "of_subject": subject, "moment": moment}
        row = await self._tx.one(_MINE, **which)
        await looked_up(self._tx, self._actor, [], "caseload")
        return _caseload(day, row) if row else Caseload(day, subject, 0, None)


def _caseload(on: date, row: Row) -> Caseload:
    return Caseload(on, row.subject, row.cases, None if row.fte is None else float(row.fte))


def _moment_of(on: date | None) -> tuple[date, datetime]:
    """The day, and its last moment in Denmark; of today the present one."""
    present = now()
    today = day_of(present)
    day = on or today
    must_have_come(day, today)
    begins_after = datetime.combine(day + timedelta(days=1), time(), DENMARK)
    return day, min(present, begins_after - timedelta(microseconds=1))
