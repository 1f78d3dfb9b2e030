"""What becomes of a case that would go to a unit which has ended (I30): it goes to the sector, without a unit.

It is not refused. A catch must never fail for the name of a unit, and of what an event tells nothing can be refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from services.cases.domain.events import CaseOpened, CoordinatorChanged, ResponsibilityTransferred, SectorInvolved
from services.cases.domain.record import CaseRecord
from services.cases.domain.responsibility import Responsibility

UnitName = tuple[str, str]  # the sector, and the unit by either of its names


def units_that_take(case: CaseRecord, before: Mapping[UUID, Responsibility]) -> frozenset[UnitName]:
    """The units that stretches name which are new or changed since `before`, and which last."""
    return frozenset(
        (stretch.sector, stretch.unit)
        for key, stretch in case.responsibilities.items()
        if stretch.unit is not None and stretch.until is None and before.get(key) != stretch
    )


def leave_units(case: CaseRecord, ended: Collection[UnitName], before: Mapping[UUID, Responsibility]) -> None:
    """Let what begins now in these units begin in their sectors, and let the town hear it so."""
    for key, stretch in list(case.responsibilities.items()):
        if before.get(key) != stretch and (stretch.sector, stretch.unit) in ended:
            case.responsibilities[key] = replace(stretch, unit=None)
    for place, event in enumerate(case.events):
        if isinstance(event, CaseOpened | CoordinatorChanged | SectorInvolved) and (event.sector, event.unit) in ended:
            case.events[place] = replace(event, unit=None)
        if isinstance(event, ResponsibilityTransferred) and (event.to_sector, event.to_unit) in ended:
            case.events[place] = replace(event, to_unit=None)
