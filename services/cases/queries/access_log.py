"""Who looked at a case, from the look-up log. Reading it is a look, and logged as one."""

from uuid import UUID

from sqlalchemy import bindparam, select

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.access_log import Lookup, sees_employees, supervises, without_employees
from services.cases.domain.errors import CaseNotFound
from services.cases.queries.cases import CaseQueries

_WHAT = "access-log"
_l, _c = t.chassis.lookups.c, t.cases.c
_LOOKS = select(t.chassis.lookups).where(_l.authority == bindparam("of_authority"), _l.case_id == bindparam("of_case"))
_HOLDER = select(_c.holding_sector).where(_c.id == bindparam("of_case"), _c.authority == bindparam("of_authority"))


class AccessLogQueries:
    """The looks at cases that one actor may know of."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor

    async def listed(self, case_id: UUID, page: Paging) -> tuple[list[Lookup], PageEnd]:
        """A page of looks, newest first, with or without who it was.

        Raises:
            CaseNotFound.
        """
        which = {"of_case": case_id, "of_authority": self._tx.authority}
        holder = await self._holder(case_id)
        window = page.window(_LOOKS, (_l.looked_up_at, "desc"), (_l.id, "desc"))
        rows, end = page.cut(await self._tx.all(window, **which), key=lambda row: (row.looked_up_at, row.id))
        looks = [Lookup(r.looked_up_at, r.what, r.purpose, r.sector, r.unit, r.subject, r.client) for r in rows]
        if not sees_employees(self._actor, holder):
            looks = [without_employees(look) for look in looks]
        return looks, end

    async def _holder(self, case_id: UUID) -> str:
        if not supervises(self._actor):
            return (await CaseQueries(self._tx, self._actor).one(case_id, _WHAT)).holder.sector
        row = await self._tx.one(_HOLDER, of_case=case_id, of_authority=self._tx.authority)
        if row is None:
            raise CaseNotFound()
        await looked_up(self._tx, self._actor, [case_id], _WHAT)
        return str(row.holding_sector)
