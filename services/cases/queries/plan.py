"""What can be read of the one plan: the newest version, earlier ones, what each changed, and how far goals are."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.attainment import Attainment
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.plan import Change, PlanVersion
from services.cases.queries.cases import CaseQueries
from services.cases.repository.attainments import Attainments, to_attainment
from services.cases.repository.plan import Plans, changes_of
from services.cases.repository.rows import Row

v, a = t.plan_versions.c, t.goal_attainments.c
_VERSIONS = select(v.number, v.state, v.agrees, v.written_at, v.by_sector, v.by_unit, v.changes, v.also_changed).where(
    v.case_id == bindparam("of_case"), v.authority == bindparam("of_authority")
)
_ATTAINMENTS = select(t.goal_attainments).where(
    a.case_id == bindparam("of_case"), a.authority == bindparam("of_authority"), a.goal_id == bindparam("of_goal")
)
_ATTAINMENT = _ATTAINMENTS.where(a.id == bindparam("attainment"))


@dataclass(frozen=True, slots=True)
class Edition:
    """A version as a list tells it: no words, only what it changed."""

    number: int
    state: str
    agrees: bool | None
    written_at: datetime
    by_sector: str
    by_unit: str | None
    changes: tuple[Change, ...]
    also_changed: tuple[str, ...]


class PlanQueries:
    """The plans one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._cases = CaseQueries(tx, actor)
        self._plans = Plans(tx)
        self._attainments = Attainments(tx)

    async def newest(self, case_id: UUID, what: str = "plan") -> tuple[Case, PlanVersion]:
        """The plan as it was written last.

        Raises:
            CaseNotFound: no such case, or no plan in it yet.
        """
        case = await self._cases.one(case_id, what)
        version = await self._plans.newest(case_id)
        if version is None:
            raise CaseNotFound()
        return case, version

    async def current_number(self, version: PlanVersion, case_id: UUID) -> int | None:
        """The version that is current: this one, or the one before a draft."""
        if version.state == "current":
            return version.number
        standing = await self._plans.standing(case_id)
        return standing.version if standing else None

    async def numbered(self, case_id: UUID, number: int) -> tuple[Case, PlanVersion]:
        """One version, as it was written.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "plan-version")
        version = await self._plans.numbered(case_id, number)
        if version is None:
            raise CaseNotFound()
        return case, version

    async def versions(self, case_id: UUID, page: Paging) -> tuple[Case, list[Edition], PageEnd]:
        """A page of versions, newest first.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "plan-versions")
        window = page.window(_VERSIONS, (v.number, "desc"))
        rows = await self._tx.all(window, of_case=case_id, of_authority=self._tx.authority)
        rows, end = page.cut(rows, key=lambda row: (row.number,))
        return case, [_edition(row) for row in rows], end

    async def attainments(self, case_id: UUID, goal_id: UUID, page: Paging) -> tuple[list[Attainment], PageEnd]:
        """A page of what was seen of one goal, as it was written down.

        Raises:
            CaseNotFound.
        """
        await self._cases.one(case_id, "attainments")
        window = page.window(_ATTAINMENTS, (a.recorded_at, "asc"), (a.id, "asc"))
        of = {"of_case": case_id, "of_authority": self._tx.authority, "of_goal": goal_id}
        rows, end = page.cut(await self._tx.all(window, **of), key=lambda row: (row.recorded_at, row.id))
        return [to_attainment(row) for row in rows], end

    async def attainment(self, case_id: UUID, goal_id: UUID, attainment_id: UUID) -> Attainment:
        """One attainment.

        Raises:
            CaseNotFound.
        """
        await self._cases.one(case_id, "attainment")
        of = {"of_case": case_id, "of_authority": self._tx.authority, "of_goal": goal_id}
        row = await self._tx.one(_ATTAINMENT, **of, attainment=attainment_id)
        if row is None:
            raise CaseNotFound()
        return to_attainment(row)

    async def reached(self, case_id: UUID, day: date) -> dict[UUID, int]:
        """The level of each goal as it was last seen, that day or before."""
        return await self._attainments.reached(case_id, day)


def _edition(row: Row) -> Edition:
    return Edition(
        number=row.number,
        state=row.state,
        agrees=row.agrees,
        written_at=row.written_at,
        by_sector=row.by_sector,
        by_unit=row.by_unit,
        changes=changes_of(row),
        also_changed=tuple(row.also_changed),
    )
