"""Consents of administrative law: given or refused, scoped, dated. Refusal blocks no help; nothing is deleted."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.errors import (
    ConsentAlreadyLapsed,
    ConsentAlreadyWithdrawn,
    HealthConsentTooLong,
    NothingToConfirm,
)

Decision = Literal["given", "refused"]

# Sundhedsloven § 44: such a consent is written, noted in the record, and lapses after a year at most.
HEALTH_LAW = "sundhedsloven-43"
HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the citizen agreed to, or refused, and how we know.

    Who receives opens no wall for itself: what the receiving sector recorded counts once the giving one confirms it.
    """

    id: UUID
    decision: Decision
    from_sector: str
    to_sector: str
    to_unit: str | None
    data_categories: tuple[str, ...]
    shared_for: str
    legal_basis: str
    valid_until: date | None
    evidence: str
    text_version: str | None
    given_by: str
    recorded_at: datetime
    withdrawn_at: datetime | None = None
    version: int = 1
    recorded_by_sector: str | None = None  # of old ones nobody knows
    confirmed_at: datetime | None = None
    to_authority: str | None = None  # another that may be told; without one, only the case's own

    @property
    def parties(self) -> tuple[str, ...]:
        """The sectors of the case's own authority that it is between: with another authority, who gives alone."""
        return (self.from_sector, self.to_sector) if self.to_authority is None else (self.from_sector,)

    @property
    def counts(self) -> bool:
        """True when the sector that gives stands by it: recorded or confirmed by it."""
        return self.recorded_by_sector in (None, self.from_sector) or self.confirmed_at is not None

    def in_force(self, today: date) -> bool:
        """True when it covers sharing today."""
        return self.counts and self.lasts(today)

    def awaits_confirmation(self, today: date) -> bool:
        """True while it would cover sharing, had the sector that gives confirmed it."""
        return not self.counts and self.lasts(today)

    def lasts(self, today: date) -> bool:
        """True when it was given, is not withdrawn and has not lapsed."""
        return (
            self.decision == "given"
            and self.withdrawn_at is None
            and (self.valid_until is None or self.valid_until >= today)
        )

    def confirm(self, at: datetime, *, today: date) -> "Consent":
        """The sector that gives stands by what the receiving one recorded.

        Raises:
            NothingToConfirm.
        """
        if not self.awaits_confirmation(today):
            raise NothingToConfirm()
        return replace(self, confirmed_at=at, version=self.version + 1)

    def withdraw(self, at: datetime) -> "Consent":
        """Stop future sharing. Nothing is deleted: the duty to note stands.

        Raises:
            ConsentAlreadyWithdrawn: there is nothing in force to withdraw.
        """
        if self.decision == "refused" or self.withdrawn_at is not None:
            raise ConsentAlreadyWithdrawn()
        return replace(self, withdrawn_at=at, version=self.version + 1)


def must_last(valid_until: date | None, today: date) -> None:
    """Refuse a new consent that is over already.

    Raises:
        ConsentAlreadyLapsed.
    """
    if valid_until is not None and valid_until < today:
        raise ConsentAlreadyLapsed()


def lapses_in_time(legal_basis: str, from_sector: str, valid_until: date | None, today: date) -> date | None:
    """The day a consent lapses. Under the Health Act that is within a year, also when nobody said so; and what health
    gives it gives under that act, whatever basis is named (sundhedsloven §§ 43-44).

    Raises:
        HealthConsentTooLong: more than a year was asked for.
    """
    if legal_basis != HEALTH_LAW and from_sector != HEALTH:
        return valid_until
    leap_day = (today.month, today.day) == (2, 29)
    latest = today.replace(year=today.year + 1, day=28) if leap_day else today.replace(year=today.year + 1)
    if valid_until is not None and valid_until > latest:
        raise HealthConsentTooLong()
    return valid_until or latest
