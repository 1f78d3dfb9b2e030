"""What a service says, written in the transaction in which it became true. The relay carries it to the broker."""

from collections.abc import Sequence
from datetime import datetime
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

    The counter row is locked until commit, so two writers of one case take their numbers in commit order,
    and a rolled-back writer leaves no hole. Unless it is `awaited`, whoever caused it is given no Sync-Token for it,
    which would name the case.
    """
    if not events:
        return
    row = await tx.one(_COUNT_ON, case_id=case_id, authority=tx.authority, last=len(events))
    assert row is not None
    first = row.last - len(events) + 1
    traceparent = tracing.current().traceparent()
    rows = []
    for sequence, event in enumerate(events, start=first):
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
        rows.append(
            {
                "id": envelope.id,
                "authority": tx.authority,
                "case_id": case_id,
                "sequence": sequence,
                "type": envelope.type,
                "event": envelope.to_json(),
                "occurred_at": at,
            }
        )
    await tx.run(_SAY, rows)
    if awaited:
        tx.note_announced(case_id, row.last)
