"""Keeps the ledger of a case and its totals, which the database holds against each other when the transaction ends."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.budget import BudgetEntry, Ledger
from services.cases.repository.rows import Row, Rows

_e = t.budget_entries.c
_ENTRIES = (
    select(t.budget_entries)
    .where(_e.case_id == bindparam("of_case"), _e.authority == bindparam("of_authority"))
    .order_by(_e.recorded_at, _e.id)
)
_ADD = insert(t.budget_entries)
_totals = upsert(t.budgets)
_KEEP_TOTALS = _totals.on_conflict_do_update(
    index_elements=[t.budgets.c.case_id],
    set_={name: _totals.excluded[name] for name in ("allocated", "committed", "spent")},
)
_PLAIN = ("sector", "paying_sector", "purpose_kind", "recorded_by", "recorded_at", "commitment_id", "reverses")


def budget_entry(rows: Rows, row: Row, *, words: bool = True) -> BudgetEntry:
    """Row → value; without `words` what the citizen wants it for stays sealed."""
    purpose = rows.read(row.purpose, "budget_entries.purpose", row.id) if words else None
    return BudgetEntry(
        id=row.id, kind=row.kind, amount=row.amount, purpose=purpose, **{name: getattr(row, name) for name in _PLAIN}
    )


class BudgetRepository:
    """The budgets of one authority's cases. Whoever writes has locked the case."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def ledger(self, case_id: UUID, *, arm_ceiling: int | None, known_ceiling: int | None = None) -> Ledger:
        """All entries of the case, without the citizen's words; `known_ceiling` is what its writer may know of."""
        rows = await self._tx.all(_ENTRIES, of_case=case_id, of_authority=self._tx.authority)
        return Ledger({row.id: budget_entry(self._rows, row, words=False) for row in rows}, arm_ceiling, known_ceiling)

    async def add(self, case_id: UUID, entry: BudgetEntry, ledger: Ledger) -> None:
        """Keep an entry that the ledger has taken, and where the budget stands with it."""
        totals = ledger.totals
        row: dict[str, Any] = {name: getattr(entry, name) for name in _PLAIN}
        owner = {"authority": self._tx.authority, "case_id": case_id}
        sealed = self._rows.seal(entry.purpose, "budget_entries.purpose", entry.id)
        stands = {"allocated": totals.allocated, "committed": totals.committed, "spent": totals.spent}
        await self._tx.run(_KEEP_TOTALS, [owner | stands])
        await self._tx.run(
            _ADD, [owner | row | {"id": entry.id, "kind": entry.kind, "amount": entry.amount, "purpose": sealed}]
        )
