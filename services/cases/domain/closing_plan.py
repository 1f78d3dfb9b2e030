"""A closing plan: before a unit closes, who is left in it, what each of them waits for, and who has room for them.

The plan keeps two facts, the unit and the day. All else is looked up anew each time, by the same gate that a release
goes through: what was true last week would be an answer to nobody.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from services.cases.domain.case import Case
from services.cases.domain.errors.organisation import EndingInThePast
from services.cases.domain.organisation import Unit, UnitPart, leads
from services.cases.domain.release_gate import Code

STALE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ClosingPlan:
    """Which unit is to close, and when."""

    id: UUID
    unit: str
    sector: str
    closes_on: date
    made_at: datetime
    version: int = 1

    def moved_to(self, closes_on: date, today: date) -> "ClosingPlan":
        """The plan with another day.

        Raises:
            EndingInThePast.
        """
        must_lie_ahead(closes_on, today)
        return replace(self, closes_on=closes_on, version=self.version + 1)


def must_be_theirs(plan: ClosingPlan, actor: Actor) -> ClosingPlan:
    """The plan, if its sector's team lead or an administrator asks; to others it does not exist.

    Raises:
        NotFound.
    """
    if not leads(actor, plan.sector):
        raise NotFound()
    return plan


def must_lie_ahead(closes_on: date, today: date) -> None:
    """Refuse to plan for days that have been.

    Raises:
        EndingInThePast.
    """
    if closes_on < today:
        raise EndingInThePast()


@dataclass(frozen=True, slots=True)
class CaseLeft:
    """One case the unit has a part in, and what the gate says to its sector now."""

    case: Case
    parts: tuple[UnitPart, ...]
    releasable: bool
    unmet: tuple[Code, ...]

    @property
    def only_referred(self) -> bool:
        """True when nothing of it is the unit's yet: there is a question to answer, and nothing to release."""
        return self.parts == ("referred",)


@dataclass(frozen=True, slots=True)
class Room:
    """What a service of the directory last said of the room it has."""

    service_id: UUID
    sector: str
    unit: str | None
    need_domains: tuple[str, ...]
    status: str
    waiting_days: int | None
    as_of: date

    def stale(self, today: date) -> bool:
        """True when it was said so long ago that nobody should count on it."""
        return today - self.as_of > STALE_AFTER


@dataclass(frozen=True, slots=True)
class Demand:
    """How many needs of a domain the unit's sector has to see to, how many are caught, and who has room for more."""

    domain: str
    needs: int
    caught: int
    room: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the unit is from holding nobody: cases in all, those that could be let go, and the rest by what they
    wait for (one case may wait for several things)."""

    cases: int
    releasable: int
    referred: int
    unmet: tuple[tuple[Code, int], ...]


def left(case: Case, sector: str, parts: Sequence[UnitPart]) -> CaseLeft:
    """A case the unit has a part in, as the gate sees it: the one that a release of `sector` would go through."""
    told = tuple(parts)
    if told == ("referred",):
        return CaseLeft(case, told, False, ())
    view = case.gate(sector)
    return CaseLeft(case, told, view.releasable, tuple(dict.fromkeys(unmet.code for unmet in view.unmet)))


def progress(cases: Iterable[CaseLeft]) -> Progress:
    """How far the unit is."""
    listed = list(cases)
    waiting = Counter(code for one in listed for code in one.unmet)
    return Progress(
        cases=len(listed),
        releasable=sum(one.releasable for one in listed),
        referred=sum(one.only_referred for one in listed),
        unmet=tuple(sorted(waiting.items(), key=lambda item: (-item[1], item[0]))),
    )


def demand(cases: Iterable[CaseLeft], unit: Unit, rooms: Iterable[Room]) -> list[Demand]:
    """What the unit's citizens need, by domain, the largest first, beside who else has said to have room for it."""
    owed: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for one in cases:
        states = one.case.catch_states()
        for need in [] if one.only_referred else one.case.owes(unit.sector):
            owed[need.domain] += 1
            caught[need.domain] += states[need.id] == "caught"
    others = [room for room in rooms if room.unit is None or not unit.is_called(room.unit, room.sector)]
    return [
        Demand(domain, number, caught[domain], tuple(room for room in others if domain in room.need_domains))
        for domain, number in sorted(owed.items(), key=lambda item: (-item[1], item[0]))
    ]
