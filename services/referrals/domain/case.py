"""What this service knows of a case and its needs. All of it was heard from cases; nothing here is decided here."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.referrals.domain.errors import NeedHasEnded, NeedNotYours, NeedSetAside


class CaseStatus(StrEnum):
    """Whether the case runs."""

    OPEN = "open"
    CLOSED = "closed"


class NeedState(StrEnum):
    """Whether the need waits to be taken on. What it is about, this service never learns."""

    OPEN = "open"
    SET_ASIDE = "set-aside"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as heard: whether it runs, and which sectors work on it."""

    id: UUID
    status: CaseStatus
    holding_sector: str
    involved: frozenset[str] = frozenset()

    def open_to(self, sector: str) -> bool:
        """True when the case runs and the sector has a part in it."""
        return self.status is CaseStatus.OPEN and self.has_part(sector)

    def has_part(self, sector: str) -> bool:
        """True for the holder and whoever takes part, until they let go. A closed case keeps them as they were."""
        return sector == self.holding_sector or sector in self.involved


@dataclass(frozen=True, slots=True)
class Need:
    """A need as heard: whose it is, and whether the citizen wants it pursued now."""

    id: UUID
    case_id: UUID
    owner_sector: str
    state: NeedState = NeedState.OPEN


def require_referrable(need: Need | None, *, case: Case, by_sector: str) -> Need:
    """The need, when this sector may ask another to take it on.

    Raises:
        NeedNotYours: it is unknown, another case's, or another sector's.
        NeedHasEnded: there is nothing left to take on.
        NeedSetAside: the citizen said "not now".
    """
    if need is None or need.case_id != case.id or need.owner_sector != by_sector:
        raise NeedNotYours()
    if need.state is NeedState.ENDED:
        raise NeedHasEnded()
    if need.state is NeedState.SET_ASIDE:
        raise NeedSetAside()
    return need
