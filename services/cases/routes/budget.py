"""The budget of a case: where it stands, and its ledger."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.clock import now
from chassis.given import of_caller, of_tx
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import PageRequest
from chassis.sectors import UnknownSector
from services.cases.domain.budget import BudgetEntry, Reversal
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.budget import (
    AlreadyReversed,
    BudgetCeilingReached,
    CommitmentNotOpen,
    CommitmentUnknown,
    NothingToReverse,
    ReversalDiffers,
)
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.queries.budget import BudgetQueries
from services.cases.repository.budget import BudgetRepository
from services.cases.routes.entries import Entitlements
from services.cases.routes.given import Cases
from services.cases.schemas import budget as schemas
from services.cases.schemas.walls import WalledPage
from services.cases.use_cases import budget as accounting

router = room(tags=["budget"], prefix="/v1/cases/{case_id}/budget")


Budgets = Annotated[BudgetRepository, Depends(of_tx(BudgetRepository))]
BudgetReads = Annotated[BudgetQueries, Depends(of_caller(BudgetQueries))]


@router.get("", name="get_budget", summary="Where the budget stands", responses=problems(CaseNotFound))
async def get_budget(actor: CaseReader, case_id: UUID, reads: BudgetReads) -> schemas.BudgetView:
    """What is allocated, committed, spent and available, in øre, and the ceiling: what was allocated, or less where
    the arm of a trial allows less."""
    case, totals = await reads.totals(case_id)
    return schemas.budget(case, totals, actor)


@router.post(
    "/entries",
    status_code=201,
    name="record_budget_entry",
    summary="Enter in the budget",
    responses=problems(
        CaseNotFound,
        SectorNotInvolved,
        CaseIsClosed,
        UnknownSector,
        BudgetCeilingReached,
        CommitmentUnknown,
        CommitmentNotOpen,
        NothingToReverse,
        AlreadyReversed,
        ReversalDiffers,
    ),
)
async def record_budget_entry(
    actor: CaseWriter,
    case_id: UUID,
    body: schemas.BudgetEntryRequest,
    cases: Cases,
    budgets: Budgets,
    entitlements: Entitlements,
    answer: Answers,
) -> schemas.BudgetEntryView:
    """Allocate, commit or spend; or undo an entry by a reversal. Entries are never changed.

    An expense with a `commitmentId` takes from what that commitment bound; only what goes beyond is new. What is
    committed and spent together never passes the ceiling: else 409 `budget-ceiling-reached` with `availableOere`.
    """
    wanted = _wanted(body, actor.sector or "", actor.subject)
    if isinstance(wanted, Reversal):
        case, entry = await accounting.reverse(cases, budgets, entitlements, actor, case_id, wanted)
    else:
        case, entry = await accounting.enter(cases, budgets, entitlements, actor, case_id, wanted)
    location = f"/v1/cases/{case_id}/budget/entries/{entry.id}"
    return answer.created(schemas.budget_entry(case, entry, None, actor), location)


@router.get(
    "/entries", name="list_budget_entries", summary="List the budget's entries", responses=problems(CaseNotFound)
)
async def list_budget_entries(
    actor: CaseReader, case_id: UUID, reads: BudgetReads, page: PageRequest
) -> WalledPage[schemas.BudgetEntryView]:
    """The ledger, oldest first, reversed entries among them: what the caller's sector entered or pays, and what of
    other sectors a consent in force covers (category `budget`)."""
    found = await reads.listed(case_id, page)
    items = [schemas.budget_entry(found.case, line.entry, line.reversed_by, actor) for line in found.lines]
    return WalledPage[schemas.BudgetEntryView](items=items, page=found.page, hidden=found.hidden)


@router.get(
    "/entries/{entry_id}",
    name="get_budget_entry",
    summary="Read an entry of the budget",
    responses=problems(CaseNotFound),
)
async def get_budget_entry(
    actor: CaseReader, case_id: UUID, entry_id: UUID, reads: BudgetReads, answer: Answers
) -> schemas.BudgetEntryView:
    """One line of the ledger."""
    case, line = await reads.one(case_id, entry_id)
    return answer.ok(schemas.budget_entry(case, line.entry, line.reversed_by, actor))


def _wanted(body: schemas.BudgetEntryRequest, sector: str, subject: str) -> BudgetEntry | Reversal:
    at = now()
    if body.reverses:
        return Reversal(
            new_id(),
            body.reverses,
            sector,
            subject,
            at,
            body.amount_oere,
            body.paying_sector,
            body.purpose_kind,
            body.purpose,
        )
    # The schema lets nothing but a reversal through without these three.
    assert body.amount_oere
    assert body.paying_sector
    assert body.purpose_kind
    return BudgetEntry(
        id=new_id(),
        kind=body.kind,
        amount=body.amount_oere,
        sector=sector,
        paying_sector=body.paying_sector,
        purpose_kind=body.purpose_kind,
        purpose=body.purpose,
        recorded_by=subject,
        recorded_at=at,
        commitment_id=body.commitment_id,
    )
