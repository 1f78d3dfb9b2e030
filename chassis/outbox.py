"""What a service says, written in the transaction in which it became true. The relay carries it to the broker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import tracing
from chassis.database import Transaction
from chassis.envelope import Announcement, Envelope, data_of
from chassis.ids import new_id
from chassis.tables import TABLES

_streams = TABLES.case_streams
_counter = upsert(_streams).values(
    case_id=bindparam("case_id"), authority=bindparam("authority"), last=bindparam("last")
)
_COUNT_ON = _counter.on_conflict_do_update(
    index_elements=[_streams.c.case_id], set_={"last": _streams.c.last + _counter.excluded.last}
).returning(_streams.c.last)
_SAY = insert(TABLES.outbox)


async def announce(
    tx: Transaction, case_id: UUID, events: Sequence[Announcement], *, at: datetime, awaited: bool = True
) -> None:
    """Put events of one case in the outbox, with the next numbers of this service's gapless count for the case.
    `awaited`, they are in the caller's Sync-Token, which names the case.

    The counter row is locked until commit: numbers follow commits, and a rolled-back writer leaves no hole.
    """
    if not events:
        return
    row = await tx.one(_COUNT_ON, case_id=case_id, authority=tx.authority, last=len(events))
    assert row is not None
    traceparent = tracing.current().traceparent()
    rows = []
    for sequence, event in enumerate(events, start=row.last - len(events) + 1):
        envelope = Envelope(
            id=new_id(),
            type=event.event_type,
            source=event.service,
            authority=tx.authority,
            case_id=case_id,
            sequence=sequence,
            time=at,
            data=data_of(event),
            traceparent=traceparent,
            dataclassification=event.dataclassification,
            dksensitivity=event.dksensitivity,
        )
        rows.append(_row(envelope))
    await tx.run(_SAY, rows)
    if awaited:
        tx.note_announced(case_id, row.last)


def _row(envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "authority": envelope.authority,
        "case_id": envelope.case_id,
        "sequence": envelope.sequence,
        "type": envelope.type,
        "event": envelope.to_json(),
        "occurred_at": envelope.time,
    }
