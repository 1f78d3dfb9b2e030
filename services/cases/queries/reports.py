"""What an authority counts of its own conduct: letting go, by ground."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from chassis.clock import start_of
from chassis.database import Transaction
from services.cases.tables import cases, releases

_r, _c = releases.c, cases.c
_BETWEEN: tuple[Any, Any] = (bindparam("since"), bindparam("before"))
_RELEASES = (
    select(_r.sector, _r.ground, func.count().label("n"))
    .where(_r.authority == bindparam("authority"), _r.at >= _BETWEEN[0], _r.at < _BETWEEN[1])
    .group_by(_r.sector, _r.ground)
    .order_by(_r.sector, _r.ground)
)
_CLOSURES = (
    select(_c.closed_by_sector.label("sector"), _c.closure_ground.label("ground"), func.count().label("n"))
    .where(_c.authority == bindparam("authority"), _c.closed_at >= _BETWEEN[0], _c.closed_at < _BETWEEN[1])
    .group_by(_c.closed_by_sector, _c.closure_ground)
    .order_by(_c.closed_by_sector, _c.closure_ground)
)


class ReportQueries:
    """Counts of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def releases(self, first: date, last: date) -> Sequence[Any]:
        """How often each sector let go on each ground, from the first day to the last."""
        return await self._tx.all(_RELEASES, **self._days(first, last))

    async def closures(self, first: date, last: date) -> Sequence[Any]:
        """How often each sector closed a case on each ground, from the first day to the last."""
        return await self._tx.all(_CLOSURES, **self._days(first, last))

    def _days(self, first: date, last: date) -> dict[str, Any]:
        before = start_of(last + timedelta(days=1))
        return {"authority": self._tx.authority, "since": start_of(first), "before": before}
