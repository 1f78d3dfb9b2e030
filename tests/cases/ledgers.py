"""Lines of a ledger as values, and what may be asked of it."""

from typing import Any
from uuid import UUID, uuid4

from services.cases.domain.budget import BudgetEntry, Ledger, Reversal
from services.cases.domain.errors.budget import (
    AlreadyReversed,
    BudgetCeilingReached,
    CommitmentNotOpen,
    CommitmentUnknown,
    NothingToReverse,
)
from tests.cases.builders import MONDAY

REFUSALS = (BudgetCeilingReached, CommitmentUnknown, CommitmentNotOpen, NothingToReverse, AlreadyReversed)


def entry(kind: Any, amount: int, **changes: Any) -> BudgetEntry:
    """A line of employment's."""
    told: dict[str, Any] = {
        "id": uuid4(),
        "kind": kind,
        "amount": amount,
        "sector": "employment",
        "paying_sector": "employment",
        "purpose_kind": "help",
        "purpose": None,
        "recorded_by": "anna",
        "recorded_at": MONDAY,
    }
    return BudgetEntry(**told | changes)


def wish(of: BudgetEntry | UUID, **changes: Any) -> Reversal:
    """The wish to undo a line."""
    told: dict[str, Any] = {"sector": "employment", "recorded_by": "anna", "recorded_at": MONDAY}
    return Reversal(uuid4(), of if isinstance(of, UUID) else of.id, **told | changes)


def ask(ledger: Ledger, kind: str, amount: int, place: int) -> None:
    """One entry, or the wish to undo one; what names another names the one at that place."""
    known = list(ledger.entries.values())
    named = known[place % len(known)].id if known else uuid4()
    if kind == "reversal":
        ledger.reverse(wish(named))
    elif kind == "settling":
        ledger.enter(entry("expense", amount, commitment_id=named))
    else:
        ledger.enter(entry(kind, amount))
