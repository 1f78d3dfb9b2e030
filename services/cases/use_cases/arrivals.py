"""Take in one line of an import. What has come before changes nothing; what does not hold together is refused."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.ids import new_id
from chassis.problems import AlreadyExists
from chassis.sectors import SECTORS, require_known
from services.cases.domain.access import must_be_party, must_work
from services.cases.domain.arrival import ArrivedCase, ArrivedConsent, ArrivedContact
from services.cases.domain.case import Case, ExternalReference
from services.cases.domain.entry import must_have_been
from services.cases.domain.errors import CaseNotFound, OpenCaseExists
from services.cases.domain.errors.arrivals import CaseUnknown, HeldByAnother
from services.cases.domain.errors.organisation import UnitHasEnded
from services.cases.domain.organisation import StaffMember, Unit, bare, must_have_authority
from services.cases.domain.policies import Policies
from services.cases.repository import CaseRepository, StaffRepository, UnitRepository
from services.cases.repository.arrivals import Arrivals
from services.cases.repository.entries import EntryRepository
from services.cases.use_cases.contacts import record_contact
from services.cases.use_cases.entries import write


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it, and the record it became, or the case it was already."""

    outcome: Literal["created", "unchanged"]
    record_id: UUID | None = None


async def take_case(
    arrivals: Arrivals,
    units: UnitRepository,
    actor: Actor,
    arrived: ArrivedCase,
    *,
    policies: Policies,
    now: datetime,
) -> Taken:
    """A case with its history. It is a new one unless its first external reference is known.

    Raises:
        HeldByAnother, UnitHasEnded, AlreadyExists, IdentifiersDisagree, OpenCaseExists, and what `must_hold_together`
        refuses.
    """
    arrived.must_hold_together(policies, now)
    if actor.authority is None or arrived.holders[-1].sector != actor.sector:
        raise HeldByAnother()
    first, *others = arrived.external_references
    known = await arrivals.case_called(first)
    if known:
        # The name may be another sector's case's: that there is one is told, and not which.
        return Taken("unchanged", known if await arrivals.is_held_by(known, actor.sector) else None)
    if await units.ended_among(arrived.taken_in):
        raise UnitHasEnded()
    for name in others:
        if await arrivals.case_called(name):
            raise AlreadyExists()
    person = await arrivals.person(arrived.citizen.identifiers)
    if person and arrived.closure is None and await arrivals.has_open_case(person):
        raise OpenCaseExists()
    case = arrived.as_case(
        new_id(),
        authority=actor.authority,
        number=await arrivals.next_number(now),
        person=replace(arrived.citizen, id=person) if person else arrived.citizen,
        new_id=new_id,
    )
    return Taken("created", await arrivals.keep_case(case, actor, known=person is not None, at=now))


async def take_consent(
    cases: CaseRepository, arrivals: Arrivals, actor: Actor, arrived: ArrivedConsent, *, now: datetime
) -> Taken:
    """A consent of a case that is here. A system brings those by which its own sector gives: nobody confirms them.

    Raises:
        UnknownSector, ConsentNotYours, CaseUnknown, SectorNotInvolved, HistoryToCome, HistoryOutsideTheCase.
    """
    require_known(arrived.consent.from_sector, arrived.consent.to_sector)
    must_be_party(actor, arrived.consent.from_sector)
    arrived = replace(arrived, consent=replace(arrived.consent, recorded_by_sector=actor.sector))
    if await arrivals.record_called("consents", arrived.reference):
        return Taken("unchanged")
    case = await _case_called(cases, arrivals, actor, arrived.case)
    arrived.join(case, today=day_of(now), now=now)
    if arrivals.writes:
        await cases.save(case, at=now)
    return Taken("created", await arrivals.keep_record("consents", arrived.reference, arrived.consent.id))


async def take_contact(
    cases: CaseRepository,
    entries: EntryRepository,
    arrivals: Arrivals,
    actor: Actor,
    arrived: ArrivedContact,
    *,
    now: datetime,
) -> Taken:
    """A contact with the citizen of a case that is here, open or closed.

    Raises:
        NotYetHappened, CaseUnknown, SectorNotInvolved.
    """
    must_have_been(arrived.told["at"], now)
    if await arrivals.record_called("contacts", arrived.reference):
        return Taken("unchanged")
    case = await _case_called(cases, arrivals, actor, arrived.case)
    contact_id = new_id()
    if arrivals.writes and case.status == "open":
        _, contact = await record_contact(cases, entries, actor, case.id, arrived.told, corrects=None, now=now)
        contact_id = contact.id
    elif arrivals.writes:
        contact_id = (await write(entries, actor, case, "contacts", arrived.told, corrects=None, now=now)).id
    return Taken("created", await arrivals.keep_record("contacts", arrived.reference, contact_id))


async def take_unit(arrivals: Arrivals, units: UnitRepository, actor: Actor, unit: Unit) -> Taken:
    """A unit; one of that id is left as it is.

    Raises:
        AuthorityRequired, UnknownSector, UnitMisnamed, UnitUnknown, UnitHasEnded, AlreadyExists.
    """
    must_have_authority(actor)
    require_known(unit.sector)
    unit.must_be_well_named(SECTORS)
    await units.alone()
    known = await units.all()
    if unit.id in known or await arrivals.is_planned("units", unit.id):
        return Taken("unchanged")
    name = bare(unit.id, unit.sector)
    namesakes = {bare(one.id, one.sector) for one in known.values() if one.sector == unit.sector}
    if name in namesakes or await arrivals.is_planned(f"units/{unit.sector}", name):
        raise AlreadyExists()
    if unit.parent and await arrivals.is_planned("units", unit.parent):
        known = known | {unit.parent: replace(unit, id=unit.parent, parent=None)}
    unit.must_stand_well(known | {unit.id: unit})
    if arrivals.writes:
        await units.add(unit)
    await arrivals.plan("units", unit.id)
    await arrivals.plan(f"units/{unit.sector}", name)
    return Taken("created")


async def take_staff(
    arrivals: Arrivals, staff: StaffRepository, units: UnitRepository, actor: Actor, member: StaffMember
) -> Taken:
    """Somebody who works here; who is known is left as they are.

    Raises:
        AuthorityRequired, UnknownSector, UnitUnknown, UnitHasEnded.
    """
    must_have_authority(actor)
    require_known(member.sector)
    if await staff.find(member.subject) or await arrivals.is_planned("staff", member.subject):
        return Taken("unchanged")
    member.must_work_in(await units.find(member.unit))
    if arrivals.writes:
        await staff.add(member)
    await arrivals.plan("staff", member.subject)
    return Taken("created")


async def _case_called(cases: CaseRepository, arrivals: Arrivals, actor: Actor, name: ExternalReference) -> Case:
    """The case, if the sector may know of it: else it is not known, whoever has it."""
    case_id = await arrivals.case_called(name)
    if case_id is None:
        raise CaseUnknown(pointer="/case")
    try:
        case = await cases.get(case_id, actor)
    except CaseNotFound:
        raise CaseUnknown(pointer="/case") from None
    if case.status == "open":
        must_work(case, actor)
    return case
