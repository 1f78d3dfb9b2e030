"""How many take up what they are offered, told so that nobody can be found in the figures.

A citizen counts once in a group, by the answer that goes furthest: accepted, else later, else not answered yet, else
declined. So the cells of a group add up, and whoever knew the sum and all cells but one would know the last. Groups
have no sum: one citizen may be in several.
"""

from collections.abc import Mapping
from typing import Literal

Outcome = Literal["accepted", "later", "unanswered", "declined"]
Told = int | Literal["<5"] | None

OUTCOMES: tuple[Outcome, ...] = ("accepted", "later", "unanswered", "declined")
SMALLEST = 5


def disclosed(counts: Mapping[Outcome, int]) -> tuple[Told, dict[Outcome, Told]]:
    """What may be told of one group: how many were offered something, and how many are in each cell.

    Beside a small cell the sum is withheld (None), and nothing else: without it, no cell says anything of another.
    To withhold another cell instead would tell by its choice how large it is.
    """
    cells = {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}
    offered = sum(cells.values())
    told: dict[Outcome, Told] = {outcome: n if n >= SMALLEST else "<5" for outcome, n in cells.items()}
    if offered < SMALLEST:
        return "<5", told
    return (None if "<5" in told.values() else offered), told
