"""The budget on the wire. All amounts are øre."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.actor import Actor
from chassis.wire import Body, LongText, Moment, SectorCode, View
from services.cases.domain.access import may_work
from services.cases.domain.budget import BudgetEntry, EntryKind, Totals
from services.cases.domain.case import Case
from services.cases.domain.entry import PurposeKind

# A thousand million kroner: more is a slip of the keyboard.
Amount = Annotated[int, Field(strict=True, ge=1, le=100_000_000_000)]


class BudgetEntryRequest(Body):
    """One line of the ledger. A reversal needs only the id of what it undoes; what it tells beside must agree."""

    kind: EntryKind
    amount_oere: Amount | None = Field(default=None, description="In øre. May be left out of a reversal.")
    paying_sector: SectorCode | None = Field(default=None, description="Who pays. May be left out of a reversal.")
    purpose_kind: PurposeKind | None = Field(default=None, description="What for. May be left out of a reversal.")
    purpose: LongText | None = Field(default=None, description="What the citizen wants it for.")
    commitment_id: UUID | None = Field(default=None, description="The commitment that an expense settles.")
    reverses: UUID | None = Field(default=None, description="The entry that a reversal undoes.")

    @model_validator(mode="after")
    def _names_what_it_must(self) -> Self:
        if (self.kind == "reversal") != (self.reverses is not None):
            raise ValueError("a reversal names what it undoes, and nothing else does")
        if self.commitment_id and self.kind != "expense":
            raise ValueError("only an expense settles a commitment")
        if self.kind != "reversal" and not (self.amount_oere and self.paying_sector and self.purpose_kind):
            raise ValueError("amount, paying sector and kind of purpose are told")
        return self


class BudgetEntryView(View):
    """One line of the ledger, and the one that undoes it."""

    id: UUID
    case_id: UUID
    kind: EntryKind
    amount_oere: int
    sector: str
    paying_sector: str
    purpose_kind: PurposeKind
    purpose: str | None
    recorded_by: str
    recorded_at: Moment
    commitment_id: UUID | None
    reverses: UUID | None
    reversed_by: UUID | None
    version: int
    allowed_actions: list[str]


class BudgetView(View):
    """Where the budget stands. `committedOere` and `spentOere` together never pass `ceilingOere`."""

    case_id: UUID
    allocated_oere: int
    committed_oere: int
    spent_oere: int
    available_oere: int
    ceiling_oere: int
    allowed_actions: list[str]


def budget_entry(case: Case, shown: BudgetEntry, reversed_by: UUID | None, actor: Actor) -> BudgetEntryView:
    """One line as it is shown. It may be undone once, by who entered it or pays."""
    undoable = shown.kind != "reversal" and reversed_by is None and shown.is_of(actor.sector)
    plain = ("id", "kind", "sector", "paying_sector", "purpose_kind", "purpose", "recorded_by", "recorded_at")
    return BudgetEntryView(
        **{name: getattr(shown, name) for name in (*plain, "commitment_id", "reverses")},
        case_id=case.id,
        amount_oere=shown.amount,
        reversed_by=reversed_by,
        version=1 if reversed_by is None else 2,
        allowed_actions=_actions(case, actor) if undoable else [],
    )


def budget(case: Case, totals: Totals, actor: Actor) -> BudgetView:
    """Where the budget stands."""
    return BudgetView(
        case_id=case.id,
        allocated_oere=totals.allocated,
        committed_oere=totals.committed,
        spent_oere=totals.spent,
        available_oere=totals.available,
        ceiling_oere=totals.ceiling,
        allowed_actions=_actions(case, actor),
    )


def _actions(case: Case, actor: Actor) -> list[str]:
    works = case.status == "open" and may_work(case, actor) and actor.permits("cases:write")
    return ["recordBudgetEntry"] if works else []
