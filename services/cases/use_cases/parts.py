"""Who has a part in a case: involve a sector, assign the coordinator, state who decides and who pays."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.access import must_hold
from services.cases.domain.case import Case
from services.cases.domain.organisation import must_coordinate, must_take_in
from services.cases.domain.responsibility import Party, PartyKind
from services.cases.repository import CaseRepository, StaffRepository, UnitRepository


async def involve_sector(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    *,
    sector: str,
    unit: str | None,
    because: str,
    on_other_basis: bool,
    expected: int | None,
    now: datetime,
) -> tuple[Case, UUID]:
    """Give a sector a part in the case; the new part's id.

    Raises:
        CaseNotFound, Stale, HolderOnly, UnknownSector, CaseIsClosed, AlreadyInvolved, InvolvementBasisMissing.
    """
    require_known(sector)
    case, part = await cases.get(case_id, actor, expected=expected), new_id()
    must_hold(case, actor)
    case.involve(sector, unit, because=because, on_other_basis=on_other_basis, at=now, row_id=part)
    await cases.save(case, at=now)
    return case, part


async def assign_coordinator(
    cases: CaseRepository,
    units: UnitRepository,
    staff: StaffRepository,
    actor: Actor,
    case_id: UUID,
    *,
    subject: str,
    unit: str | None,
    expected: int | None,
    now: datetime,
) -> Case:
    """Another person, or unit, of the holding sector takes over within it. Where the authority keeps its units or its
    staff here, it is one of them.

    Raises:
        CaseNotFound, Stale, HolderOnly, CaseIsClosed, UnitUnfit, CoordinatorUnfit.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    case.must_be_open()
    sector, today = case.holder.sector, day_of(now)
    if unit:
        must_take_in((await units.all()).values(), unit, sector, today)
    if await staff.anybody():
        must_coordinate(await staff.find(subject), sector, today)
    case.coordinate(subject, unit, at=now, new_id=new_id)
    await cases.save(case, at=now)
    return case


async def state_party(
    cases: CaseRepository,
    actor: Actor,
    case_id: UUID,
    *,
    kind: PartyKind,
    authority: str,
    because: str,
    expected: int | None,
    now: datetime,
) -> tuple[Case, Party]:
    """State which authority decides, or pays, from now on.

    Raises:
        CaseNotFound, Stale, HolderOnly, CaseIsClosed.
    """
    case = await cases.get(case_id, actor, expected=expected)
    must_hold(case, actor)
    stated = Party(new_id(), kind, authority, now, because, case.holder.sector)
    case.state_party(stated)
    await cases.save(case, at=now)
    return case, case.parties[stated.id]
