"""Change what is known of the citizen, and how to reach them."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from services.cases.domain.access import must_keep_protected, must_work
from services.cases.domain.case import Case
from services.cases.domain.citizen import Contact
from services.cases.repository import CaseRepository


async def update_case(
    cases: CaseRepository, actor: Actor, case_id: UUID, *, changes: dict[str, Any], expected: int, now: datetime
) -> Case:
    """Apply a merge patch: `kle` of the case; `name`, `contact` (field by field), `protected_until` of the citizen.

    Raises:
        CaseNotFound, Stale, SectorNotInvolved, CaseIsClosed, ProtectionNotYours.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_work(case, actor)
    case.must_be_open()
    if "protected_until" in changes:
        must_keep_protected(case, actor, changes["protected_until"], day_of(now))
    if "kle" in changes:
        case.kle = changes["kle"]
    if "contact" in changes:
        told = changes["contact"]
        changes["contact"] = None if told is None else replace(case.citizen.contact or Contact(), **told)
    case.citizen = replace(case.citizen, **{name: value for name, value in changes.items() if name != "kle"})
    if "protected_until" in changes:
        await cases.save_protection(case)
    await cases.save(case, at=now)
    return case
