"""Keeps the record: entries are added, found again, and never changed. What tells of people is sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Select, Table, bindparam, func, insert, literal, select

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.entry import AppointmentOutcome, Entry, Kind
from services.cases.repository.rows import Row, Rows

TABLES: Mapping[Kind, Table] = {
    "contacts": t.contacts,
    "notes": t.notes,
    "appointments": t.appointments,
    "documents": t.documents,
}
_HEAD = ("id", "authority", "case_id", "sector", "unit", "recorded_by", "recorded_at", "corrects")
_OWN = {kind: [c for c in table.columns if c.name not in _HEAD] for kind, table in TABLES.items()}
_SEALED = {kind: [c.name for c in own if isinstance(c.type, LargeBinary)] for kind, own in _OWN.items()}


def entries_of(kind: Kind) -> Select[Any]:
    """The entries of one kind, each with the one that corrects it; appointments with what became of them."""
    table = TABLES[kind]
    later = table.alias("later")
    wanted = select(table, later.c.id.label("corrected_by")).outerjoin(later, later.c.corrects == table.c.id)
    if kind != "appointments":
        return wanted
    outcome, successor = t.appointment_outcomes, table.alias("successor")
    return (
        wanted.add_columns(outcome.c.outcome, successor.c.id.label("moved_to"), successor.c.at.label("moved_to_at"))
        .outerjoin(outcome, outcome.c.appointment_id == table.c.id)
        .outerjoin(successor, successor.c.moved_from == table.c.id)
    )


def entry(rows: Rows, kind: Kind, row: Row) -> Entry:
    """Row → value, with its words opened."""
    told = {column.name: getattr(row, column.name) for column in _OWN[kind]}
    told |= {name: rows.read(told[name], f"{kind}.{name}", row.id) for name in _SEALED[kind]}
    if kind == "appointments":
        told |= {name: getattr(row, name) for name in ("outcome", "moved_to", "moved_to_at")}
    return Entry(
        id=row.id,
        kind=kind,
        case_id=row.case_id,
        sector=row.sector,
        unit=row.unit,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        told=told,
        corrects=row.corrects,
        corrected_by=row.corrected_by,
    )


def one_of(kind: Kind) -> Select[Any]:
    """The statement that finds one entry of a case of this authority."""
    c = TABLES[kind].c
    return entries_of(kind).where(
        c.id == bindparam("entry_id"), c.case_id == bindparam("of_case"), c.authority == bindparam("of_authority")
    )


_ONE = {kind: one_of(kind) for kind in TABLES}
_ADD = {kind: insert(table) for kind, table in TABLES.items()}
_ADD_OUTCOME = insert(t.appointment_outcomes)
_c, _later = t.contacts.c, t.contacts.alias("later")
_LAST_MET = select(func.max(_c.at).label("at")).where(
    _c.case_id == bindparam("of_case"),
    _c.authority == bindparam("of_authority"),
    _c.attended,
    ~select(literal(1)).where(_later.c.corrects == _c.id).exists(),
)


class EntryRepository:
    """The record of one authority's cases. Whoever writes has locked the case: two corrections cannot race."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def find(self, kind: Kind, case_id: UUID, entry_id: UUID) -> Entry | None:
        """One entry of the case."""
        row = await self._tx.one(_ONE[kind], entry_id=entry_id, of_case=case_id, of_authority=self._tx.authority)
        return row and entry(self._rows, kind, row)

    async def read(self, kind: Kind, case_id: UUID, entry_id: UUID) -> Entry:
        """One entry that is known to be there."""
        found = await self.find(kind, case_id, entry_id)
        assert found is not None
        return found

    async def add(self, new: Entry) -> Entry:
        """Keep a new entry; it as whoever reads it now finds it."""
        told = {column.name: new.told.get(column.name) for column in _OWN[new.kind]}
        told |= {name: self._rows.seal(told[name], f"{new.kind}.{name}", new.id) for name in _SEALED[new.kind]}
        head = {
            "id": new.id,
            "authority": self._tx.authority,
            "case_id": new.case_id,
            "sector": new.sector,
            "unit": new.unit,
            "recorded_by": new.recorded_by,
            "recorded_at": new.recorded_at,
            "corrects": new.corrects,
        }
        await self._tx.run(_ADD[new.kind], [head | told])
        return await self.read(new.kind, new.case_id, new.id)

    async def add_outcome(self, appointment: Entry, outcome: AppointmentOutcome, *, by: str, at: datetime) -> None:
        """Keep what became of an appointment."""
        row = {
            "appointment_id": appointment.id,
            "authority": self._tx.authority,
            "case_id": appointment.case_id,
            "sector": appointment.sector,
            "outcome": outcome,
            "recorded_by": by,
            "recorded_at": at,
        }
        await self._tx.run(_ADD_OUTCOME, [row])

    async def last_met(self, case_id: UUID) -> datetime | None:
        """When the citizen was last met, as the entries that stand tell it."""
        row = await self._tx.one(_LAST_MET, of_case=case_id, of_authority=self._tx.authority)
        assert row is not None
        found: datetime | None = row.at
        return found
