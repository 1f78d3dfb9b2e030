"""Loads a case as one whole, locked; saves what changed and says what happened, in the caller's transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.concurrency import expect
from chassis.database import Transaction
from chassis.errors import Stale
from chassis.ids import new_id
from chassis.problems import AlreadyExists
from services.cases import tables as t
from services.cases.domain.access import must_read
from services.cases.domain.attention import rank_of
from services.cases.domain.case import Case
from services.cases.domain.citizen import Identifier
from services.cases.domain.errors import IdentifiersDisagree, OpenCaseExists
from services.cases.domain.timeline import TimelineEntry, heard_of
from services.cases.repository import rows
from services.cases.repository.loading import Loader
from services.cases.repository.rows import Rows
from services.cases.repository.timeline import tell_town, write_down
from services.cases.repository.units import leave_ended_units
from services.cases.repository.watching import WatchBook

# Built once: these run with every case that is opened.
_i = t.identifiers.c
_OWNER = select(_i.citizen_id).where(
    _i.authority == bindparam("of_authority"), _i.system == bindparam("system_"), _i.blind_index == bindparam("index")
)
_NUMBER = select(t.case_number.next_value().label("n"))
_OPEN = upsert(t.cases).on_conflict_do_nothing().returning(t.cases.c.id)
_ADD_IDENTIFIER = upsert(t.identifiers).on_conflict_do_nothing()
_ADD = {table.name: insert(table) for table in t.metadata.sorted_tables}


class CaseRepository:
    """The cases of one authority, for one actor."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._loaded: dict[UUID, dict[str, Mapping[UUID, Any]]] = {}

    async def get(self, case_id: UUID, actor: Actor, *, expected: int | None = None) -> Case:
        """The case, locked until the transaction ends, if this actor may know of it.

        Raises:
            CaseNotFound: absent or not theirs. Stale: the caller has read another version than `expected`.
        """
        case = must_read(await self._load(case_id), actor)
        # What a change answers is read too. Nobody changes what they have not seen.
        await looked_up(self._tx, actor, [case.id], "change")
        expect(case.version, expected)
        return case

    async def heard_of(self, case_id: UUID) -> Case | None:
        """The case an event speaks of, locked. Events have no actor: they tell what has already happened."""
        return await self._load(case_id)

    async def next_number(self, at: datetime) -> str:
        """What people will say on the telephone: `2026-004217`."""
        row = await self._tx.one(_NUMBER)
        assert row is not None
        return f"{at.year}-{row.n:06d}"

    async def citizen_of(self, identifiers: tuple[Identifier, ...]) -> UUID | None:
        """The person whom this authority knows by one of these identifiers: who it is, and nothing about them."""
        for identifier in identifiers:
            index = self._rows.index(self._tx.authority, identifier)
            row = await self._tx.one(_OWNER, of_authority=self._tx.authority, system_=identifier.system, index=index)
            if row:
                found: UUID = row.citizen_id
                return found
        return None

    async def add(self, case: Case, actor: Actor, *, known_citizen: bool, at: datetime) -> None:
        """Keep a new case, with its citizen.

        Raises:
            OpenCaseExists: the person has an open case in this authority. AlreadyExists: the id is taken.
        """
        person = case.citizen
        if known_citizen:
            await self._keep_protection(case)
        else:
            told = {"id": person.id, "authority": case.authority, "anonymous": person.anonymous}
            await self._tx.run(_ADD["citizens"], [told | {"protected_until": person.protected_until}])
        await self._add_identifiers(case, known_citizen=known_citizen)
        await leave_ended_units(self._tx, case, {})
        watch = WatchBook(self._tx)
        await watch.look(case, at)
        # Two unique keys can be in the way; which one decides what the caller is told.
        row = await self._tx.one(_OPEN, id=case.id, authority=case.authority, **self._case_row(case, at))
        if row is None:
            raise await self._clash(case)
        references = [
            {"authority": case.authority, "case_id": case.id, "system": r.system, "value": r.value, "url": r.url}
            for r in case.external_references
        ]
        await self._tx.run(_ADD["external_references"], references)
        self._loaded[case.id] = {}
        await self._save_parts(case)
        await watch.keep(case, at)
        await self._announce(case, at)
        await looked_up(self._tx, actor, [case.id], "opening")

    async def save(self, case: Case, *, at: datetime) -> None:
        """Keep what changed, one version on, and put what happened in the outbox.

        Raises:
            Stale: somebody else saved it since it was loaded (the lock makes that a defect, not a race).
        """
        await leave_ended_units(self._tx, case, self._loaded[case.id].get("responsibilities", {}))
        watch = WatchBook(self._tx)
        await watch.look(case, at)
        row = self._case_row(case, at) | {"version": case.version + 1}
        changed = await self._tx.run(
            update(t.cases).where(t.cases.c.id == case.id, t.cases.c.version == case.version).values(row)
        )
        if changed != 1:
            raise Stale(version=case.version)
        case.version += 1
        await self._save_parts(case)
        await watch.keep(case, at)
        await self._announce(case, at)

    async def tell_story(self, case: Case, entries: Iterable[TimelineEntry]) -> None:
        """Write into the story what leaves the case as it is."""
        await write_down(self._tx, case.id, entries)

    async def save_protection(self, case: Case) -> None:
        """Keep until when name and address are protected: a fact of the person, in whichever case it is told."""
        await self._tx.run(
            update(t.citizens)
            .where(t.citizens.c.id == case.citizen.id)
            .values(protected_until=case.citizen.protected_until)
        )

    # -- inside ---------------------------------------------------------------------------------------------------

    async def _keep_protection(self, case: Case) -> None:
        """Opening a case anew forgets no protection: who tells again seldom knows of it."""
        c = t.citizens.c
        longest = func.greatest(c.protected_until, case.citizen.protected_until)
        kept = await self._tx.one(
            update(t.citizens)
            .where(c.id == case.citizen.id)
            .values(protected_until=longest)
            .returning(c.protected_until)
        )
        case.citizen = replace(case.citizen, protected_until=kept and kept.protected_until)

    async def _load(self, case_id: UUID) -> Case | None:
        loader = Loader(self._tx, self._rows)
        if not await loader.lock(case_id):
            return None
        case = await loader.one(case_id)
        if case is None:
            return None
        self._loaded[case.id] = {name: dict(parts) for name, (_, parts, _) in self._parts(case).items()}
        return case

    def _parts(self, case: Case) -> dict[str, tuple[Table, Mapping[UUID, Any], Any]]:
        return {
            "needs": (t.needs, case.needs, self._rows.need_row),
            "referrals": (t.known_referrals, case.referrals, rows.referral_row),
            "responsibilities": (t.responsibilities, case.responsibilities, rows.responsibility_row),
            "consents": (t.consents, case.consents, self._rows.consent_row),
            "releases": (t.releases, case.releases, self._rows.release_row),
            "parties": (t.parties, case.parties, rows.party_row),
            "screenings": (t.screenings, case.screenings, rows.screening_row),
            "hearings": (t.hearings, case.hearings, self._rows.hearing_row),
            "citizen_alarms": (t.citizen_alarms, case.citizen_alarms, self._rows.citizen_alarm_row),
        }

    async def _save_parts(self, case: Case) -> None:
        await write_down(self._tx, case.id, heard_of(self._loaded[case.id].get("referrals", {}), case.referrals))
        for name, (table, parts, to_row) in self._parts(case).items():
            before = self._loaded[case.id].get(name, {})
            owner = {"authority": case.authority, "case_id": case.id}
            # What ends is written before what begins: two holders at once cannot be written, not even for a moment.
            for key, part in parts.items():
                if key in before and before[key] != part:
                    await self._tx.run(update(table).where(table.c.id == key).values(to_row(part)))
            new = [owner | to_row(part) for key, part in parts.items() if key not in before]
            await self._tx.run(_ADD[table.name], new)
            self._loaded[case.id][name] = dict(parts)

    async def _add_identifiers(self, case: Case, *, known_citizen: bool) -> None:
        for identifier in case.citizen.identifiers:
            row_id, index = new_id(), self._rows.index(case.authority, identifier)
            row = {
                "id": row_id,
                "authority": case.authority,
                "citizen_id": case.citizen.id,
                "system": identifier.system,
                "blind_index": index,
            }
            if await self._tx.run(_ADD_IDENTIFIER, [row]):
                continue
            owner = await self._tx.one(_OWNER, of_authority=case.authority, system_=identifier.system, index=index)
            if owner is None or owner.citizen_id != case.citizen.id:
                # A stranger a moment ago: somebody opened this person's case while we were at it.
                raise IdentifiersDisagree() if known_citizen else OpenCaseExists()

    async def _clash(self, case: Case) -> AlreadyExists | OpenCaseExists:
        # An id may be taken by another authority, whose case cannot be seen: so it is asked whether the person has one.
        theirs = (t.cases.c.citizen_id == case.citizen.id, t.cases.c.status == "open", t.cases.c.id != case.id)
        has_one = await self._tx.one(select(t.cases.c.id).where(*theirs))
        return OpenCaseExists() if has_one else AlreadyExists()

    async def _announce(self, case: Case, at: datetime) -> None:
        await tell_town(self._tx, case.id, case.events, at=at)
        case.events.clear()

    def _case_row(self, case: Case, at: datetime) -> dict[str, Any]:
        holder, coordinator, closure = case.holder, case.coordinator, case.closure
        said = closure.citizen_statement if closure else None
        return {
            "number": case.number,
            "citizen_id": case.citizen.id,
            "details": self._rows.details(case.citizen, case.id),
            "alias_index": self._rows.alias_index(case.authority, case.citizen.alias),
            "status": case.status,
            "origin": case.origin,
            "kle": case.kle,
            "citizen_informed_on": case.citizen_informed.on if case.citizen_informed else None,
            "citizen_informed_how": case.citizen_informed.how if case.citizen_informed else None,
            "holding_sector": holder.sector,
            "holding_unit": holder.unit,
            "coordinator": coordinator.subject if coordinator else None,
            "coordinator_unit": coordinator.unit if coordinator else None,
            "attention_rank": rank_of(case.watched, at),
            "opened_at": case.opened_at,
            "closed_at": closure.at if closure else None,
            "closure_ground": closure.ground if closure else None,
            "closure_reason": self._rows.seal(closure.reason, "cases.closure_reason", case.id) if closure else None,
            "closed_by_sector": closure.by_sector if closure else None,
            "to_authority": closure.to_authority if closure else None,
            "told": self._rows.seal(closure.told, "cases.told", case.id) if closure else None,
            "received_on": closure.received_on if closure else None,
            "receipt": self._rows.seal(closure.receipt, "cases.receipt", case.id) if closure else None,
            "closure_statement": self._rows.seal(said, "cases.closure_statement", case.id),
            "last_contact_at": case.last_contact_at,
            "exempt_until": case.exempt_until,
            "version": case.version,
        }
