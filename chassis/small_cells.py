"""Counts that tell of no single person: small ones are hidden, and so is what would give them away.

A count of a few people is nearly a name. Hiding the count is not enough where a total stands beside it: what is missing
can be worked out. So larger counts are hidden with it, the least first, until what can be worked out is a range and not
a number; where they do not suffice, the total is hidden.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

FEWEST = 5  # citizens behind a count that may be told


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened, and to how many citizens."""

    times: int
    citizens: int


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One line of a table as it may be told: `None` where a count is hidden."""

    cells: Mapping[str, int | None]
    total: int | None


def told(cells: Mapping[str, Tally]) -> ToldRow:
    """One line: counts by code, and their total. That nothing happened is no secret: it is told of nobody."""
    small = [code for code, tally in cells.items() if 0 < tally.citizens < FEWEST]
    large = sorted((code for code in cells if cells[code].citizens >= FEWEST), key=lambda c: (cells[c].times, c))
    everything = sum(tally.times for tally in cells.values())
    for taken in range(len(large) + 1):
        hidden = [*small, *large[:taken]]
        if not small or (taken and _is_vague([cells[code] for code in hidden])):
            return ToldRow({code: None if code in hidden else cells[code].times for code in cells}, everything)
    return ToldRow({code: None if code in small else cells[code].times for code in cells}, None)


def _is_vague(hidden: Collection[Tally]) -> bool:
    """True when their sum leaves the small ones at least `FEWEST` values to have: each hidden count is known to be one
    at least, and a large one `FEWEST` at least."""
    known = sum(FEWEST if tally.citizens >= FEWEST else 1 for tally in hidden)
    return sum(tally.times for tally in hidden) - known >= FEWEST - 1
