"""What happens is told to the town and written into the case's story, in one place and one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from chassis.outbox import announce
from services.cases import tables as t
from services.cases.domain.events import Happening
from services.cases.domain.letters import LetterDelivered, LetterUndeliverable
from services.cases.domain.timeline import TimelineEntry, told_of
from services.cases.publishes import in_public

# An entry heard twice is one entry.
_WRITE = upsert(t.timeline_entries).on_conflict_do_nothing()


async def tell_town(
    tx: Transaction,
    case_id: UUID,
    happenings: Sequence[Happening | LetterDelivered | LetterUndeliverable],
    *,
    at: datetime,
) -> None:
    """Put what happened in the outbox and in the story."""
    await announce(tx, case_id, [in_public(happening) for happening in happenings], at=at)
    await write_down(tx, case_id, told_of(happenings, at))


async def write_down(tx: Transaction, case_id: UUID, entries: Iterable[TimelineEntry]) -> None:
    """Write entries into the story of a case."""
    rows = [
        {
            "id": entry.id_in(case_id),
            "authority": tx.authority,
            "case_id": case_id,
            "at": entry.at,
            "kind": entry.kind,
            "sector": entry.sector,
            "parties": list(entry.parties),
            "unit": entry.unit,
            "about_type": entry.about_type,
            "about_id": entry.about_id,
        }
        for entry in entries
    ]
    await tx.run(_WRITE, rows)
