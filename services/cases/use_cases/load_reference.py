"""Take in what an authority's files tell of its organisation, its policies and its codes. Again changes nothing.

What a file tells is kept; what it does not tell stays as it is. Nothing ends because a line is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.ids import new_id
from chassis.problems import AlreadyExists
from chassis.sectors import SECTORS, require_known
from services.cases.domain.code_lists import ListedCode
from services.cases.domain.errors.organisation import UnitHasEnded, UnitStillHolds
from services.cases.domain.organisation import StaffMember, Unit
from services.cases.domain.policies import PolicyDecision, must_be_fit, must_be_known
from services.cases.repository import CodeListRepository, PolicyRepository, StaffRepository, UnitRepository
from services.cases.repository.reference_files import Placed, PolicyTold, Reference

BY_FILE = "reference-files"


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where it is kept, in one transaction."""

    units: UnitRepository
    staff: StaffRepository
    policies: PolicyRepository
    lists: CodeListRepository


async def load_reference(told: Reference, into: Shelves, now: datetime) -> int:
    """Keep what is new or other than before; how much that was.

    Raises:
        ReferenceFault: a rule refuses a line; the caller's transaction must not commit.
    """
    changed = await _units(told.units, into.units)
    changed += await _staff(told.staff, into)
    changed += await _policies(told.policies, into.policies, now)
    for name, codes in told.codes.items():
        changed += await _codes(name, codes, into.lists)
    return changed


async def _units(told: Sequence[Placed[Unit]], units: UnitRepository) -> int:
    await units.alone()
    known, changed = await units.all(), 0
    meant = known | {line.value.id: line.value for line in told}
    for line in _above_first(told):
        with line.refusals_told():
            changed += await _unit(line.value, known, meant, units)
    return changed


def _above_first(told: Sequence[Placed[Unit]]) -> list[Placed[Unit]]:
    """Units above before units below them: the database knows no unit below one that is not there."""
    lines = {line.value.id: line for line in told}

    def depth(line: Placed[Unit]) -> int:
        steps, above = 0, line.value.parent
        while above in lines and steps < len(lines):
            steps, above = steps + 1, lines[above].value.parent
        return steps

    return sorted(told, key=depth)


async def _unit(unit: Unit, known: dict[str, Unit], meant: dict[str, Unit], units: UnitRepository) -> int:
    require_known(unit.sector)
    unit.must_be_well_named(SECTORS)
    unit.must_stand_well(meant)
    there = known.get(unit.id)
    if there is None and any(one.is_called(unit.id, unit.sector) for one in known.values()):
        raise AlreadyExists()
    if there is not None:
        if there.sector != unit.sector:
            raise AlreadyExists()
        if there.valid_to is not None and unit.valid_to not in (None, there.valid_to):
            raise UnitHasEnded()
        unit = replace(unit, valid_to=unit.valid_to or there.valid_to, version=there.version)
    if unit == there:
        return 0
    if unit.valid_to is not None and (there is None or there.valid_to is None):
        left = await units.look_a_last_time(unit)
        if left:
            raise UnitStillHolds(n=left)
    known[unit.id] = unit
    if there is None:
        await units.add(unit)
    else:
        await units.save(replace(unit, version=there.version + 1))
    return 1


async def _staff(told: Sequence[Placed[StaffMember]], into: Shelves) -> int:
    changed = 0
    for line in told:
        with line.refusals_told():
            member = line.value
            there = await into.staff.find(member.subject, lock=True)
            if there is not None and replace(member, version=there.version) == there:
                continue
            require_known(member.sector)
            member.must_work_in(await into.units.find(member.unit))
            if there is None:
                await into.staff.add(member)
            else:
                await into.staff.save(replace(member, version=there.version + 1))
            changed += 1
    return changed


async def _policies(told: Sequence[Placed[PolicyTold]], policies: PolicyRepository, now: datetime) -> int:
    changed = 0
    for line in sorted(told, key=lambda line: line.value.valid_from):
        decision = line.value
        with line.refusals_told():
            must_be_known(decision.code)
            must_be_fit(decision.code, decision.value)
            earlier = await policies.locked(decision.code)
            that_day = [one for one in earlier if one.valid_from == decision.valid_from]
            if that_day and that_day[-1].value == decision.value:
                continue
            await policies.add(
                [
                    PolicyDecision(
                        new_id(),
                        decision.code,
                        len(earlier) + 1,
                        decision.value,
                        decision.valid_from,
                        decision.reason,
                        BY_FILE,
                        now,
                    )
                ]
            )
            changed += 1
    return changed


async def _codes(name: str, told: Sequence[Placed[ListedCode]], lists: CodeListRepository) -> int:
    changed = 0
    for line in told:
        with line.refusals_told():
            listed = await lists.get(name)
            # What a code is replaced by may stand further down in the same file.
            among = listed.with_local([*listed.codes.values(), *(other.value for other in told)])
            there = listed.codes.get(line.value.code)
            among.must_take(line.value)
            kept = replace(line.value, version=there.version) if there else line.value
            if kept == there:
                continue
            if there is None:
                await lists.add(name, kept)
            else:
                await lists.save(name, replace(kept, version=there.version + 1))
            changed += 1
    return changed
