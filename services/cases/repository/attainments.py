"""How far goals were seen to be reached: rows are added and never changed."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.attainment import Attainment
from services.cases.domain.plan import PlanVersion
from services.cases.repository.rows import Row

a = t.goal_attainments.c
_ADD = insert(t.goal_attainments)
# The latest day counts; of a day, what was written last: so is a mistake put right.
_REACHED = (
    select(a.goal_id, a.level)
    .ext(distinct_on(a.goal_id))
    .where(a.case_id == bindparam("of_case"), a.authority == bindparam("of_authority"), a.seen_on <= bindparam("day"))
    .order_by(a.goal_id, a.seen_on.desc(), a.recorded_at.desc(), a.id.desc())
)


class Attainments:
    """The attainments of one authority's cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, case_id: UUID, seen: Attainment, version: PlanVersion) -> None:
        """Keep what was seen, with the version of the plan by whose scale it was seen."""
        row = {
            "id": seen.id,
            "authority": self._tx.authority,
            "case_id": case_id,
            "version_id": version.id,
            "goal_id": seen.goal_id,
            "plan_version": seen.plan_version,
            "level": seen.level,
            "seen_on": seen.on,
            "recorded_at": seen.recorded_at,
            "by_sector": seen.by_sector,
            "by_unit": seen.by_unit,
        }
        await self._tx.run(_ADD, [row])

    async def reached(self, case_id: UUID, day: date) -> dict[UUID, int]:
        """The level of each goal as it was last seen, that day or before."""
        rows = await self._tx.all(_REACHED, of_case=case_id, of_authority=self._tx.authority, day=day)
        return {row.goal_id: row.level for row in rows}


def to_attainment(row: Row) -> Attainment:
    """The value of a row."""
    return Attainment(
        id=row.id,
        goal_id=row.goal_id,
        plan_version=row.plan_version,
        level=row.level,
        on=row.seen_on,
        recorded_at=row.recorded_at,
        by_sector=row.by_sector,
        by_unit=row.by_unit,
    )
