"""The look-up log: who read what about whom, when and why. The row commits before the answer leaves.

Danish practice since 2024 (Datatilsynet 2024-32-0283, after CJEU C-579/21): a citizen is entitled to the dates and the
purposes of look-ups. So every read of personal data is logged, and it has a purpose.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert

from chassis import tracing
from chassis.actor import Actor
from chassis.clock import now
from chassis.database import Transaction
from chassis.tables import TABLES

_LOG = insert(TABLES.lookups)


async def looked_up(tx: Transaction, actor: Actor, case_ids: Iterable[UUID], what: str = "case") -> None:
    """Log that `actor` saw these cases; with none, that it searched and saw nobody."""
    common = {
        "authority": tx.authority,
        "what": what,
        "purpose": actor.purpose or "casework",
        "issuer": actor.issuer,
        "subject": actor.subject,
        "client": actor.client,
        "sector": actor.sector,
        "unit": actor.unit,
        "trace_id": tracing.current().trace_id,
        "looked_up_at": now(),
    }
    seen: list[UUID | None] = list(dict.fromkeys(case_ids)) or [None]
    await tx.run(_LOG, [{**common, "case_id": case_id} for case_id in seen])
    tx.lookups += len(seen)
