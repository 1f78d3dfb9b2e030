"""How many active cases each coordinator has. A figure to plan by: never ranked, and without names."""

from dataclasses import dataclass
from datetime import date

from services.cases.domain.errors.entries import DayToCome


@dataclass(frozen=True, slots=True)
class Caseload:
    """The active cases of one coordinator on one day, and the hours they have for them (1.0 is full time)."""

    on: date
    subject: str
    cases: int
    fte: float | None

    @property
    def per_fte(self) -> float | None:
        """Cases for each full-time post, where the hours are known."""
        return round(self.cases / self.fte, 1) if self.fte else None


def must_have_come(on: date, today: date) -> None:
    """Refuse a day about which nothing is known yet.

    Raises:
        DayToCome.
    """
    if on > today:
        raise DayToCome()
