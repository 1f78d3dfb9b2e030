"""Loads cases whole: one statement for the cases, one for each kind of part, however many cases there are."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.case import Case, Informed
from services.cases.repository import rows
from services.cases.repository.rows import Rows

Grouped = dict[UUID, list[Any]]


class Loader:
    """Rows in, cases out."""

    def __init__(self, tx: Transaction, translate: Rows) -> None:
        self._tx = tx
        self._rows = translate

    async def cases(self, *where: ColumnElement[bool], lock: bool = False) -> list[Case]:
        """The cases for which all of `where` holds; locked until the transaction ends, if wanted."""
        statement = (
            select(t.cases, t.citizens.c.details, t.citizens.c.protected_until, t.citizens.c.anonymous)
            .join(t.citizens, t.citizens.c.id == t.cases.c.citizen_id)
            .where(*where)
        )
        found = await self._tx.all(statement.with_for_update(of=t.cases) if lock else statement)
        if not found:
            return []
        ids = [row.id for row in found]
        parts = {table.name: await self._of(table, "case_id", ids) for table in _PARTS}
        identifiers = await self._of(t.identifiers, "citizen_id", [row.citizen_id for row in found])
        return [self._case(row, parts, identifiers) for row in found]

    async def _of(self, table: Table, key: str, ids: Iterable[UUID]) -> Grouped:
        grouped: Grouped = defaultdict(list)
        for row in await self._tx.all(select(table).where(table.c[key].in_(ids))):
            grouped[getattr(row, key)].append(row)
        return grouped

    def _case(self, row: Any, parts: dict[str, Grouped], identifiers: Grouped) -> Case:
        mine = {name: grouped[row.id] for name, grouped in parts.items()}
        return Case(
            id=row.id,
            authority=row.authority,
            number=row.number,
            citizen=self._rows.citizen(row, identifiers[row.citizen_id]),
            origin=row.origin,
            opened_at=row.opened_at,
            kle=row.kle,
            citizen_informed=Informed(row.citizen_informed_on, row.citizen_informed_how)
            if row.citizen_informed_on
            else None,
            status=row.status,
            needs={r.id: self._rows.need(r) for r in sorted(mine["needs"], key=lambda r: (r.registered_at, r.id))},
            referrals={r.id: rows.referral(r) for r in mine["known_referrals"]},
            responsibilities={r.id: rows.responsibility(r) for r in mine["responsibilities"]},
            consents={r.id: self._rows.consent(r) for r in mine["consents"]},
            external_references=tuple(rows.reference(r) for r in mine["external_references"]),
            releases={r.id: self._rows.release(r) for r in mine["releases"]},
            closure=self._rows.closure(row),
            version=row.version,
        )


_PARTS = (t.needs, t.known_referrals, t.responsibilities, t.consents, t.external_references, t.releases)
