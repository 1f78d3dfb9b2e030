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
from chassis.small_cells import Tally, ToldRow
from chassis.small_cells import told as tellable
from services.cases.domain.access import readers
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
    """What a plan keeps of one case the unit has a part in, and what the gate says to its sector now. Of whole cases,
    with all that is told in them, no more are in memory than are looked at."""

    id: UUID
    number: str
    holder: str
    coordinator: str | None
    version: int
    readers: frozenset[str]
    owed: tuple[tuple[str, bool], ...]  # the domains its sector has to see to; whether each is caught
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
    active: bool = True
    """False for a service that is closed, for now or for good: nobody is offered room there."""

    def stale(self, today: date) -> bool:
        """True when it was said so long ago that nobody should count on it."""
        return today - self.as_of > STALE_AFTER


@dataclass(frozen=True, slots=True)
class Demand:
    """How many needs of a domain the unit's sector has to see to, how many are caught, and who has room for more.
    Counts of few are None to who may see no case."""

    domain: str
    needs: int | None
    caught: int | None
    room: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the unit is from holding nobody: cases in all, those that could be let go, and the rest by what they
    wait for (one case may wait for several things). Counts of few are None to who may see no case."""

    cases: int | None
    releasable: int | None
    referred: int | None
    unmet: tuple[tuple[Code, int | None], ...]


def left(case: Case, sector: str, parts: Sequence[UnitPart]) -> CaseLeft:
    """A case the unit has a part in, as the gate sees it: the one that a release of `sector` would go through."""
    told, states = tuple(parts), case.catch_states()
    view = None if told == ("referred",) else case.gate(sector)
    owed = case.owes(sector) if view else []
    return CaseLeft(
        id=case.id,
        number=case.number,
        holder=case.holder.sector,
        coordinator=case.coordinator.subject if case.coordinator else None,
        version=case.version,
        readers=readers(case),
        owed=tuple((need.domain, states[need.id] == "caught") for need in owed),
        parts=told,
        releasable=view is not None and view.releasable,
        unmet=tuple(dict.fromkeys(unmet.code for unmet in view.unmet)) if view else (),
    )


def progress(cases: Iterable[CaseLeft]) -> Progress:
    """How far the unit is."""
    listed = list(cases)
    waiting = Counter(code for one in listed for code in one.unmet)
    by_size = sorted(waiting.items(), key=lambda item: (-item[1], item[0]))
    return Progress(
        cases=len(listed),
        releasable=sum(one.releasable for one in listed),
        referred=sum(one.only_referred for one in listed),
        unmet=tuple(by_size),
    )


def demand(cases: Iterable[CaseLeft], unit: Unit, rooms: Iterable[Room]) -> list[Demand]:
    """What the unit's citizens need, by domain, the largest first, beside who else has said to have room for it."""
    owed: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for one in cases:
        for domain, is_caught in one.owed:
            owed[domain] += 1
            caught[domain] += is_caught
    others = [room for room in rooms if room.active and not (room.unit and unit.is_called(room.unit, room.sector))]
    return [
        Demand(domain, number, caught[domain], tuple(room for room in others if domain in room.need_domains))
        for domain, number in sorted(owed.items(), key=lambda item: (-item[1], item[0]))
    ]


def coarse(summed: Progress, demands: Iterable[Demand]) -> tuple[Progress, list[Demand]]:
    """The same for who may see no case: no count of few, and none that would give one away beside another."""
    progressed = _apart(summed.cases, releasable=summed.releasable, referred=summed.referred)
    missing = {code: _apart(summed.cases, cases=number) for code, number in summed.unmet}
    # The sum stands beside all of them: it is told where it gives none of them away.
    vague = any(row.total is None for row in (progressed, *missing.values()))
    shown = Progress(
        cases=None if vague else summed.cases,
        releasable=progressed.cells["releasable"],
        referred=progressed.cells["referred"],
        unmet=tuple((code, row.cells["cases"]) for code, row in missing.items()),
    )
    return shown, [_coarse_demand(one) for one in demands]


def _coarse_demand(one: Demand) -> Demand:
    row = _apart(one.needs, caught=one.caught)
    return replace(one, needs=row.total, caught=row.cells["caught"])


def _apart(whole: int | None, **parts: int | None) -> ToldRow:
    """A count, and parts of it that are apart from one another. What is left is a part too: nobody is told it, and
    everybody could work it out."""
    known = {name: number or 0 for name, number in parts.items()}
    rest = (whole or 0) - sum(known.values())
    return tellable({name: Tally(number, number) for name, number in {**known, "": rest}.items()})
