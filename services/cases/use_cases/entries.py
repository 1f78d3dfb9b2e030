"""Write in the record of a case: a new entry, or one that corrects another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.actor import Actor
from chassis.ids import new_id
from services.cases.domain.access import must_work
from services.cases.domain.case import Case
from services.cases.domain.entry import Entry, Kind, correctable
from services.cases.repository import CaseRepository
from services.cases.repository.entries import EntryRepository


async def record_entry(
    cases: CaseRepository,
    entries: EntryRepository,
    actor: Actor,
    case_id: UUID,
    kind: Kind,
    told: Mapping[str, Any],
    *,
    corrects: UUID | None,
    now: datetime,
) -> tuple[Case, Entry]:
    """Add an entry to an open case.

    Raises:
        CaseNotFound, SectorNotInvolved, CaseIsClosed, NothingToCorrect, EntryAlreadyCorrected.
    """
    case = await cases.get(case_id, actor)
    must_work(case, actor)
    case.must_be_open()
    return case, await write(entries, actor, case, kind, told, corrects=corrects, now=now)


async def write(
    entries: EntryRepository,
    actor: Actor,
    case: Case,
    kind: Kind,
    told: Mapping[str, Any],
    *,
    corrects: UUID | None,
    now: datetime,
) -> Entry:
    """The entry itself, in a case that is locked and looked at already.

    Raises:
        NothingToCorrect, EntryAlreadyCorrected.
    """
    sector = actor.sector or ""
    if corrects:
        correctable(await entries.find(kind, case.id, corrects), sector)
    new = Entry(new_id(), kind, case.id, sector, actor.unit, actor.subject, now, told, corrects)
    return await entries.add(new)
