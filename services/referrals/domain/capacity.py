"""How much room a service says it has, who may say so, and how long it is believed."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from chassis.actor import Actor
from services.referrals.domain.errors.directory import CapacityIsOlder, NotYourService, ServiceWithoutSector
from services.referrals.domain.keepers import DIRECTORY_KEEPERS
from services.referrals.domain.units import own_units

STALE_AFTER_DAYS = 30
"""A count older than this is shown as stale and listed after the fresh ones; it is never taken away."""

# Fixed for good: it names the streams that have been told on.
_STREAMS = UUID("5f0c6a0e-7d1b-4c0e-9a53-2b1f6d8e4c77")


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
    """What is told of the room of a service, because it has said something else than before: how much there is, whose
    it is, what it helps with, or that it takes in nobody."""

    service_id: UUID
    sector: str
    unit: str | None
    covers: tuple[str, ...]
    capacity: Capacity
    active: bool = True


def stream_of(authority: str, service_id: UUID) -> UUID:
    """Where an authority tells of the room of a service.

    Not the service's id itself: two authorities may offer one service, and whoever keeps a directory chooses ids, also
    one that a case has elsewhere.
    """
    return uuid5(_STREAMS, f"{authority}/{service_id}")


def fresh_since(today: date) -> date:
    """The first day whose count is still fresh."""
    return today - timedelta(days=STALE_AFTER_DAYS)


def may_tell(actor: Actor, *, sector: str | None, unit: str | None) -> bool:
    """Who keeps the directory may, and so may the staff of the unit: where none is named, those of the sector."""
    if actor.has(*DIRECTORY_KEEPERS):
        return True
    if sector is None or actor.sector != sector:
        return False
    own = own_units(actor)
    # Somebody without units acts for the whole sector.
    return unit is None or not own or unit in own


def must_tell(actor: Actor, *, sector: str | None, unit: str | None) -> None:
    """Refuse the word of somebody else's staff, and any word of a service that nobody listens for yet.

    Raises:
        NotYourService: it is another's service.
        ServiceWithoutSector: it is nobody's yet.
    """
    if not may_tell(actor, sector=sector, unit=unit):
        raise NotYourService()
    if sector is None:
        raise ServiceWithoutSector()


def must_be_newer(told: Capacity, known: Capacity | None) -> None:
    """Refuse a count that is older than the one known: late news must not look like news.

    Raises:
        CapacityIsOlder: it is.
    """
    if known and told.as_of < known.as_of:
        raise CapacityIsOlder(asOf=known.as_of.isoformat())
