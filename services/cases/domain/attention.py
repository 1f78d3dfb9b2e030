"""What may need somebody's eyes: the kinds, how urgent each is, and one finding. What finds them is `watching.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid5

Kind = Literal[
    "caught-then-lost",
    "citizen-says-not-caught",
    "moved-not-received",
    "referral-without-successor",
    "guarantee-at-risk",
    "first-contact-overdue",
    "coordinator-absent",
    "not-selected-without-path",
    "revisit-due",
    "consent-expiring",
    "hold-over",
    "need-uncaught",
]

# 0: somebody may be falling. 1: nobody acts for them. 2: a day has come. 3: work that waits. Kinds that are as urgent
# share a number, because the number is kept with every case: a new kind must renumber none.
URGENCY: dict[Kind, int] = {
    "caught-then-lost": 0,
    "citizen-says-not-caught": 0,
    "moved-not-received": 0,
    "referral-without-successor": 1,
    "guarantee-at-risk": 1,
    "first-contact-overdue": 1,
    "coordinator-absent": 1,
    "not-selected-without-path": 1,
    "revisit-due": 2,
    "consent-expiring": 2,
    "hold-over": 2,
    "need-uncaught": 3,
}
CALM = 4


@dataclass(frozen=True, slots=True)
class WatchItem:
    """One reason to look at a case, on one sector's list, true from `since` (which may lie ahead) to `until`."""

    kind: Kind
    sector: str  # on whose list it stands
    unit: str | None
    since: datetime
    need_id: UUID | None = None
    referral_id: UUID | None = None
    about_id: UUID | None = None  # an alarm of the citizen's, an absence, an assessment
    due_on: date | None = None
    until: datetime | None = None
    responsible_subject: str | None = None  # who has to act: a person, or a unit
    responsible_unit: str | None = None

    @property
    def rank(self) -> int:
        """How urgent it is; less is more urgent."""
        return URGENCY[self.kind]

    def id_in(self, case_id: UUID) -> UUID:
        """The same finding has the same id, however often it is found anew."""
        return uuid5(case_id, f"{self.kind}|{self.sector}|{self.need_id}|{self.referral_id}|{self.about_id}")

    def true_at(self, moment: datetime) -> bool:
        """True when it is so at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


def in_order(items: Iterable[WatchItem]) -> tuple[WatchItem, ...]:
    """Most urgent first, then the oldest: the order of every list."""
    return tuple(sorted(items, key=lambda i: (i.rank, i.since, i.kind, i.sector, str(i.referral_id or i.need_id))))


def at_moment(items: Iterable[WatchItem], moment: datetime) -> list[WatchItem]:
    """What is true at that moment."""
    return [item for item in items if item.true_at(moment)]


def for_the_case(items: Iterable[WatchItem], sector: str | None) -> list[WatchItem]:
    """Each reason once, although it may stand on the lists of two sectors. A pause is no news to a third: of one a
    sector reads what stands on its own list."""
    once: dict[tuple[object, ...], WatchItem] = {}
    for item in items:
        if item.kind == "hold-over" and item.sector != sector:
            continue
        once.setdefault((item.kind, item.need_id, item.referral_id, item.about_id), item)
    return list(once.values())


def rank_of(items: Iterable[WatchItem], moment: datetime) -> int:
    """How urgent a case with these findings is at that moment."""
    return min((item.rank for item in at_moment(items, moment)), default=CALM)


def next_change(items: Iterable[WatchItem], moment: datetime) -> datetime | None:
    """When the passing of time alone will change what is true."""
    ahead = [t for item in items for t in (item.since, item.until) if t is not None and t > moment]
    return min(ahead, default=None)
