"""How many take up what they are offered, told so that nobody can be found in the figures.

A citizen counts once in a group, by the answer that goes furthest: accepted, else later, else not answered yet, else
declined. So the cells of a group add up to the citizens it made an offer to, and whoever knows that sum and all cells
but one knows the last. Groups have no sum: one citizen may be in several.
"""

from collections.abc import Mapping
from typing import Literal

Outcome = Literal["accepted", "later", "unanswered", "declined"]
Told = int | Literal["<5"] | None

OUTCOMES: tuple[Outcome, ...] = ("accepted", "later", "unanswered", "declined")
SMALLEST = 5


def disclosed(counts: Mapping[Outcome, int]) -> tuple[Told, dict[Outcome, Told]]:
    """What may be told of one group: the citizens offered something, and how many are in each cell.

    A small cell is `"<5"`. None is withheld so that no small cell can be worked out: first the smallest of the other
    cells, and where that does not hide enough, the sum instead.
    """
    cells = {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}
    offered = sum(cells.values())
    told: dict[Outcome, Told] = {o: n if n >= SMALLEST else "<5" for o, n in cells.items()}
    if offered < SMALLEST:
        return "<5", told
    also = _also_withheld(cells)
    if also is None:
        return None, told
    return offered, told | dict.fromkeys(also)


def _also_withheld(cells: Mapping[Outcome, int]) -> list[Outcome] | None:
    """The cells to withhold beside the small ones; None when, with the sum known, no choice is enough."""
    small = [n for n in cells.values() if n < SMALLEST]
    large = sorted((o for o in cells if cells[o] >= SMALLEST), key=lambda o: (cells[o], OUTCOMES.index(o)))
    for taken in range(len(large) + 1):
        if _is_hidden(small, [cells[o] for o in large[:taken]]):
            return large[:taken]
    return None


def _is_hidden(small: list[int], withheld: list[int]) -> bool:
    """True when, for all that the sum tells, each small cell can still be anything from 0 to 4."""
    if not small:
        return True
    most = SMALLEST - 1
    left = sum(small) + sum(withheld) - SMALLEST * len(withheld)  # what the small cells may hold between them
    if withheld:
        return left >= most
    return most <= left <= most * (len(small) - 1)
