"""A voluntary offer. The citizen may accept it, decline it, ask for it later, and change mind: nothing hangs on it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.errors.offers import AskAgainInThePast

Answer = Literal["accepted", "declined", "later"]


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """What the citizen answered once; which sector and unit wrote it down."""

    number: int
    answer: Answer
    in_citizens_words: str | None
    ask_again_on: date | None
    answered_at: datetime
    by_sector: str
    by_unit: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Help that a sector offers, with all the answers given to it, oldest first. The latest counts."""

    id: UUID
    sector: str
    unit: str | None
    kind: str
    service_id: UUID | None
    starts_on: date
    made_at: datetime
    answers: tuple[OfferAnswer, ...] = ()

    @property
    def latest(self) -> OfferAnswer | None:
        """The answer that counts."""
        return self.answers[-1] if self.answers else None

    @property
    def version(self) -> int:
        """One more with each answer: nothing else of an offer changes."""
        return len(self.answers) + 1

    def answered(
        self,
        answer: Answer,
        *,
        in_citizens_words: str | None,
        ask_again_on: date | None,
        by: tuple[str, str | None],
        at: datetime,
        today: date,
    ) -> "Offer":
        """The offer with one answer more. Any answer may follow any other.

        Raises:
            AskAgainInThePast.
        """
        if ask_again_on and ask_again_on <= today:
            raise AskAgainInThePast()
        given = OfferAnswer(self.version, answer, in_citizens_words, ask_again_on, at, *by)
        return replace(self, answers=(*self.answers, given))
