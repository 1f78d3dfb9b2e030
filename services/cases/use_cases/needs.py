"""The short life of a need: registered, set aside by the citizen, ended."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.access import answers_for, must_work
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound, NeedNotYours
from services.cases.domain.need import Need, Outcome, SettingAside
from services.cases.repository import CaseRepository


async def register_need(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    *,
    need_id: UUID | None,
    domain: str,
    description: str | None,
    owner_sector: str | None,
    now: datetime,
) -> tuple[Case, Need]:
    """Register a need in an open case; without an owner it is the caller's sector's to see to.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, UnknownSector, NeedExists, OwnerNotInvolved, AlreadyExists.
    """
    require_known(*([owner_sector] if owner_sector else []))
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    owner = owner_sector or actor.sector or ""
    need = Need(need_id or new_id(), domain, description, owner, now)
    case.register_need(need)
    await cases.save(case, at=now)
    return case, need


async def set_need_aside(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    need_id: UUID,
    because: SettingAside,
    *,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Need]:
    """The citizen says "not now", in own words, until a day.

    Raises:
        CaseNotFound, Stale, NeedNotYours, CaseIsClosed, NeedIsSettled, RevisitInThePast, UnknownSector.
    """
    require_known(because.revisit_by_sector)
    because.must_lie_ahead(day_of(now))
    case = await _with_own_need(cases, actor, case_id, need_id, expected)
    case.set_need_aside(need_id, because, today=day_of(now))
    await cases.save(case, at=now)
    return case, case.needs[need_id]


async def close_need(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    need_id: UUID,
    *,
    outcome: Outcome,
    citizen_statement: str | None,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Need]:
    """A need has ended.

    Raises:
        CaseNotFound, Stale, NeedNotYours, CaseIsClosed, NeedIsSettled, CitizensWordsMissing.
    """
    case = await _with_own_need(cases, actor, case_id, need_id, expected)
    case.close_need(need_id, outcome, citizen_statement)
    await cases.save(case, at=now)
    return case, case.needs[need_id]


async def reopen_need(
    cases: CaseRepository, actor: Actor, case_id: UUID, need_id: UUID, *, expected: int | None, now: datetime
) -> tuple[Case, Need]:
    """A need is there again; whoever handed it on is alarmed.

    Raises:
        CaseNotFound, Stale, NeedNotYours, CaseIsClosed, NeedNotReopened.
    """
    case = await _with_own_need(cases, actor, case_id, need_id, expected)
    case.reopen_need(need_id, now)
    await cases.save(case, at=now)
    return case, case.needs[need_id]


async def _with_own_need(
    cases: CaseRepository, actor: Actor, case_id: UUID, need_id: UUID, expected: int | None
) -> Case:
    case = await cases.get(case_id, actor, expected=expected)
    need = case.needs.get(need_id)
    if need is None:
        raise CaseNotFound()
    if not answers_for(case, need, actor):
        raise NeedNotYours()
    return case
