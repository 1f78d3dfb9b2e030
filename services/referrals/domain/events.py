"""What can happen to a referral, in the past tense."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReferralEvent:
    """Something happened to a referral."""


@dataclass(frozen=True, slots=True)
class ReferralRequested(ReferralEvent):
    """A sector asked another to take on a need, on a basis. Of an anonymous one the other is not told."""

    return_scope: str
    consent_id: UUID | None
    legal_basis: str | None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class ReferralAccepted(ReferralEvent):
    """The receiver committed to act."""

    responsible_unit: str | None


@dataclass(frozen=True, slots=True)
class ReferralRejected(ReferralEvent):
    """The receiver refused."""


@dataclass(frozen=True, slots=True)
class ContactAttempted(ReferralEvent):
    """The receiver tried to reach the citizen and did not."""


@dataclass(frozen=True, slots=True)
class FirstContactHeld(ReferralEvent):
    """The citizen attended a first contact. Where it was told by a link: who made that link."""

    link_made_by: str | None = None


@dataclass(frozen=True, slots=True)
class HandoverReceived(ReferralEvent):
    """The receiver gave its receipt. Where it was given by a link: who made that link."""

    receipt_id: UUID
    takes_holding: bool
    unit: str | None
    coordinator: str | None
    link_made_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReferralCompleted(ReferralEvent):
    """The receiver finished. Broken off: the citizen wanted no more of the help, and nobody holds them now."""

    broken_off: bool = False


@dataclass(frozen=True, slots=True)
class ReferralFailed(ReferralEvent):
    """The receiver could not carry it through."""


@dataclass(frozen=True, slots=True)
class ReferralCancelled(ReferralEvent):
    """The sender took it back, or the case was closed."""


@dataclass(frozen=True, slots=True)
class ReferralRedirected(ReferralEvent):
    """The receiver sent the request on."""

    successor_id: UUID


@dataclass(frozen=True, slots=True)
class ReferralPutOnHold(ReferralEvent):
    """The citizen asked for a pause."""

    until: date | None


@dataclass(frozen=True, slots=True)
class ReferralResumed(ReferralEvent):
    """The pause is over."""


@dataclass(frozen=True, slots=True)
class ReferralEnteredInError(ReferralEvent):
    """It was never meant."""


@dataclass(frozen=True, slots=True)
class DeadlineApproaching(ReferralEvent):
    """The last day of a promise is near."""

    due_on: date


@dataclass(frozen=True, slots=True)
class DeadlineMissed(ReferralEvent):
    """The last day of a promise has gone by."""

    due_on: date


@dataclass(frozen=True, slots=True)
class DeadlineWaived(ReferralEvent):
    """The citizen chose another provider."""


@dataclass(frozen=True, slots=True)
class ReferralReassigned(ReferralEvent):
    """Another unit of the receiver has it."""

    responsible_unit: str | None
