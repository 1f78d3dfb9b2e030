"""For whom each need waits, and until when: the release gate's answer, told need by need."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.catch import CatchState


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has the next step with a need, and when it should have been taken."""

    sector: str
    unit: str | None
    due_at: datetime | None
    authority: str | None = None  # where the sector is of another than the case's


def waiting(case: Case, caught: dict[UUID, CatchState]) -> dict[UUID, Waiting]:
    """The next step of each need that nobody has caught; a need that is caught, or has ended, waits for nobody."""
    if case.status == "closed":
        return {}
    found: dict[UUID, Waiting] = {}
    owners = {need.owner_sector for need in case.needs.values() if not need.settled}
    for sector in sorted(owners):
        # Most urgent first: the first that is missing of a need is what it waits for.
        for one in case.gate(sector, "needs-handed-on").unmet:
            need = case.needs.get(one.need_id) if one.need_id else None
            if need and need.id not in found and caught[need.id] != "caught":
                found[need.id] = Waiting(
                    one.waiting_for_sector or sector, one.waiting_for_unit, one.due_at, one.waiting_for_authority
                )
    return found
