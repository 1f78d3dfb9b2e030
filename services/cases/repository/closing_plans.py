"""Closing plans of one authority."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update

from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from services.cases.domain.closing_plan import ClosingPlan
from services.cases.tables import closing_plans

_p = closing_plans.c
_KEPT = tuple(ClosingPlan.__dataclass_fields__)
_ALL = select(closing_plans).where(_p.authority == bindparam("of_authority")).order_by(_p.closes_on, _p.id)
_ONE = select(closing_plans).where(_p.authority == bindparam("of_authority"), _p.id == bindparam("plan_id"))
_ADD = insert(closing_plans)
_MOVE = update(closing_plans).where(_p.id == bindparam("plan_id"), _p.version == bindparam("read"))


class ClosingPlanRepository:
    """The closing plans of the transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def all(self) -> list[ClosingPlan]:
        """Every plan, the next to close first."""
        return [_plan(row) for row in await self._tx.all(_ALL, of_authority=self._tx.authority)]

    async def get(self, plan_id: UUID) -> ClosingPlan:
        """The plan of that id.

        Raises:
            NotFound.
        """
        row = await self._tx.one(_ONE, of_authority=self._tx.authority, plan_id=plan_id)
        if row is None:
            raise NotFound()
        return _plan(row)

    async def add(self, plan: ClosingPlan, *, made_by: str) -> None:
        """Keep a new plan.

        Raises:
            AlreadyExists: the unit has one.
        """
        row = {name: getattr(plan, name) for name in _KEPT}
        await self._tx.run(_ADD, [row | {"authority": self._tx.authority, "made_by": made_by}])

    async def save(self, plan: ClosingPlan) -> None:
        """Keep another day, which has counted the version on by one.

        Raises:
            Stale: somebody else changed it in between.
        """
        moved = _MOVE.values(closes_on=plan.closes_on, version=plan.version)
        if not await self._tx.run(moved, plan_id=plan.id, read=plan.version - 1):
            raise Stale()


def _plan(row: Row[Any]) -> ClosingPlan:
    return ClosingPlan(**{name: getattr(row, name) for name in _KEPT})
