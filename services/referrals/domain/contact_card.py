"""Who a referral is about, as cases told one reader just now. Shown and forgotten: nothing of it is kept here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.referrals.domain.lifecycle import Side


class CitizenPart(StrEnum):
    """How it came out that a reader is told, or not, whom a referral is about."""

    OK = "ok"
    HIDDEN = "hidden"
    """Not for this reader, or not any more."""
    UNAVAILABLE = "unavailable"
    """Cases could not be asked now."""
    NOT_ASKED = "not-asked"
    """The answer to a change tells what changed. It is kept for a repeat, and so has nobody's name in it."""


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """Which referral is asked about, and which consent it rests on; none where it rests on a provision of law."""

    referral_id: UUID
    consent_id: UUID | None


@dataclass(frozen=True, slots=True)
class ContactCard:
    """The citizen of one referral, as far as its reader may be told."""

    display_name: str | None
    alias: str | None
    protected: bool
    phone: str | None
    safe_to_call: str | None
    language: str | None
    need_domain: str | None
    next_appointment_at: datetime | None
    hidden: int


@dataclass(frozen=True, slots=True)
class WhoItIs:
    """What a reader is told of one referral's citizen; why nothing, when there is no card."""

    part: CitizenPart
    card: ContactCard | None = None


HIDDEN = WhoItIs(CitizenPart.HIDDEN)
UNAVAILABLE = WhoItIs(CitizenPart.UNAVAILABLE)
NOT_ASKED = WhoItIs(CitizenPart.NOT_ASKED)


def may_be_told(side: Side) -> bool:
    """Whether there is anything to ask for: another unit of the receiving sector sees the referral and does not act,
    and a sender that has let go has no more to do with the citizen."""
    return side in (Side.SENDER, Side.RECEIVER)
