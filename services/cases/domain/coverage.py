"""Who falls between: how many a criteria set selects and keeps out, told so that nobody can be picked out.

A count below five is withheld, and so is enough beside it that nothing below five can be worked out from the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from chassis.small_cells import FEWEST
from services.cases.domain.expression import Finding

Cell = TypeVar("Cell")
Criteria = tuple[str, ...]  # criteria of which one alone would have let in; empty: several things were missing


@dataclass(frozen=True, slots=True)
class KeptOut:
    """How many were kept out by one thing: any one of these criteria, had it been met, would have let them in."""

    criteria: Criteria
    people: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The counts of one criteria set; None is a count that is withheld."""

    assessed: int | None
    selected: int | None
    not_selected: int | None
    unknown: int | None
    kept_out: tuple[KeptOut, ...]


def coverage(criteria: Criteria, counted: Mapping[tuple[Finding, Criteria], int]) -> Coverage:
    """The counts that may be told, from how many citizens came to each finding with which obstacles."""
    found: dict[Finding, int] = {"met": 0, "not-met": 0, "unknown": 0}
    for (finding, _), people in counted.items():
        found[finding] += people
    total = sum(found.values())
    told = tellable(found)
    kept_out = {obstacles: people for (finding, obstacles), people in counted.items() if finding == "not-met"}
    return Coverage(
        assessed=total if total >= FEWEST else None,
        selected=told["met"],
        not_selected=told["not-met"],
        unknown=told["unknown"],
        kept_out=_kept_out(criteria, kept_out, tell=told["not-met"] is not None),
    )


def _kept_out(criteria: Criteria, counted: Mapping[Criteria, int], *, tell: bool) -> tuple[KeptOut, ...]:
    """Every criterion of the set alone, then what several share where that can be told, then everybody else.

    A line is there or not by the set and by what can be told, never because somebody is in it: an empty criterion and
    one with four in it look alike.
    """
    alone: dict[Criteria, int] = {(code,): counted.get((code,), 0) for code in criteria}
    if not tell:
        return tuple(KeptOut(obstacles, None) for obstacles in (*alone, ()))
    shared = {obstacles: people for obstacles, people in counted.items() if len(obstacles) > 1}
    while True:
        listed = {**alone, **shared}
        told = tellable({**listed, (): sum(counted.values()) - sum(listed.values())}, rather=())
        withheld = {obstacles for obstacles in shared if told[obstacles] is None}
        if not withheld:
            return tuple(KeptOut(obstacles, people) for obstacles, people in told.items())
        shared = {obstacles: people for obstacles, people in shared.items() if obstacles not in withheld}


def tellable(cells: Mapping[Cell, int], *, rather: Cell | None = None) -> dict[Cell, int | None]:
    """The counts of which all together are known, each or None: none below five, and enough withheld that what is left
    over for those withheld is five or more, in at least two of them. What must be withheld for the sake of others is
    `rather` that cell than another, else the smallest."""
    withheld = {cell for cell, people in cells.items() if people < FEWEST}
    while withheld and withheld != set(cells):
        if sum(cells[cell] for cell in withheld) >= FEWEST:
            break  # and there are two of them at least: one alone is below five
        withheld.add(min(cells.keys() - withheld, key=lambda cell: (cell != rather, cells[cell], str(cell))))
    return {cell: None if cell in withheld else people for cell, people in cells.items()}
