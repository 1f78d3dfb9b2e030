"""Who works where, who is away, and who stands in, in one authority."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.clock import now
from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from services.cases.domain.organisation import Absence, Colleague, StaffMember
from services.cases.domain.organisation import present_substitute as present_among
from services.cases.repository.watching import WatchBook
from services.cases.tables import absences, staff

_s, _a = staff.c, absences.c
_KEPT = tuple(StaffMember.__dataclass_fields__)
_ABSENCE = tuple(Absence.__dataclass_fields__)
_ONE = select(staff).where(_s.authority == bindparam("of_authority"), _s.subject == bindparam("of_subject"))
_ANYBODY = select(literal(1)).where(_s.authority == bindparam("of_authority")).limit(1)
_LOCKED = _ONE.with_for_update()
_ADD = insert(staff)
_CHANGE = update(staff).where(
    _s.authority == bindparam("of_authority"), _s.subject == bindparam("of_subject"), _s.version == bindparam("read")
)
_ABSENCES = (
    select(absences)
    .where(_a.authority == bindparam("of_authority"), _a.subject == bindparam("of_subject"))
    .order_by(_a.first_day, _a.id)
)
_ADD_ABSENCE = insert(absences)
_CHANGE_ABSENCE = update(absences).where(_a.id == bindparam("absence"), _a.version == bindparam("read"))

# Somebody and all who may come to stand in for them, with who is away that day: followed in one statement, however
# long the chain. UNION, not UNION ALL: a circle of substitutes ends.
_today = and_(
    _a.authority == _s.authority,
    _a.subject == _s.subject,
    _a.first_day <= bindparam("day"),
    or_(_a.back_on.is_(None), _a.back_on > bindparam("day")),
)
_chain = select(func.unnest(bindparam("subjects", type_=ARRAY(_s.subject.type))).label("subject")).cte(
    "chain", recursive=True
)
_stands_in = select(_a.substitute).join(
    _chain,
    and_(
        _a.authority == bindparam("of_authority"),
        _a.subject == _chain.c.subject,
        _a.substitute.is_not(None),
        _a.first_day <= bindparam("day"),
        or_(_a.back_on.is_(None), _a.back_on > bindparam("day")),
    ),
)
_known = _chain.union(_stands_in)
_OF = (
    select(staff, _a.first_day, _a.back_on, _a.substitute)
    .join(_known, _known.c.subject == _s.subject)
    .outerjoin(absences, _today)
    .where(_s.authority == bindparam("of_authority"))
)


class StaffRepository:
    """The staff of the transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def of(self, subjects: Iterable[str], day: date) -> dict[str, Colleague]:
        """These people as their colleagues need to know them on a day, in one statement, with those who stand in for
        them. Who is not known here is not in the answer."""
        asked = sorted(set(subjects))
        if not asked:
            return {}
        rows = await self._tx.all(_OF, subjects=asked, day=day, of_authority=self._tx.authority)
        return {row.subject: _colleague(row, day) for row in rows}

    async def present_substitute(self, subject: str, day: date) -> Colleague | None:
        """Who stands in for somebody that day and is there; None when nobody does."""
        return present_among(subject, await self.of([subject], day))

    async def find(self, subject: str, *, lock: bool = False) -> StaffMember | None:
        """The member of staff whom a token calls so, or None."""
        row = await self._tx.one(_LOCKED if lock else _ONE, of_authority=self._tx.authority, of_subject=subject)
        return member_of(row) if row else None

    async def anybody(self) -> bool:
        """True where the authority keeps its staff here."""
        return await self._tx.one(_ANYBODY, of_authority=self._tx.authority) is not None

    async def get(self, subject: str, *, lock: bool = False) -> StaffMember:
        """The member of staff whom a token calls so; with `lock`, while nobody else records of them.

        Raises:
            NotFound.
        """
        found = await self.find(subject, lock=lock)
        if found is None:
            raise NotFound()
        return found

    async def add(self, member: StaffMember) -> None:
        """Keep somebody new.

        Raises:
            AlreadyExists.
        """
        await self._tx.run(_ADD, [_row(member) | {"authority": self._tx.authority, "subject": member.subject}])

    async def save(self, member: StaffMember) -> None:
        """Keep a change, which has counted the version on by one.

        Raises:
            Stale: somebody else changed it in between.
        """
        keys: dict[str, Any] = {"of_authority": self._tx.authority, "of_subject": member.subject}
        if not await self._tx.run(_CHANGE.values(_row(member)), read=member.version - 1, **keys):
            raise Stale()

    async def absences(self, subject: str) -> list[Absence]:
        """When somebody was, is and will be away, in order."""
        rows = await self._tx.all(_ABSENCES, of_authority=self._tx.authority, of_subject=subject)
        return [Absence(**{name: getattr(row, name) for name in _ABSENCE}) for row in rows]

    async def absence(self, subject: str, absence_id: UUID) -> Absence:
        """One absence of somebody.

        Raises:
            NotFound.
        """
        found = next((one for one in await self.absences(subject) if one.id == absence_id), None)
        if found is None:
            raise NotFound()
        return found

    async def add_absence(self, absence: Absence, *, recorded_by: str) -> None:
        """Keep that somebody is away."""
        row = {name: getattr(absence, name) for name in _ABSENCE}
        await self._tx.run(_ADD_ABSENCE, [row | {"authority": self._tx.authority, "recorded_by": recorded_by}])
        await WatchBook(self._tx).soon_of(absence.subject, now())

    async def save_absence(self, absence: Absence) -> None:
        """Keep a change, which has counted the version on by one.

        Raises:
            Stale: somebody else changed it in between.
        """
        told = {name: getattr(absence, name) for name in ("back_on", "substitute", "version")}
        if not await self._tx.run(_CHANGE_ABSENCE.values(told), absence=absence.id, read=absence.version - 1):
            raise Stale()
        await WatchBook(self._tx).soon_of(absence.subject, now())


def member_of(row: Row[Any]) -> StaffMember:
    """The member of staff whom a row tells of."""
    told = {name: getattr(row, name) for name in _KEPT}
    return StaffMember(**told | {"roles": tuple(row.roles)})


def _row(member: StaffMember) -> dict[str, Any]:
    return {name: getattr(member, name) for name in _KEPT if name not in ("subject", "roles")} | {
        "roles": list(member.roles)
    }


def _colleague(row: Row[Any], day: date) -> Colleague:
    return Colleague(
        subject=row.subject,
        name=row.display_name,
        phone=row.phone,
        unit=row.unit,
        sector=row.sector,
        absent_since=row.first_day,
        back_on=row.back_on,
        substitute=row.substitute,
        employed=member_of(row).works_on(day),
    )
