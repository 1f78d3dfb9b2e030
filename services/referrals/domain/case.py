"""What this service knows of a case and its needs. All of it was heard from cases; nothing here is decided here."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.referrals.domain.errors import NeedNotYours, NeedSetAside


class CaseStatus(StrEnum):
    """Whether the case runs."""

    OPEN = "open"
    CLOSED = "closed"


class NeedState(StrEnum):
    """Whether the need waits to be taken on. What it is about, this service never learns."""

    OPEN = "open"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as heard: whether it runs, and which sectors work on it."""

    id: UUID
    status: CaseStatus
    holding_sector: str
    involved: frozenset[str] = frozenset()

    def open_to(self, sector: str) -> bool:
        """True when the case runs and the sector holds it or takes part."""
        return self.status is CaseStatus.OPEN and (sector == self.holding_sector or sector in self.involved)


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
        NeedSetAside: the citizen said "not now".
    """
    if need is None or need.case_id != case.id or need.owner_sector != by_sector:
        raise NeedNotYours()
    if need.state is NeedState.SET_ASIDE:
        raise NeedSetAside()
    return need
