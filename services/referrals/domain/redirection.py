"""Where a request has been: sent on from one to the next, it never comes to the same place twice."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.referrals.domain.errors import RedirectLoop

LONGEST_CHAIN = 20
"""Whom so many could not help is going in circles, whatever the places are called."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a request was put to: a service, a unit, or a sector where neither was named. Never a person.

    Without an `authority` it is in the sender's own.
    """

    sector: str
    unit: str | None = None
    service_id: UUID | None = None
    authority: str | None = None

    @classmethod
    def of(cls, sector: str, unit: str | None, service_id: UUID | None = None, authority: str | None = None) -> "Place":
        """The place, however its unit is written (`health:alkohol` or `alkohol`)."""
        return cls(sector, unit.removeprefix(f"{sector}:") if unit else None, service_id, authority)

    @property
    def met_there(self) -> frozenset["Place"]:
        """This place, and its unit as a whole: who was asked for one service of a unit has been at the unit."""
        return frozenset({self, replace(self, service_id=None)}) if self.unit else frozenset({self})


def require_new_place(chain: Iterable[Place], to: Place, *, links: int) -> None:
    """Refuse to send a request where it has been, or on and on.

    Raises:
        RedirectLoop: the place is in the chain, or the chain is as long as it may be.
    """
    if to in set(chain) or links >= LONGEST_CHAIN:
        raise RedirectLoop()
