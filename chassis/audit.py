"""The look-up log: who read what about whom, when and why. The row commits before the answer leaves.

Danish practice since 2024 (Datatilsynet 2024-32-0283, after CJEU C-579/21): a citizen is entitled to the dates and the
purposes of look-ups. So every read of personal data is logged, and it has a purpose.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis import tracing
from chassis.actor import Actor
from chassis.clock import now
from chassis.database import Transaction
from chassis.tables import TABLES

# One statement, whatever the length of the page: a row for each case, or one without a case.
_said = [column for column in TABLES.lookups.columns if column.name not in ("id", "case_id")]
_rows = select(
    func.unnest(bindparam("case_ids", type_=ARRAY(Uuid))),
    *(bindparam(column.name, type_=column.type) for column in _said),
)
# A change may be made without stating a purpose (only reads must): what its answer told was told for the change.
CHANGE = "change"
# What a refusal gives away: that somebody is here by a number that was tried.
REFUSED = "refused"

_LOG = insert(TABLES.lookups).from_select(["case_id", *(column.name for column in _said)], _rows)


async def looked_up(tx: Transaction, actor: Actor, case_ids: Iterable[UUID], what: str = "case") -> None:
    """Log that `actor` saw these cases; with none, that it searched and saw nobody.

    The row is the case's authority's. Who came there from another is logged with it: `R1084/health`.
    """
    seen: list[UUID | None] = list(dict.fromkeys(case_ids)) or [None]
    await tx.run(
        _LOG,
        case_ids=seen,
        authority=tx.authority,
        what=what,
        purpose=actor.purpose or CHANGE,
        issuer=actor.issuer,
        subject=actor.subject,
        client=actor.client,
        sector=_sector(tx, actor),
        unit=actor.unit,
        trace_id=tracing.current().trace_id,
        looked_up_at=now(),
    )
    tx.lookups += len(seen)


def _sector(tx: Transaction, actor: Actor) -> str | None:
    at_home = actor.authority in (None, tx.authority)
    return actor.sector if at_home else f"{actor.authority}/{actor.sector or ''}"
