"""What letting go with nothing handed on rests on: every sector asked (RSL § 5), and the citizen heard (RSL § 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Finding = Literal["no-need", "need-found"]

# Every sector is asked, one's own too: nobody knows the law of all three.
SCREENED = ("employment", "health", "social")


@dataclass(frozen=True, slots=True)
class Screening:
    """One sector's look at whether the citizen needs help of its kind. The latest of a sector counts."""

    id: UUID
    sector: str
    outcome: Finding
    by_sector: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hearing:
    """That the citizen was heard on being let go, and said this, in own words (sealed at rest)."""

    id: UUID
    at: datetime
    statement: str
    by_sector: str
    recorded_at: datetime


def not_screened(screenings: Iterable[Screening], since: datetime) -> list[str]:
    """The sectors that have not been asked since, or have found a need: none of them has said that there is nothing."""
    latest: dict[str, Screening] = {}
    for screening in sorted(screenings, key=lambda s: s.at):
        said_so_itself = screening.by_sector == screening.sector
        before = latest.get(screening.sector)
        # What a sector has said itself, nobody else unsays.
        if said_so_itself or before is None or before.by_sector != before.sector:
            latest[screening.sector] = screening
    return [s for s in SCREENED if s not in latest or latest[s].outcome != "no-need" or latest[s].at < since]


def heard(hearings: Iterable[Hearing], since: datetime) -> bool:
    """True when the citizen has been heard since."""
    return any(hearing.at >= since for hearing in hearings)
