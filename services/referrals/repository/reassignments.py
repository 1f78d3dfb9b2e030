"""What a reorganised unit has under way, and the record that it was moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, bindparam, func, insert, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import Transaction
from services.referrals.domain.lifecycle import LIVE as LIVE_STATES
from services.referrals.domain.units import names_of
from services.referrals.tables import LIVE, known_consents, received_referrals, referrals, unit_reassignments


@dataclass(frozen=True, slots=True)
class Reorganised:
    """One unit's work goes to another, of the same sector."""

    sector: str
    from_unit: str
    to_unit: str


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What one call has moved, and what it has not."""

    id: UUID
    units: Reorganised
    moved: int
    kept: int
    remaining: int
    from_elsewhere: int
    at: datetime
    by: str


_names = bindparam("old_names", type_=ARRAY(Text))
_new_names = bindparam("new_names", type_=ARRAY(Text))
_OF_THE_UNIT = and_(
    referrals.c.authority == bindparam("of_authority"),
    referrals.c.to_sector == bindparam("of_sector"),
    referrals.c.to_authority.is_(None),
    or_(referrals.c.to_unit == func.any(_names), referrals.c.responsible_unit == func.any(_names)),
    # These move along, all at once and without being counted: the unit does not know of them.
    referrals.c.anonymous.is_(False),
    LIVE,
)


def _bound_to_another_unit() -> ColumnElement[bool]:
    """A consent that names a unit permits sharing with that unit, and no reorganisation makes it permit more."""
    return (
        select(known_consents.c.consent_id)
        .where(
            known_consents.c.authority == referrals.c.authority,
            known_consents.c.consent_id == referrals.c.consent_id,
            known_consents.c.to_unit.is_not(None),
            known_consents.c.to_unit != func.all(_new_names),
        )
        .exists()
    )


_BATCH = (
    select(referrals.c.id)
    .where(_OF_THE_UNIT, ~_bound_to_another_unit())
    .order_by(referrals.c.requested_at, referrals.c.id)
    .limit(bindparam("most"))
)
_LEFT = select(
    func.count().filter(_bound_to_another_unit()).label("kept"),
    func.count().filter(~_bound_to_another_unit()).label("remaining"),
).where(_OF_THE_UNIT)
_r = received_referrals.c
_FROM_ELSEWHERE = select(func.count().label("n")).where(
    _r.authority == bindparam("of_authority"),
    _r.to_sector == bindparam("of_sector"),
    or_(_r.to_unit == func.any(_names), _r.responsible_unit == func.any(_names)),
    _r.state.in_(LIVE_STATES),
)
_ADD = insert(unit_reassignments)


class Reassignments:
    """The reorganisations of one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def batch(self, units: Reorganised, *, most: int) -> Sequence[UUID]:
        """The live referrals of the old unit that may go to the new one, the oldest first, so many at most."""
        return [row.id for row in await self._tx.all(_BATCH, most=most, **self._of(units))]

    async def left(self, units: Reorganised) -> tuple[int, int]:
        """How many stay because a consent names their unit, and how many are still to be moved."""
        (row,) = await self._tx.all(_LEFT, **self._of(units))
        return row.kept, row.remaining

    async def from_elsewhere(self, units: Reorganised) -> int:
        """How many live ones others have sent: their senders' consents and rules are not looked at from here."""
        (row,) = await self._tx.all(_FROM_ELSEWHERE, **self._of(units))
        return int(row.n)

    async def add(self, done: Reassigned) -> None:
        """Keep that it was done, by whom, and how much."""
        row = {
            "authority": self._tx.authority,
            "id": done.id,
            "sector": done.units.sector,
            "from_unit": done.units.from_unit,
            "to_unit": done.units.to_unit,
            "moved": done.moved,
            "kept": done.kept,
            "remaining": done.remaining,
            "from_elsewhere": done.from_elsewhere,
            "at": done.at,
            "by_subject": done.by,
        }
        await self._tx.run(_ADD, [row])

    def _of(self, units: Reorganised) -> dict[str, object]:
        return {
            "of_authority": self._tx.authority,
            "of_sector": units.sector,
            "old_names": sorted(names_of(units.from_unit, units.sector)),
            "new_names": sorted(names_of(units.to_unit, units.sector)),
        }
