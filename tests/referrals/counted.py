"""Many referrals at once, written as rows: a report counts more of them than a test could take through their lives."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from chassis.ids import new_id
from services.referrals.tables import redirections, referral_steps, referrals
from tests.referrals.dated import at
from tests.referrals.world import World

MARCH = date(2026, 3, 10)
_ENDS = {"rejection": "rejected", "failure": "failed", "completion": "completed", "cancellation": "cancelled"}
_STATES = {"request": "requested", "acceptance": "accepted", "first-contact": "in-progress", **_ENDS}


@dataclass
class Written:
    """A referral as rows. `steps` are taken on the days after the request that they name."""

    steps: dict[str, int] = field(default_factory=dict)
    on: date = MARCH
    code: str | None = None
    to_sector: str = "health"
    unit: str | None = None
    service: UUID | None = None
    authority: str | None = None
    sender: str = "employment"
    scope: str = "caught-only"
    approached: int | None = None
    case_id: UUID = field(default_factory=new_id)
    id: UUID = field(default_factory=new_id)
    need_id: UUID = field(default_factory=new_id)

    def moment(self, step: str) -> datetime:
        return at(self.on + timedelta(days=self.steps.get(step, 0))).astimezone(UTC)

    def row(self, authority: str) -> dict[str, Any]:
        taken = [step for step in self.steps if step in _STATES]
        state = _STATES[taken[-1]] if taken else "requested"
        met, receipt = "first-contact" in self.steps, "handover-receipt" in self.steps
        ended = next((step for step in self.steps if step in _ENDS), None)
        return {
            "authority": authority,
            "id": self.id,
            "case_id": self.case_id,
            "need_id": self.need_id,
            "state": state,
            "from_sector": self.sender,
            "requested_by": "somebody",
            "to_sector": self.to_sector,
            "to_unit": self.unit,
            "to_service_id": self.service,
            "to_authority": self.authority,
            "reason_sealed": b"",
            "legal_basis": "fvl-28-2",
            "return_scope": self.scope,
            "approached_on": None if self.approached is None else self.on - timedelta(days=self.approached),
            "requested_at": self.moment("request"),
            "attempt_count": 0,
            "first_contact_at": self.moment("first-contact") if met else None,
            "first_contact_channel": "phone" if met else None,
            "receipt_id": new_id() if receipt else None,
            "receipt_at": self.moment("handover-receipt") if receipt else None,
            "receipt_takes_holding": False if receipt else None,
            "ended_at": self.moment(ended) if ended else None,
            "ending_code": self.code,
            "version": len(self.steps) + 1,
        }

    def step_rows(self, authority: str) -> list[dict[str, Any]]:
        state, rows = "requested", []
        for version, step in enumerate(("request", *self.steps), start=1):
            state = _STATES.get(step, state)
            key = {"authority": authority, "referral_id": self.id, "version": version}
            rows.append({**key, "action": step, "to_state": state, "at": self.moment(step)})
        return rows


async def write(world: World, written: Iterable[Written], sent_on: Iterable[tuple[Written, Written]] = ()) -> None:
    """Write them, past all rules of the code but not of the database."""
    these = list(written)
    links = [
        {
            "authority": world.authority,
            "predecessor_id": before.id,
            "successor_id": after.id,
            "to_sector": after.to_sector,
            "reason_code": before.code,
            "at": before.moment("rejection"),
        }
        for before, after in sent_on
    ]
    async with world.database.transaction(world.authority) as tx:
        await tx.run(insert(referrals), [one.row(world.authority) for one in these])
        await tx.run(insert(referral_steps), [row for one in these for row in one.step_rows(world.authority)])
        await tx.run(insert(redirections), links)


def many(n: int, *steps: str, days: int = 3, **what: Any) -> list[Written]:
    """So many alike, each of a citizen of its own, each step so many days after the request."""
    return [Written(dict.fromkeys(steps, days), **what) for _ in range(n)]
