"""How a sector's part ends, and how a case does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

ClosureGround = Literal["no-needs-left", "citizen-moved", "citizen-died", "citizen-declined"]

# Named grounds that do not ask whether needs are left: the citizen is not there to be helped, or will not be (I8).
WITHOUT_THE_GATE: frozenset[str] = frozenset({"citizen-moved", "citizen-died", "citizen-declined"})


@dataclass(frozen=True, slots=True)
class Release:
    """One sector's letting go: why, when, who took over, and the receipt and referrals it rests on."""

    id: UUID
    sector: str
    ground: str
    reason: str
    at: datetime
    taken_over_by: str | None
    receipt_id: UUID | None
    referral_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """How a case ended. `to_authority` and `told` where the citizen moved."""

    ground: ClosureGround
    reason: str
    at: datetime
    by_sector: str
    to_authority: str | None = None
    told: str | None = None
