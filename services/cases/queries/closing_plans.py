"""Who is left in a unit that is to close, as the gate sees them now."""

from collections.abc import Sequence

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases.domain.closing_plan import CaseLeft, ClosingPlan, Demand, Progress, coarse, demand, left, progress
from services.cases.domain.organisation import Unit
from services.cases.repository.capacity import CapacityRepository
from services.cases.repository.loading import Loader
from services.cases.repository.rows import Rows
from services.cases.repository.units import UnitRepository

# So many whole cases are in memory at once, however many a unit has.
_AT_ONCE = 200


class LeftInUnit:
    """What a closing plan tells today."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._units = UnitRepository(tx)
        self._loader = Loader(tx, Rows(tx.sealer))

    async def of(self, plan: ClosingPlan) -> tuple[Unit, list[CaseLeft]]:
        """The unit, and every case it has a part in."""
        unit = await self._units.get(plan.unit)
        parts = await self._units.left_in(unit)
        ids, found = sorted(parts), []
        for start in range(0, len(ids), _AT_ONCE):
            some = await self._loader.whole(ids[start : start + _AT_ONCE])
            found += [left(case, unit.sector, parts[case.id]) for case in some]
        return unit, found

    async def sums(self, unit: Unit, cases_left: Sequence[CaseLeft]) -> tuple[Progress, list[Demand]]:
        """How far the unit is, and what its citizens need beside who has room. Who may see no case is told no count
        that is nearly a name."""
        rooms = await CapacityRepository(self._tx).all()
        sums = progress(cases_left), demand(cases_left, unit, rooms)
        sees = self._actor.has("team-lead") and self._actor.sector == unit.sector
        return sums if sees else coarse(*sums)

    async def listed(self, page: Paging, cases_left: Sequence[CaseLeft]) -> tuple[list[CaseLeft], PageEnd, int]:
        """A page of the cases, by number, and how many there are that this actor may not see: a team lead sees those
        of the own sector, an administrator is no caseworker and sees how many."""
        mine = [one for one in cases_left if self._actor.has("team-lead") and self._actor.sector in one.readers]
        found, end = page.among(mine, key=lambda one: (one.number, one.id))
        await looked_up(self._tx, self._actor, [one.id for one in found], "closing-plan")
        return found, end, len(cases_left) - len(mine)
