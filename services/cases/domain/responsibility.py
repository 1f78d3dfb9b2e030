"""Who is responsible, then and now. At every instant an open case has exactly one holding sector (I1).

Three kinds are kept apart: holding the case, being involved in it, coordinating it for the citizen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

Kind = Literal["holder", "coordinator", "involved"]


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One stretch of responsibility: from `since`, to `until` (exclusive), or still."""

    id: UUID
    kind: Kind
    sector: str
    unit: str | None
    subject: str | None
    since: datetime
    because: str
    until: datetime | None = None
    receipt_id: UUID | None = None

    def lasts_at(self, moment: datetime) -> bool:
        """True when it was in force at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def ended(self, at: datetime) -> "Responsibility":
        """The stretch with an end: never before its beginning, whatever another machine's clock says."""
        return replace(self, until=max(at, self.since))


def latest(history: Collection[Responsibility], kind: Kind) -> Responsibility | None:
    """The stretch of that kind which still lasts, else the one that ended last.

    One that ended at the instant it began (two clocks that disagree) comes before the one that followed it.
    """
    still = present(history, kind)
    if still is not None:
        return still
    stretches = [r for r in history if r.kind == kind]
    return max(stretches, key=lambda r: (r.since, r.until or r.since), default=None)


def present(history: Iterable[Responsibility], kind: Kind, sector: str | None = None) -> Responsibility | None:
    """The stretch of that kind which still lasts (of that sector)."""
    return next(
        (r for r in history if r.kind == kind and r.until is None and sector in (None, r.sector)),
        None,
    )
