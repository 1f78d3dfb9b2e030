"""What an import asks and writes, for real or in a dry run: the same questions, so that both get the same answers.

A dry run writes nothing of a case. It keeps keyed hashes of the names and numbers its lines would have brought, so that
a later line meets what an earlier one would have left; they are forgotten when it is done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, insert, select

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.ids import new_id
from services.cases import tables as t
from services.cases.domain.case import Case, ExternalReference
from services.cases.domain.citizen import Identifier
from services.cases.domain.errors import IdentifiersDisagree
from services.cases.repository.cases import CaseRepository
from services.cases.repository.rows import Rows

_c, _i, _r, _a, _p = (
    t.cases.c,
    t.identifiers.c,
    t.external_references.c,
    t.arrived_records.c,
    t.planned_records.c,
)
_CALLED = select(_r.case_id.label("found")).where(
    _r.authority == bindparam("of_authority"), _r.system == bindparam("system_"), _r.value == bindparam("value_")
)
_OWNER = select(_i.citizen_id.label("found")).where(
    _i.authority == bindparam("of_authority"), _i.system == bindparam("system_"), _i.blind_index == bindparam("index")
)
_CASES_OF = select(_c.id, _c.status).where(
    _c.authority == bindparam("of_authority"), _c.citizen_id == bindparam("person")
)
_HELD = select(
    exists()
    .where(
        _c.authority == bindparam("of_authority"),
        _c.id == bindparam("case"),
        _c.holding_sector == bindparam("sector"),
    )
    .label("found")
)
_RECORD = select(_a.record_id.label("found")).where(
    _a.authority == bindparam("of_authority"),
    _a.kind == bindparam("kind_"),
    _a.system == bindparam("system_"),
    _a.value == bindparam("value_"),
)
_CASE_OF_RECORD = {
    kind: select(table.c.case_id.label("found")).where(
        table.c.authority == bindparam("of_authority"), table.c.id == bindparam("record")
    )
    for kind, table in (("consents", t.consents), ("contacts", t.contacts))
}
_ADD_RECORD = insert(t.arrived_records)

_PLANNED = (
    select(_p.record_id.label("found"))
    .where(_p.operation_id == bindparam("operation"), _p.key == bindparam("key_"))
    .limit(1)
)
_PLANNED_OPEN = select(
    exists()
    .where(_p.operation_id == bindparam("operation"), _p.record_id == bindparam("person"), _p.is_open)
    .label("found")
)
_PLAN = insert(t.planned_records)


class Arrivals:
    """What has come into one authority, and what comes now.

    `met` gathers the cases whose being here a line's answer tells of: who asks has looked them up.
    """

    writes = True

    def __init__(self, tx: Transaction, met: set[UUID]) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._met = met

    async def case_called(self, name: ExternalReference) -> UUID | None:
        """The case that another system calls so."""
        found = await self._find(_CALLED, system_=name.system, value_=name.value)
        self._met |= {found} if found else set()
        return found

    async def is_held_by(self, case_id: UUID, sector: str | None) -> bool:
        """Whether the sector holds the case, or held it last."""
        row = await self._tx.one(_HELD, of_authority=self._tx.authority, case=case_id, sector=sector)
        return bool(row and row.found)

    async def person(self, identifiers: tuple[Identifier, ...]) -> UUID | None:
        """The one person whom the authority knows by these; None for a stranger.

        Raises:
            IdentifiersDisagree: they are of several people.
        """
        owners = {owner for one in identifiers if (owner := await self.owner(one))}
        if len(owners) > 1:
            for owner in owners:
                self._met |= {case.id for case in await self._cases_of(owner)}
            raise IdentifiersDisagree()
        return owners.pop() if owners else None

    async def owner(self, identifier: Identifier) -> UUID | None:
        """The person whom the authority knows by this identifier."""
        index = self._rows.index(self._tx.authority, identifier)
        return await self._find(_OWNER, system_=identifier.system, index=index)

    async def has_open_case(self, person: UUID) -> bool:
        """Whether the person has an open case here."""
        open_ones = {case.id for case in await self._cases_of(person) if case.status == "open"}
        self._met |= open_ones
        return bool(open_ones)

    async def record_called(self, kind: str, name: ExternalReference) -> UUID | None:
        """What became of a record that the other system calls so."""
        found = await self._find(_RECORD, kind_=kind, system_=name.system, value_=name.value)
        case = await self._find(_CASE_OF_RECORD[kind], record=found) if found else None
        self._met |= {case} if case else set()
        return found

    async def next_number(self, at: datetime) -> str:
        """What people will call a new case on the telephone."""
        return await CaseRepository(self._tx).next_number(at)

    async def keep_case(self, case: Case, actor: Actor, *, known: bool, at: datetime) -> UUID | None:
        """A new case with all its history; its id.

        Raises:
            OpenCaseExists, AlreadyExists, IdentifiersDisagree: somebody else was a moment faster.
        """
        await CaseRepository(self._tx).add(case, actor, known_citizen=known, at=at)
        return case.id

    async def keep_record(self, kind: str, name: ExternalReference, record_id: UUID) -> UUID | None:
        """That the other system's record has become ours; our id.

        Raises:
            AlreadyExists: somebody else was a moment faster.
        """
        row = {"kind": kind, "system": name.system, "value": name.value, "record_id": record_id}
        await self._tx.run(_ADD_RECORD, [row | {"authority": self._tx.authority}])
        return record_id

    async def plan(self, kind: str, value: str) -> None:
        """Where nothing is written, remember that it would have been."""

    async def is_planned(self, kind: str, value: str) -> bool:
        """Whether it would have been written already, had anything been."""
        return False

    async def _cases_of(self, person: UUID) -> Sequence[Any]:
        return await self._tx.all(_CASES_OF, of_authority=self._tx.authority, person=person)

    async def _find(self, statement: Select[Any], **by: object) -> UUID | None:
        row = await self._tx.one(statement, of_authority=self._tx.authority, **by)
        return row.found if row else None


class Rehearsal(Arrivals):
    """The same in a dry run: what would be written is only planned."""

    writes = False

    def __init__(self, tx: Transaction, met: set[UUID], operation: UUID, line: int) -> None:
        super().__init__(tx, met)
        self._operation = operation
        self._line = line
        self._place = 0

    async def case_called(self, name: ExternalReference) -> UUID | None:
        return await super().case_called(name) or await self._planned("case", name.system, name.value)

    async def owner(self, identifier: Identifier) -> UUID | None:
        return await super().owner(identifier) or await self._planned("person", identifier.system, identifier.value)

    async def has_open_case(self, person: UUID) -> bool:
        row = await self._tx.one(_PLANNED_OPEN, operation=self._operation, person=person)
        return bool(row and row.found) or await super().has_open_case(person)

    async def record_called(self, kind: str, name: ExternalReference) -> UUID | None:
        return await super().record_called(kind, name) or await self._planned(kind, name.system, name.value)

    async def next_number(self, at: datetime) -> str:
        return f"{at.year}-000000"  # a number that is given is gone: nobody gets this one

    async def keep_case(self, case: Case, actor: Actor, *, known: bool, at: datetime) -> UUID | None:
        for name in case.external_references:
            await self._plan("case", name.system, name.value, case.id)
        for one in case.citizen.identifiers:
            await self._plan("person", one.system, one.value, case.citizen.id, is_open=case.status == "open")
        return None

    async def plan(self, kind: str, value: str) -> None:
        await self._plan(kind, "", value, new_id())

    async def is_planned(self, kind: str, value: str) -> bool:
        return await self._planned(kind, "", value) is not None

    async def keep_record(self, kind: str, name: ExternalReference, record_id: UUID) -> UUID | None:
        await self._plan(kind, name.system, name.value, record_id)
        return None

    def _key(self, *parts: str) -> bytes:
        return self._tx.sealer.blind_index("|".join(parts), context=f"planned_records|{self._operation}")

    async def _planned(self, *parts: str) -> UUID | None:
        row = await self._tx.one(_PLANNED, operation=self._operation, key_=self._key(*parts))
        return row.found if row else None

    async def _plan(self, kind: str, system: str, value: str, record_id: UUID, *, is_open: bool = False) -> None:
        self._place += 1
        row = {
            "operation_id": self._operation,
            "line": self._line,
            "place": self._place,
            "authority": self._tx.authority,
            "key": self._key(kind, system, value),
            "record_id": record_id,
            "is_open": is_open,
        }
        await self._tx.run(_PLAN, [row])
