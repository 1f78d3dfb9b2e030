"""What a service says, written in the transaction in which it became true. The relay carries it to the broker."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import tracing
from chassis.database import Transaction
from chassis.envelope import Announcement, Envelope, data_of
from chassis.ids import new_id
from chassis.tables import TABLES

_streams = TABLES.case_streams
# In one order, whoever counts: the row of each case is locked until commit, and nobody waits in a circle.
_taken = func.unnest(bindparam("cases", type_=ARRAY(Uuid)), bindparam("counts", type_=ARRAY(BigInteger)))
_each = _taken.table_valued(column("case_id", Uuid), column("taken", BigInteger), name="each").render_derived()
_counter = upsert(_streams).from_select(
    ["case_id", "authority", "last"],
    select(_each.c.case_id, bindparam("authority", type_=Text), _each.c.taken).order_by(_each.c.case_id),
)
_COUNT_ON = _counter.on_conflict_do_update(
    index_elements=[_streams.c.case_id], set_={"last": _streams.c.last + _counter.excluded.last}
).returning(_streams.c.case_id, _streams.c.last)
_SAY = insert(TABLES.outbox)


async def announce(
    tx: Transaction, case_id: UUID, events: Iterable[Announcement], *, at: datetime, awaited: bool = True
) -> None:
    """Put events of one case in the outbox, with the next numbers of this service's gapless count for the case."""
    await announce_all(tx, [(case_id, event) for event in events], at=at, awaited=awaited)


async def announce_all(
    tx: Transaction, said: Iterable[tuple[UUID, Announcement]], *, at: datetime, awaited: bool = True
) -> None:
    """Put events in the outbox, each with the next number of this service's gapless count for its case.

    The counter rows are locked until commit, so two writers of one case take their numbers in commit order,
    and a rolled-back writer leaves no hole. However many cases there are, it takes two statements. What is `awaited`
    is in the caller's Sync-Token, which names the cases.
    """
    by_case: dict[UUID, list[Announcement]] = {}
    for case_id, event in said:
        by_case.setdefault(case_id, []).append(event)
    if not by_case:
        return
    taken = {case_id: len(events) for case_id, events in by_case.items()}
    counted = await tx.all(_COUNT_ON, cases=list(taken), counts=list(taken.values()), authority=tx.authority)
    last = {row.case_id: row.last for row in counted}
    traceparent, rows = tracing.current().traceparent(), []
    for case_id, events in by_case.items():
        for sequence, event in enumerate(events, start=last[case_id] - taken[case_id] + 1):
            rows.append(_row(tx.authority, case_id, sequence, event, at, traceparent))
    await tx.run(_SAY, rows)
    for case_id in by_case if awaited else ():
        tx.note_announced(case_id, last[case_id])


def _row(
    authority: str, case_id: UUID, sequence: int, event: Announcement, at: datetime, traceparent: str
) -> dict[str, Any]:
    envelope = Envelope(
        id=new_id(),
        type=event.event_type,
        source=event.service,
        authority=authority,
        case_id=case_id,
        sequence=sequence,
        time=at,
        data=data_of(event),
        traceparent=traceparent,
        dataclassification=event.dataclassification,
        dksensitivity=event.dksensitivity,
    )
    return {
        "id": envelope.id,
        "authority": authority,
        "case_id": case_id,
        "sequence": sequence,
        "type": envelope.type,
        "event": envelope.to_json(),
        "occurred_at": at,
    }
