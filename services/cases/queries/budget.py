"""What can be read of a case's budget: where it stands, for all who work in the case; its entries, behind the walls
between sectors."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, func, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.actor import Actor
from chassis.clock import day_of, now
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.budget import BudgetEntry, Totals
from services.cases.domain.case import Case
from services.cases.domain.entitlement import least
from services.cases.domain.errors import CaseNotFound
from services.cases.queries.cases import CaseQueries
from services.cases.queries.entries import seen_of
from services.cases.repository.budget import budget_entry
from services.cases.repository.entitlements import EntitlementRepository
from services.cases.repository.rows import Rows

_CATEGORY = "budget"
_e, _b = t.budget_entries.c, t.budgets.c
_undoing = t.budget_entries.alias("undoing")
_OF_CASE = (_e.case_id == bindparam("of_case"), _e.authority == bindparam("of_authority"))


def _seen() -> ColumnElement[bool]:
    # A sector sees what it entered and what it pays; of others' entries, what a consent covers.
    return or_(_e.sector == func.any(bindparam("seen", type_=ARRAY(Text))), _e.paying_sector == bindparam("own_sector"))


_ENTRIES = (
    select(t.budget_entries, _undoing.c.id.label("reversed_by"))
    .outerjoin(_undoing, _undoing.c.reverses == _e.id)
    .where(*_OF_CASE, _seen())
)
_ONE = _ENTRIES.where(_e.id == bindparam("entry_id"))
_HIDDEN = select(func.count(literal_column("1")).label("n")).where(*_OF_CASE, not_(_seen()))
_TOTALS = select(t.budgets).where(_b.case_id == bindparam("of_case"), _b.authority == bindparam("of_authority"))


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and the one that undoes it."""

    entry: BudgetEntry
    reversed_by: UUID | None


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of the ledger, and how many of its entries are another sector's and not shown."""

    case: Case
    lines: list[Line]
    hidden: int
    page: PageEnd


class BudgetQueries:
    """The budgets one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._actor = actor
        self._cases = CaseQueries(tx, actor)

    async def totals(self, case_id: UUID) -> tuple[Case, Totals]:
        """Where the budget of a case stands.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "budget")
        row = await self._tx.one(_TOTALS, of_case=case.id, of_authority=self._tx.authority)
        owed = await EntitlementRepository(self._tx).of(case.citizen.id, day_of(now()))
        stands = Totals(row.allocated, row.committed, row.spent) if row else Totals()
        return case, replace(stands, arm_ceiling=least(case.known_to(self._actor.sector, owed.ceilings)))

    async def listed(self, case_id: UUID, page: Paging) -> Lines:
        """A page of entries, oldest first.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "budget-entries")
        window = page.window(_ENTRIES, (_e.recorded_at, "asc"), (_e.id, "asc"))
        which = self._which(case)
        rows, end = page.cut(await self._tx.all(window, **which), key=lambda row: (row.recorded_at, row.id))
        hidden = await self._tx.one(_HIDDEN, **which)
        assert hidden is not None
        return Lines(case, [Line(budget_entry(self._rows, row), row.reversed_by) for row in rows], hidden.n, end)

    async def one(self, case_id: UUID, entry_id: UUID) -> tuple[Case, Line]:
        """One entry.

        Raises:
            CaseNotFound: absent, or another sector's that no consent covers.
        """
        case = await self._cases.one(case_id, "budget-entry")
        row = await self._tx.one(_ONE, **self._which(case), entry_id=entry_id)
        if row is None:
            raise CaseNotFound()
        return case, Line(budget_entry(self._rows, row), row.reversed_by)

    def _which(self, case: Case) -> dict[str, object]:
        seen = seen_of(case, self._actor, _CATEGORY)
        return {
            "of_case": case.id,
            "of_authority": self._tx.authority,
            "seen": seen,
            "own_sector": self._actor.sector,
        }
