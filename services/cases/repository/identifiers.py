"""Who a case is for, told later: one more number of a known person, or the citizen's own act of telling.

All in the caller's transaction, beside the case itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.actor import Actor
from chassis.database import Transaction
from chassis.ids import new_id
from services.cases import tables as t
from services.cases.domain.case import Case
from services.cases.domain.citizen import CPR, Citizen, Identification, Identifier
from services.cases.domain.errors import IdentifiersDisagree, OpenCaseExists
from services.cases.domain.errors.arrivals import CprKnown
from services.cases.repository.rows import Rows

_i, _c = t.identifiers.c, t.cases.c
_OWNER = select(_i.citizen_id).where(
    _i.authority == bindparam("of_authority"), _i.system == bindparam("system_"), _i.blind_index == bindparam("index")
)
_CASES_OF = select(_c.id, _c.status).where(
    _c.authority == bindparam("of_authority"), _c.citizen_id == bindparam("person")
)
_OTHER_CPR = select(
    exists().where(
        _i.authority == bindparam("of_authority"),
        _i.citizen_id == bindparam("person"),
        _i.system == CPR,
        _i.blind_index != bindparam("index"),
    )
)
_ADD = upsert(t.identifiers).on_conflict_do_nothing()
_KNOWN_NOW = update(t.citizens).where(t.citizens.c.id == bindparam("person")).values(anonymous=False)
_PROTECTED = (
    update(t.citizens)
    .where(t.citizens.c.id == bindparam("person"))
    .values(protected_until=func.greatest(t.citizens.c.protected_until, bindparam("until")))
    .returning(t.citizens.c.protected_until)
)
_TELL = insert(t.identifications)
_TOLD = select(t.identifications).where(t.identifications.c.case_id == bindparam("of_case"))


class IdentifierRepository:
    """The numbers by which one authority knows people."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def claim(self, person: UUID, identifier: Identifier) -> None:
        """Know a person by this identifier too.

        Raises:
            CprKnown: the person has another CPR number. OpenCaseExists: it is that of somebody with an open case here.
            IdentifiersDisagree: it is somebody else's.
        """
        if identifier.system == CPR and await self._has_other_cpr(person, identifier):
            raise CprKnown()
        row = {
            "id": new_id(),
            "authority": self._tx.authority,
            "citizen_id": person,
            "system": identifier.system,
            "blind_index": self._rows.index(self._tx.authority, identifier),
        }
        if await self._tx.run(_ADD, [row]):
            return
        owner = await self._owner(identifier)
        if owner != person:
            raise await self._somebody_elses(owner)

    async def identify(self, case: Case, known: Citizen, told: Identification, actor: Actor, *, at: datetime) -> None:
        """Keep the citizen's own act, and from now on know who the case is for: a stranger, or a person of earlier
        cases. The act is written first: the database asks for it before it lets the rest through.

        Raises:
            OpenCaseExists: the person has an open case here. IdentifiersDisagree: they are several people's.
        """
        await self._keep(case, told, actor, at)
        owners = {owner for one in known.identifiers if (owner := await self._owner(one))}
        if len(owners) > 1:
            raise await self._somebody_elses(*owners, open_counts=False)
        person = owners.pop() if owners else known.id
        if person == known.id:
            await self._tx.run(_KNOWN_NOW, person=person)
        elif any(one.status == "open" for one in await self._cases_of(person)):
            raise await self._somebody_elses(person)
        kept = await self._tx.one(_PROTECTED, person=person, until=known.protected_until)
        for one in known.identifiers:
            await self.claim(person, one)
        case.citizen = replace(known, id=person, protected_until=kept and kept.protected_until)

    async def told(self, case_id: UUID) -> tuple[Identification, datetime] | None:
        """What the citizen said when telling who they are, and when."""
        row = await self._tx.one(_TOLD, of_case=case_id)
        if row is None:
            return None
        statement = self._rows.read(row.citizen_statement, "identifications.citizen_statement", row.id)
        evidence = self._rows.read(row.evidence, "identifications.evidence", row.id)
        return Identification(statement or "", evidence or ""), row.recorded_at

    async def _keep(self, case: Case, told: Identification, actor: Actor, at: datetime) -> None:
        row_id = new_id()
        await self._tx.run(
            _TELL,
            [
                {
                    "id": row_id,
                    "authority": self._tx.authority,
                    "case_id": case.id,
                    "citizen_id": case.citizen.id,
                    "citizen_statement": self._rows.seal(
                        told.citizen_statement, "identifications.citizen_statement", row_id
                    ),
                    "evidence": self._rows.seal(told.evidence, "identifications.evidence", row_id),
                    "recorded_by": actor.subject,
                    "recorded_at": at,
                }
            ],
        )

    async def _owner(self, identifier: Identifier) -> UUID | None:
        index = self._rows.index(self._tx.authority, identifier)
        row = await self._tx.one(_OWNER, of_authority=self._tx.authority, system_=identifier.system, index=index)
        return row.citizen_id if row else None

    async def _has_other_cpr(self, person: UUID, identifier: Identifier) -> bool:
        index = self._rows.index(self._tx.authority, identifier)
        row = await self._tx.one(_OTHER_CPR, of_authority=self._tx.authority, person=person, index=index)
        return bool(row and row[0])

    async def _cases_of(self, person: UUID) -> Sequence[Any]:
        return await self._tx.all(_CASES_OF, of_authority=self._tx.authority, person=person)

    async def _somebody_elses(
        self, *people: UUID | None, open_counts: bool = True
    ) -> OpenCaseExists | IdentifiersDisagree:
        """The refusal, which knows the cases it gives away: to try somebody's number is to look them up."""
        cases = [case for person in people if person for case in await self._cases_of(person)]
        is_open = open_counts and any(case.status == "open" for case in cases)
        refusal = OpenCaseExists() if is_open else IdentifiersDisagree()
        refusal.tells_of = tuple(case.id for case in cases)
        return refusal
