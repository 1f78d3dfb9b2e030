"""The budget of a case: money for what the citizen wants to do, as a ledger that only grows (I27).

All amounts are øre. What is bound and spent together never passes the ceiling: what was allocated, or less where the
citizen takes part in a trial whose arm allows less.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.entry import PurposeKind
from services.cases.domain.errors.budget import (
    AlreadyReversed,
    BudgetCeilingReached,
    CommitmentNotOpen,
    CommitmentUnknown,
    NothingToReverse,
    ReversalDiffers,
)

EntryKind = Literal["allocation", "commitment", "expense", "reversal"]


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """One line of the ledger. `reverses` names the line it undoes; `commitment_id` the commitment it settles."""

    id: UUID
    kind: EntryKind
    amount: int
    sector: str
    paying_sector: str
    purpose_kind: PurposeKind
    purpose: str | None
    recorded_by: str
    recorded_at: datetime
    commitment_id: UUID | None = None
    reverses: UUID | None = None

    def is_of(self, sector: str | None) -> bool:
        """True for the sector that entered it and for the one that pays."""
        return sector in (self.sector, self.paying_sector)


@dataclass(frozen=True, slots=True)
class Reversal:
    """The wish to undo an entry. What is told beside its id must agree with it; what is left out is taken from it."""

    id: UUID
    reverses: UUID
    sector: str
    recorded_by: str
    recorded_at: datetime
    amount: int | None = None
    paying_sector: str | None = None
    purpose_kind: PurposeKind | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Where the budget stands."""

    allocated: int = 0
    committed: int = 0
    spent: int = 0
    arm_ceiling: int | None = None

    @property
    def ceiling(self) -> int:
        """The most that may be bound and spent."""
        return self.allocated if self.arm_ceiling is None else min(self.allocated, self.arm_ceiling)

    @property
    def available(self) -> int:
        """What is left. Nothing, when an arm's ceiling came after the money was spent."""
        return max(0, self.ceiling - self.committed - self.spent)


@dataclass(slots=True)
class Ledger:
    """All entries of one case, in order."""

    entries: dict[UUID, BudgetEntry] = field(default_factory=dict)
    arm_ceiling: int | None = None
    known_ceiling: int | None = None  # as far as who writes may know of an arm: a refusal tells no more

    @property
    def totals(self) -> Totals:
        """Where the budget stands after all entries."""
        standing = self._standing()
        return Totals(
            allocated=sum(e.amount for e in standing if e.kind == "allocation"),
            committed=sum(self._left_of(e, standing) for e in standing if e.kind == "commitment"),
            spent=sum(e.amount for e in standing if e.kind == "expense"),
            arm_ceiling=self.arm_ceiling,
        )

    def enter(self, entry: BudgetEntry) -> None:
        """Add an allocation, a commitment or an expense. An expense that settles a commitment takes from what was bound
        by it first; only what goes beyond is new.

        Raises:
            CommitmentUnknown, CommitmentNotOpen, BudgetCeilingReached.
        """
        if entry.commitment_id:
            self._must_be_open(entry.commitment_id, entry.sector)
        self._try(entry)

    def reverse(self, wish: Reversal) -> BudgetEntry:
        """Undo an entry, once; of a commitment, what is left of it. The entry stays, and its reversal stands beside it.

        Raises:
            NothingToReverse, AlreadyReversed, CommitmentNotOpen, ReversalDiffers. BudgetCeilingReached: to take an
            allocation back that is bound or spent, or to bind anew what an expense had settled.
        """
        undone = self.entries.get(wish.reverses)
        if undone is None or not undone.is_of(wish.sector):
            raise NothingToReverse()
        standing = self._standing()
        if undone not in standing:
            raise AlreadyReversed()
        amount = self._left_of(undone, standing) if undone.kind == "commitment" else undone.amount
        if amount == 0:
            raise CommitmentNotOpen()
        told = (wish.amount, wish.paying_sector, wish.purpose_kind)
        if any(
            said not in (None, so)
            for said, so in zip(told, (amount, undone.paying_sector, undone.purpose_kind), strict=True)
        ):
            raise ReversalDiffers(amount_oere=amount)
        entry = replace(
            undone,
            id=wish.id,
            kind="reversal",
            amount=amount,
            sector=wish.sector,
            purpose=wish.purpose,
            recorded_by=wish.recorded_by,
            recorded_at=wish.recorded_at,
            commitment_id=None,
            reverses=undone.id,
        )
        self._try(entry)
        return entry

    def _try(self, entry: BudgetEntry) -> None:
        before = self.totals
        self.entries[entry.id] = entry
        after = self.totals
        bound = after.committed + after.spent
        # A ceiling that came later may lie under what is bound already: what then asks for no more is still taken.
        asks_more = bound > before.committed + before.spent or after.allocated < before.allocated
        if asks_more and bound > after.ceiling:
            del self.entries[entry.id]
            raise BudgetCeilingReached(available_oere=replace(before, arm_ceiling=self.known_ceiling).available)

    def _standing(self) -> list[BudgetEntry]:
        undone = {e.reverses for e in self.entries.values()}
        return [e for e in self.entries.values() if e.kind != "reversal" and e.id not in undone]

    @staticmethod
    def _left_of(commitment: BudgetEntry, standing: list[BudgetEntry]) -> int:
        settled = sum(e.amount for e in standing if e.commitment_id == commitment.id)
        return max(0, commitment.amount - settled)

    def _must_be_open(self, commitment_id: UUID, sector: str) -> None:
        named = self.entries.get(commitment_id)
        if named is None or named.kind != "commitment" or not named.is_of(sector):
            raise CommitmentUnknown()
        standing = self._standing()
        if named not in standing or self._left_of(named, standing) == 0:
            raise CommitmentNotOpen()
