"""Who is responsible, then and now. At every instant an open case has exactly one holding sector (I1).

Four things are kept apart, because systems that mix them leave people without help: who coordinates for the citizen;
which sectors have a part, one of them holding the case; and, by authority, who decides in it (`acting`, handlekommune)
and who pays (`paying`, betalingskommune).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

Kind = Literal["holder", "coordinator", "involved"]
PartyKind = Literal["acting", "paying"]


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


@dataclass(frozen=True, slots=True)
class Party:
    """Which authority decides, or pays, from `since` to `until` (exclusive), or still; and which sector stated it.

    What nobody has stated otherwise is the case's own authority's.
    """

    id: UUID
    kind: PartyKind
    authority: str
    since: datetime
    because: str
    by_sector: str
    until: datetime | None = None

    def lasts_at(self, moment: datetime) -> bool:
        """True when it was in force at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


class Responsibilities(dict[UUID, Responsibility]):
    """All stretches of one case, by id. What has an end stays: the history is never rewritten."""

    @property
    def holder(self) -> Responsibility:
        """The holding stretch: the present one, or in a closed case the last."""
        found = latest(self.values(), "holder")
        assert found is not None, "a case is held from its first instant"
        return found

    @property
    def involved(self) -> list[Responsibility]:
        """All sectors with a present part."""
        return [r for r in self.values() if r.kind == "involved" and r.until is None]

    def involvement(self, sector: str) -> Responsibility | None:
        """The sector's present part in the case."""
        return self.present("involved", sector)

    def present(self, kind: Kind, sector: str | None = None) -> Responsibility | None:
        """The stretch of that kind which still lasts (of that sector)."""
        return present(self.values(), kind, sector)

    def take(self, stretch: Responsibility) -> None:
        """A stretch begins."""
        self[stretch.id] = stretch

    def end(self, kind: Kind, at: datetime, sector: str | None = None) -> Responsibility | None:
        """The present stretch of that kind (of that sector) ends; the stretch as it was, if there was one."""
        lasting = self.present(kind, sector)
        if lasting:
            self[lasting.id] = lasting.ended(at)
        return lasting

    def end_all(self, at: datetime) -> None:
        """Everything that lasts ends."""
        for stretch in [r for r in self.values() if r.until is None]:
            self[stretch.id] = stretch.ended(at)


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
