"""The short life of a unit: made, changed, ended when nobody is left in it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.sectors import SECTORS, require_known
from services.cases.domain.organisation import Unit, must_have_authority, must_lead
from services.cases.repository import UnitRepository


async def make_unit(units: UnitRepository, actor: Actor, unit: Unit) -> Unit:
    """Add a unit to the organisation.

    Raises:
        AuthorityRequired, UnknownSector, UnitMisnamed, UnitUnknown, UnitHasEnded, UnitAboveItself, AlreadyExists.
    """
    must_have_authority(actor)
    require_known(unit.sector)
    unit.must_be_well_named(SECTORS)
    await units.alone()
    unit.must_stand_well(await units.all() | {unit.id: unit})
    await units.add(unit)
    return unit


async def change_unit(
    units: UnitRepository, actor: Actor, unit_id: str, changes: dict[str, Any], *, expected: int
) -> Unit:
    """Apply a merge patch to name, parent and telephone.

    Raises:
        AuthorityRequired, NotFound, Stale, UnitHasEnded, UnitUnknown, UnitAboveItself.
    """
    must_have_authority(actor)
    await units.alone()
    unit = await units.get(unit_id)
    expect(unit.version, expected)
    unit.must_last()
    changed = replace(unit, **changes, version=unit.version + 1)
    if changed.parent != unit.parent:
        changed.must_stand_well(await units.all() | {unit_id: changed})
    await units.save(changed)
    return changed


async def end_unit(
    units: UnitRepository, actor: Actor, unit_id: str, on: date, *, expected: int | None, now: datetime
) -> Unit:
    """Give a unit its last day, when nobody is left in it (I30). From then on it takes nobody in.

    Raises:
        NotFound, UnitNotYours, Stale, UnitHasEnded, EndingInThePast, UnitHasUnits, UnitStillHolds.
    """
    await units.alone()
    unit = await units.get(unit_id)
    must_lead(actor, unit)
    expect(unit.version, expected)
    below = [one.id for one in (await units.all()).values() if one.parent == unit_id and one.valid_to is None]
    left = await units.look_a_last_time(unit)
    ended = unit.ended(on, today=day_of(now), still_held=left, below=below)
    await units.save(ended)
    return ended
