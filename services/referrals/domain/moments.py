"""What happens to a referral and is kept of it, as plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.codes import AttemptChannel, AttemptResult, ContactChannel, Presence
from services.referrals.domain.lifecycle import State


@dataclass(frozen=True, slots=True)
class ContactAttempt:
    """A try that did not reach the citizen."""

    id: UUID
    at: datetime
    channel: AttemptChannel
    result: AttemptResult
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FirstContact:
    """The first meeting that the citizen attended. There is no field for "attended": without it there is no contact."""

    at: datetime
    channel: ContactChannel | None
    """None where a catch code told of it: that says the day, and not how they met."""
    present: tuple[Presence, ...] = ()


def is_warm(present: Collection[str]) -> bool:
    """Whether a first contact was a warm handover: the sender was there, and the citizen did not come alone to somebody
    new."""
    return Presence.SENDING_SECTOR in present


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's promise. With `takes_holding` it is an irrevocable offer to hold the case."""

    id: UUID
    at: datetime
    takes_holding: bool
    unit: str | None
    coordinator: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a referral is no longer live: a code, or somebody's own words. Words that were saved stay sealed."""

    at: datetime
    code: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a referral's history. Nobody's step (`by` is None) is one the town took: the case was closed."""

    action: str
    from_state: State | None
    to_state: State
    at: datetime
    by: Actor | None
    words: str | None = None
    """Why, where the step has words of its own. Those that were saved stay sealed."""


REQUEST = "request"
"""The first step of every history. It is no `Action`: there is nothing yet that it could be done to."""

REASSIGNMENT = "unit-reassignment"
"""The step of a referral that came to another unit because its own was reorganised. Nobody does it to one alone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody of the addressed unit has the referral in hand. A referral is never addressed to a person."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause by the citizen's own choice; without `until`, for as long as the citizen wants."""

    since: datetime
    until: date | None
