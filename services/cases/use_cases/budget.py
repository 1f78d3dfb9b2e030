"""Write in the ledger of a case's budget: money allocated, bound, spent, or an entry undone."""

from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.sectors import require_known
from services.cases.domain.access import must_work
from services.cases.domain.budget import BudgetEntry, Reversal
from services.cases.domain.case import Case
from services.cases.domain.entitlement import least
from services.cases.repository import CaseRepository
from services.cases.repository.budget import BudgetRepository
from services.cases.repository.entitlements import EntitlementRepository


async def enter(
    cases: CaseRepository,
    budgets: BudgetRepository,
    entitlements: EntitlementRepository,
    actor: Actor,
    case_id: UUID,
    entry: BudgetEntry,
) -> tuple[Case, BudgetEntry]:
    """Enter an allocation, a commitment or an expense. Writers of one case follow one another: each sees what the one
    before has left.

    Raises:
        UnknownSector, CaseNotFound, SectorNotInvolved, CaseIsClosed, CommitmentUnknown, CommitmentNotOpen,
        BudgetCeilingReached.
    """
    require_known(entry.paying_sector)
    case = await _open_case(cases, actor, case_id)
    owed = await entitlements.of(case.citizen.id, day_of(entry.recorded_at))
    known = least(case.known_to(actor.sector, owed.ceilings))
    ledger = await budgets.ledger(case.id, arm_ceiling=owed.budget_ceiling, known_ceiling=known)
    ledger.enter(entry)
    await budgets.add(case.id, entry, ledger)
    return case, entry


async def reverse(
    cases: CaseRepository,
    budgets: BudgetRepository,
    entitlements: EntitlementRepository,
    actor: Actor,
    case_id: UUID,
    wish: Reversal,
) -> tuple[Case, BudgetEntry]:
    """Undo an entry by another.

    Raises:
        UnknownSector, CaseNotFound, SectorNotInvolved, CaseIsClosed, NothingToReverse, AlreadyReversed,
        CommitmentNotOpen, ReversalDiffers, BudgetCeilingReached.
    """
    require_known(*([wish.paying_sector] if wish.paying_sector else []))
    case = await _open_case(cases, actor, case_id)
    owed = await entitlements.of(case.citizen.id, day_of(wish.recorded_at))
    known = least(case.known_to(actor.sector, owed.ceilings))
    ledger = await budgets.ledger(case.id, arm_ceiling=owed.budget_ceiling, known_ceiling=known)
    entry = ledger.reverse(wish)
    await budgets.add(case.id, entry, ledger)
    return case, entry


async def _open_case(cases: CaseRepository, actor: Actor, case_id: UUID) -> Case:
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    case.must_be_open()
    return case
