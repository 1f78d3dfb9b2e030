"""Open a case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.ids import new_id
from chassis.sectors import require_known
from services.cases.domain.case import Case, ExternalReference, Informed, Origin
from services.cases.domain.citizen import Citizen
from services.cases.domain.errors import ImportNotYours, NoSector
from services.cases.domain.need import Need
from services.cases.repository import CaseRepository


@dataclass(frozen=True, slots=True)
class FirstNeed:
    """A need as it is told at the opening."""

    id: UUID | None
    domain: str
    description: str | None
    owner_sector: str | None


async def open_case(
    cases: CaseRepository,
    actor: Actor,
    *,
    case_id: UUID | None,
    citizen: Citizen,
    needs: Sequence[FirstNeed],
    now: datetime,
    kle: str | None = None,
    external_references: Sequence[ExternalReference] = (),
    citizen_informed: Informed | None = None,
    origin: Origin = "registered",
) -> Case:
    """The caller's sector holds from the first instant, and the caller coordinates.

    Raises:
        OpenCaseExists, AlreadyExists, IdentifiersDisagree, UnknownSector, NoSector, ImportNotYours, NeedExists,
        OwnerNotInvolved.
    """
    if actor.sector is None or actor.authority is None:
        raise NoSector()
    if origin == "imported" and not actor.has("integration"):
        raise ImportNotYours()
    require_known(actor.sector, *(need.owner_sector for need in needs if need.owner_sector))
    earlier = await cases.citizen_of(citizen.identifiers)
    case = Case(
        id=case_id or new_id(),
        authority=actor.authority,
        number=await cases.next_number(now),
        citizen=replace(citizen, id=earlier) if earlier else citizen,
        origin=origin,
        opened_at=now,
        kle=kle,
        citizen_informed=citizen_informed,
        external_references=tuple(external_references),
        version=1,
    )
    case.open(sector=actor.sector, unit=actor.unit, coordinator=actor.subject, ids=(new_id(), new_id(), new_id()))
    for need in needs:
        owner = need.owner_sector or actor.sector
        case.register_need(Need(need.id or new_id(), need.domain, need.description, owner, now))
    await cases.add(case, actor, known_citizen=earlier is not None, at=now)
    return case
