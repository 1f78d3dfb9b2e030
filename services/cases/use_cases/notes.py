"""Write a note."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.case import Case
from services.cases.domain.entry import Entry, must_have_been
from services.cases.repository import CaseRepository
from services.cases.repository.entries import EntryRepository
from services.cases.use_cases.entries import record_entry


async def record_note(
    cases: CaseRepository,
    entries: EntryRepository,
    actor: Actor,
    case_id: UUID,
    told: Mapping[str, Any],
    *,
    corrects: UUID | None,
    now: datetime,
) -> tuple[Case, Entry]:
    """Write a note of what has been; without a time, of now.

    Raises:
        NotYetHappened, CaseNotFound, SectorNotInvolved, CaseIsClosed, NothingToCorrect, EntryAlreadyCorrected.
    """
    at = told["at"] or now
    must_have_been(at, now)
    return await record_entry(cases, entries, actor, case_id, "notes", {**told, "at": at}, corrects=corrects, now=now)
