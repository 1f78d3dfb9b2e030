"""Where a request has been: sent on from one to the next, it never comes to the same place twice."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.referrals.domain.errors import RedirectLoop

LONGEST_CHAIN = 20
"""Whom so many could not help is going in circles, whatever the places are called."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a request was put to: a unit, or a sector where no unit was named."""

    sector: str
    unit: str | None

    @classmethod
    def of(cls, sector: str, unit: str | None) -> "Place":
        """The place, however its unit is written (`health:alkohol` or `alkohol`)."""
        return cls(sector, unit.removeprefix(f"{sector}:") if unit else None)


def require_new_place(chain: Iterable[Place], to: Place, *, links: int) -> None:
    """Refuse to send a request where it has been, or on and on.

    Raises:
        RedirectLoop: the place is in the chain, or the chain is as long as it may be.
    """
    if to in set(chain) or links >= LONGEST_CHAIN:
        raise RedirectLoop()
