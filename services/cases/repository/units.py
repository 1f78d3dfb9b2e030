"""Units of one authority, and who is left in them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, insert, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from services.cases.domain.case import Case
from services.cases.domain.catch import UNDER_WAY
from services.cases.domain.ended_units import leave_units, units_that_take
from services.cases.domain.organisation import Unit, UnitPart, bare
from services.cases.domain.responsibility import Responsibility
from services.cases.tables import cases, known_referrals, responsibilities, units

_u, _r, _k, _c = units.c, responsibilities.c, known_referrals.c, cases.c
_KEPT = tuple(Unit.__dataclass_fields__)
_ALL = select(units).where(_u.authority == bindparam("of_authority")).order_by(_u.id)
_ONE = select(units).where(_u.authority == bindparam("of_authority"), _u.id == bindparam("unit"))
_ADD = insert(units)
_CHANGE = update(units).where(
    _u.authority == bindparam("of_authority"), _u.id == bindparam("unit"), _u.version == bindparam("read")
)
# The organisation is changed by one at a time: two who move units under each other would make a circle.
_ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))
# The lock that whoever takes somebody in shares (see the functions of the migration).
_LAST_LOOK = select(
    func.pg_advisory_xact_lock(func.unit_lock(bindparam("of_authority"), bindparam("sector"), bindparam("unit")))
)
_HAS_ENDED = select(
    func.unit_has_ended(bindparam("of_authority"), bindparam("sector"), bindparam("unit")).label("ended")
)

_names = bindparam("names", type_=ARRAY(_u.id.type))
_holding = select(_r.case_id, _r.kind).where(
    _r.authority == bindparam("of_authority"),
    _r.until.is_(None),
    _r.sector == bindparam("sector"),
    _r.unit == func.any(_names),
)
# A referral under way to a unit is not yet the unit's part in the case, but who closes the unit drops it all the same.
_referred = (
    select(_k.case_id, bindparam("referred", "referred", type_=_r.kind.type))
    .join(cases, _c.id == _k.case_id)
    .where(
        _k.authority == bindparam("of_authority"),
        _c.status == "open",
        _k.to_sector == bindparam("sector"),
        _k.to_authority.is_(None),
        _k.to_unit == func.any(_names),
        _k.state.in_(sorted(UNDER_WAY)),
    )
)
_parts = union_all(_holding, _referred).subquery("parts")
_LEFT = (
    select(_parts.c.case_id, func.array_agg(aggregate_order_by(_parts.c.kind.distinct(), _parts.c.kind)).label("kinds"))
    .group_by(_parts.c.case_id)
    .order_by(_parts.c.case_id)
)


class UnitRepository:
    """The units of the transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def all(self) -> dict[str, Unit]:
        """Every unit there is or has been, by id."""
        rows = await self._tx.all(_ALL, of_authority=self._tx.authority)
        return {row.id: _unit(row) for row in rows}

    async def find(self, unit_id: str) -> Unit | None:
        """The unit of that id, or None."""
        row = await self._tx.one(_ONE, of_authority=self._tx.authority, unit=unit_id)
        return _unit(row) if row else None

    async def get(self, unit_id: str) -> Unit:
        """The unit of that id.

        Raises:
            NotFound.
        """
        found = await self.find(unit_id)
        if found is None:
            raise NotFound()
        return found

    async def alone(self) -> None:
        """Until the transaction ends nobody else changes this authority's organisation."""
        await self._tx.one(_ALONE, what=f"{self._tx.authority}/units")

    async def add(self, unit: Unit) -> None:
        """Keep a new unit.

        Raises:
            AlreadyExists: there is a unit of that id or name.
        """
        keys = {"authority": self._tx.authority, "bare": bare(unit.id, unit.sector)}
        await self._tx.run(_ADD, [keys | {name: getattr(unit, name) for name in _KEPT}])

    async def save(self, unit: Unit) -> None:
        """Keep a change, which has counted the version on by one. Id and sector never change.

        Raises:
            Stale: somebody else changed it in between.
        """
        told = {name: getattr(unit, name) for name in _KEPT if name not in ("id", "sector")}
        keys: dict[str, Any] = {"of_authority": self._tx.authority, "unit": unit.id, "read": unit.version - 1}
        if not await self._tx.run(_CHANGE.values(told), **keys):
            raise Stale()

    async def left_in(self, unit: Unit) -> dict[UUID, list[UnitPart]]:
        """The cases the unit has a part in, each with what part: `holder`, `coordinator`, `involved`, `referred`."""
        rows = await self._tx.all(_LEFT, **self._named(unit))
        return {row.case_id: row.kinds for row in rows}

    async def look_a_last_time(self, unit: Unit) -> int:
        """In how many cases the unit has a part, while nobody can be taken into it until the transaction ends."""
        name = bare(unit.id, unit.sector)
        await self._tx.one(_LAST_LOOK, of_authority=self._tx.authority, sector=unit.sector, unit=name)
        return len(await self.left_in(unit))

    async def ended_among(self, named: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these units (sector and name) have ended. That none of the others does is sure until the
        transaction ends."""
        found = set()
        for sector, unit in sorted(named):
            row = await self._tx.one(_HAS_ENDED, of_authority=self._tx.authority, sector=sector, unit=unit)
            if row and row.ended:
                found.add((sector, unit))
        return found

    def _named(self, unit: Unit) -> dict[str, Any]:
        name = bare(unit.id, unit.sector)
        return {
            "of_authority": self._tx.authority,
            "sector": unit.sector,
            "names": [name, f"{unit.sector}:{name}"],
        }


async def leave_ended_units(tx: Transaction, case: Case, before: Mapping[UUID, Responsibility]) -> None:
    """Let nothing begin in a unit that has ended: the sector has it, without a unit. Costs nothing where no unit is
    named."""
    taking = units_that_take(case, before)
    ended = await UnitRepository(tx).ended_among(taking) if taking else set()
    if ended:
        leave_units(case, ended, before)


def _unit(row: Row[Any]) -> Unit:
    return Unit(**{name: getattr(row, name) for name in _KEPT})
