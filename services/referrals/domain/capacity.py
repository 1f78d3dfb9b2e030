"""How much room a service says it has, who may say so, and how long it is believed."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.errors.directory import CapacityIsOlder, NotYourService, ServiceWithoutSector
from services.referrals.domain.units import own_units

STALE_AFTER_DAYS = 30
"""A count older than this is shown as stale and listed after the fresh ones; it is never taken away."""

TELL_CAPACITY = "directory-capacity:write"
_KEEPERS = ("administrator", "integration")


class CapacityStatus(StrEnum):
    """Whether there is room."""

    HAS_CAPACITY = "has-capacity"
    NO_CAPACITY = "no-capacity"
    WAITLIST = "waitlist"
    ASSESSMENT_REQUIRED = "assessment-required"


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a service said of its room on one day."""

    status: CapacityStatus
    as_of: date
    waiting_days: int | None = None

    def is_stale(self, today: date) -> bool:
        """Whether it was said too long ago to rely on."""
        return self.as_of < fresh_since(today)


@dataclass(frozen=True, slots=True)
class CapacityChanged:
    """A service has said something else than before."""

    service_id: UUID
    sector: str
    unit: str | None
    covers: tuple[str, ...]
    capacity: Capacity


def fresh_since(today: date) -> date:
    """The first day whose count is still fresh."""
    return today - timedelta(days=STALE_AFTER_DAYS)


def may_tell(actor: Actor, *, sector: str | None, unit: str | None) -> bool:
    """Who keeps the directory may, and so may the staff of the unit: where none is named, those of the sector."""
    if actor.has(*_KEEPERS):
        return True
    if sector is None or actor.sector != sector:
        return False
    own = own_units(actor)
    # Somebody without units acts for the whole sector.
    return unit is None or not own or unit in own


def must_tell(actor: Actor, *, sector: str | None, unit: str | None) -> str:
    """The sector for which the caller tells.

    Raises:
        NotYourService: it is another's service.
        ServiceWithoutSector: it is nobody's yet.
    """
    if not may_tell(actor, sector=sector, unit=unit):
        raise NotYourService()
    if sector is None:
        raise ServiceWithoutSector()
    return sector


def must_be_newer(told: Capacity, known: Capacity | None) -> None:
    """Refuse a count that is older than the one known: late news must not look like news.

    Raises:
        CapacityIsOlder: it is.
    """
    if known and told.as_of < known.as_of:
        raise CapacityIsOlder(asOf=known.as_of.isoformat())
