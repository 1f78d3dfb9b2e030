"""Who works where; who is away, and who stands in."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.sectors import require_known
from services.cases.domain.organisation import (
    Absence,
    StaffMember,
    must_have_authority,
    must_record_absence,
)
from services.cases.repository import StaffRepository, UnitRepository


async def put_staff(
    staff: StaffRepository, units: UnitRepository, actor: Actor, member: StaffMember, *, expected: int
) -> tuple[StaffMember, bool]:
    """Keep where somebody works; whether they are new.

    Raises:
        AuthorityRequired, UnknownSector, Stale, UnitUnknown, UnitHasEnded, AlreadyExists.
    """
    must_have_authority(actor)
    require_known(member.sector)
    there = await staff.find(member.subject, lock=True)
    expect(there.version if there else 0, expected)
    member.must_work_in(await units.find(member.unit))
    if there is None:
        await staff.add(member)
        return member, True
    kept = replace(member, version=there.version + 1)
    await staff.save(kept)
    return kept, False


async def record_absence(staff: StaffRepository, actor: Actor, absence: Absence) -> tuple[StaffMember, Absence]:
    """Note that somebody is or will be away, and who stands in.

    Raises:
        NotFound, StaffNotYours, AbsenceBackwards, AbsenceOverlaps, SubstituteUnfit.
    """
    member = await staff.get(absence.subject, lock=True)
    must_record_absence(actor, member)
    absence.must_fit(await staff.absences(absence.subject))
    if absence.substitute:
        absence.must_be_covered_by(await staff.find(absence.substitute), member.sector)
    await staff.add_absence(absence, recorded_by=actor.subject)
    return member, absence


async def end_absence(
    staff: StaffRepository, actor: Actor, subject: str, absence_id: UUID, back_on: date, *, expected: int | None
) -> tuple[StaffMember, Absence]:
    """Note the day somebody is back.

    Raises:
        NotFound, StaffNotYours, Stale, AbsenceEnded.
    """
    member, absence = await _own(staff, actor, subject, absence_id, expected)
    ended = absence.ended(back_on)
    await staff.save_absence(ended)
    return member, ended


async def name_substitute(
    staff: StaffRepository, actor: Actor, subject: str, absence_id: UUID, substitute: str, *, expected: int | None
) -> tuple[StaffMember, Absence]:
    """Name who stands in during an absence, or another than before.

    Raises:
        NotFound, StaffNotYours, Stale, SubstituteUnfit.
    """
    member, absence = await _own(staff, actor, subject, absence_id, expected)
    named = replace(absence, substitute=substitute, version=absence.version + 1)
    named.must_be_covered_by(await staff.find(substitute), member.sector)
    await staff.save_absence(named)
    return member, named


async def _own(
    staff: StaffRepository, actor: Actor, subject: str, absence_id: UUID, expected: int | None
) -> tuple[StaffMember, Absence]:
    member = await staff.get(subject, lock=True)
    absence = await staff.absence(subject, absence_id)
    must_record_absence(actor, member)
    expect(absence.version, expected)
    return member, absence
