"""Letters to the citizen: invitations that surveys issued and that cases, which can reach people, delivers."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.cases.domain.citizen import Citizen

LetterState = Literal["pending", "delivered", "undeliverable"]

# A fetch or a sending that fails is tried again, at growing distance, for about a day.
MOST_ATTEMPTS = 12
LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class LetterDelivered:
    invitation_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class LetterUndeliverable:
    invitation_id: UUID
    reason_code: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter on its way. Claiming it moves the next attempt ahead, so that two workers do not send it twice."""

    invitation_id: UUID
    case_id: UUID
    state: LetterState
    attempts: int
    next_attempt_at: datetime

    @property
    def spent(self) -> bool:
        """True when it has been tried often enough."""
        return self.attempts >= MOST_ATTEMPTS

    def tried(self, at: datetime) -> "Letter":
        """After a failure: later, and later each time (half a minute, doubling, at most six hours)."""
        pause = min(timedelta(hours=6), timedelta(seconds=30) * 2**self.attempts)
        return replace(self, attempts=self.attempts + 1, next_attempt_at=at + pause)


def channel_to(citizen: Citizen) -> str | None:
    """How to reach the citizen: as they prefer, else by what there is; None when there is nothing."""
    contact = citizen.contact
    if contact is None:
        return None
    ways = {"digital-post": contact.digital_post, "sms": bool(contact.phone), "email": bool(contact.email)}
    if contact.preferred_channel and ways.get(contact.preferred_channel):
        return contact.preferred_channel
    return next((way for way, open_ in ways.items() if open_), None)
