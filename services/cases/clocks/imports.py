"""What was submitted to be imported: worked off in small batches, each in one transaction with its outcomes.

A batch that is broken off was never done, and is done again: so nothing is lost and nothing comes twice, whenever a
worker dies. What is wrong with a line is told of that line; the others stand.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from chassis.audit import looked_up
from chassis.clock import day_of, now
from chassis.database import Database, Transaction
from chassis.errors import Refusal
from chassis.problems import Unavailable
from chassis.workplace import Workplace, pause
from services.cases.domain.operation import ABANDONED_AFTER, LineOutcome, Operation
from services.cases.domain.policies import Policies
from services.cases.repository import CaseRepository, PolicyRepository, StaffRepository, UnitRepository
from services.cases.repository.arrivals import Arrivals, Rehearsal
from services.cases.repository.entries import EntryRepository
from services.cases.repository.operations import OperationRepository, operations_to_do
from services.cases.schemas import lines
from services.cases.schemas.files import LineUnreadable, lines_of, members_of
from services.cases.use_cases import arrivals as take
from services.cases.use_cases.arrivals import Taken

log = structlog.get_logger("helhed.cases.imports")

Take = Callable[[int, Any, set[UUID]], Coroutine[Any, Any, Taken]]

LOOKED_AT = "import"
_LOOK_EVERY = 0.5
_LINES_AT_ONCE = 50
_PLANS_AT_ONCE = 5000


async def work_off_imports(place: Workplace, stop: asyncio.Event) -> None:
    """Work off what is submitted, one batch of each import in turn, until told to stop."""
    while not stop.is_set():
        more = False
        try:
            async with place.messenger.transaction(None) as tx:
                waiting = await operations_to_do(tx, now() - ABANDONED_AFTER)
            for operation_id, authority in waiting:
                more = await _step_or_put_off(place.database, operation_id, authority) or more
        except Unavailable:
            log.warning("imports-wait")
        await pause(stop, 0 if more else _LOOK_EVERY)


async def _step_or_put_off(database: Database, operation_id: UUID, authority: str) -> bool:
    """An import that cannot go on holds up neither others nor the worker."""
    try:
        return await work_off(database, operation_id, authority)
    except Unavailable:
        raise
    except Exception as broken:
        log.error("import-broken", operation=str(operation_id), error=type(broken).__qualname__)
        return False


async def work_off(database: Database, operation_id: UUID, authority: str) -> bool:
    """One batch of one import, in one transaction; whether there is more to do."""
    async with database.transaction(authority) as tx:
        operations, at = OperationRepository(tx), now()
        operation = await operations.claim(operation_id)
        if operation is None:
            return False
        if operation.state == "receiving":
            await _abandon(operations, operation, at)
            return False
        if operation.part > operation.parts:
            return await _finish(operations, operation, at)
        await _work_off_lines(tx, operations, operation, at)
        return True


async def _work_off_lines(tx: Transaction, operations: OperationRepository, operation: Operation, at: datetime) -> None:
    text = await operations.content(operation)
    waiting = lines_of(text, operation.columns)[operation.done_of_part :]
    batch = waiting[:_LINES_AT_ONCE]
    first = operation.done + 1
    policies = await PolicyRepository(tx).on(day_of(at))
    taker = partial(_take, tx, operation, policies, at)
    outcomes = [await _one(tx, operation, first + place, line, taker) for place, line in enumerate(batch)]
    await operations.add_outcomes(operation, outcomes)
    done = operation.worked_off(outcomes)
    if len(waiting) <= _LINES_AT_ONCE:
        await operations.empty_parts(operation, operation.part)
        done = done.next_part()
    await operations.save(done)


async def _finish(operations: OperationRepository, operation: Operation, at: datetime) -> bool:
    """What a dry run planned is forgotten, some of it at a time; then the import is done."""
    if await operations.forget_plan(operation, _PLANS_AT_ONCE):
        return True
    await operations.save(operation.finish(at))
    return False


async def _abandon(operations: OperationRepository, operation: Operation, at: datetime) -> None:
    if operation.requested_at < at - ABANDONED_AFTER:
        await operations.empty_parts(operation, operation.parts)
        await operations.save(operation.give_up(at))


async def _one(tx: Transaction, operation: Operation, number: int, line: Any, take_in: Take) -> LineOutcome:
    """One line, wholly or not at all. What it learnt of cases that are here is logged whatever became of it, in a dry
    run too: its answer tells that they are."""
    met: set[UUID] = set()
    outcome = await _attempt(tx, operation, number, line, take_in, met)
    if met:
        await looked_up(tx, operation.sender, sorted(met), LOOKED_AT)
    return outcome


async def _attempt(
    tx: Transaction, operation: Operation, number: int, line: Any, take_in: Take, met: set[UUID]
) -> LineOutcome:
    try:
        async with tx.savepoint():
            taken = await take_in(number, members_of(line, operation.columns), met)
            return LineOutcome(number, taken.outcome, record_id=None if operation.dry_run else taken.record_id)
    except LineUnreadable as unreadable:
        return LineOutcome(number, "refused", unreadable.code, unreadable.pointer)
    except Unavailable:
        raise
    except Refusal as refusal:
        return LineOutcome(number, "refused", refusal.slug, refusal.facts.get("pointer"))
    except Exception as defect:
        # A defect of ours stops the line, not the import. Its text may hold what people wrote, so its class is logged.
        log.error("line-broken", operation=str(operation.id), line=number, error=type(defect).__qualname__)
        return LineOutcome(number, "refused", "internal-error")


async def _take(
    tx: Transaction, operation: Operation, policies: Policies, at: datetime, number: int, members: Any, met: set[UUID]
) -> Taken:
    line: Any = lines.read(lines.LINES[operation.kind], members)
    arrivals = Rehearsal(tx, met, operation.id, number) if operation.dry_run else Arrivals(tx, met)
    cases, units, actor = CaseRepository(tx), UnitRepository(tx), operation.sender
    if operation.kind == "cases":
        return await take.take_case(arrivals, units, actor, lines.arrived_case(line), policies=policies, now=at)
    if operation.kind == "consents":
        return await take.take_consent(cases, arrivals, actor, lines.arrived_consent(line), now=at)
    if operation.kind == "contacts":
        entries = EntryRepository(tx)
        contact = lines.arrived_contact(line)
        return await take.take_contact(cases, entries, arrivals, actor, contact, now=at)
    if operation.kind == "units":
        return await take.take_unit(arrivals, units, actor, lines.arrived_unit(line, day_of(at)))
    return await take.take_staff(arrivals, StaffRepository(tx), units, actor, lines.arrived_member(line))
