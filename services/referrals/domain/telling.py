"""Which numbers of a tree of counts may be told, so that no small one can be worked out from the others.

What stands below a hidden number is hidden too, so the numbers above a told one are all told, and the tree can be
judged line by line. Parts of a whole (the units of a sector) are told by `parts_told`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from chassis.small_cells import FEWEST, Tally
from services.referrals.domain.funnel import LINES, NODES, Counted, Line

Told = int | Literal["<5"] | None
"""A number; `<5` where fewer than five citizens stand behind it; None where it would give such a number away."""

FEW: Literal["<5"] = "<5"
ROOM = FEWEST - 2
"""How much there must be to spare: then a hidden number between one and four can be any of them."""


@dataclass(slots=True)
class Counts:
    """How many requests and citizens stand behind each number of the tree."""

    times: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NODES, 0))
    once: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NODES, 0))
    several: dict[str, set[UUID]] = field(default_factory=dict)
    walled: bool = False

    @classmethod
    def of(cls, facts: Iterable[Counted]) -> "Counts":
        """What these facts come to."""
        counts = cls()
        for fact in facts:
            counts._add(fact)
        return counts

    def _add(self, fact: Counted) -> None:
        self.walled |= fact.walled
        for node in fact.nodes:
            self.times[node] += fact.times
            if fact.citizen is None:
                self.once[node] += fact.times
            else:
                self.several.setdefault(node, set()).add(fact.citizen)

    def __getitem__(self, node: str) -> Tally:
        return together([self], [node])


def together(counts: Collection[Counts], nodes: Collection[str]) -> Tally:
    """What these numbers of these counts come to. Who stands behind several of them is one citizen."""
    cells = [(one, node) for one in counts for node in nodes]
    known: set[UUID] = set().union(*(one.several[node] for one, node in cells if node in one.several))
    return Tally(sum(one.times[node] for one, node in cells), sum(one.once[node] for one, node in cells) + len(known))


def is_small(tally: Tally) -> bool:
    """True of somebody, and of fewer than may be told."""
    return 0 < tally.citizens < FEWEST


def tell_alone(tally: Tally) -> Told:
    """One number by itself. That nothing happened is no secret: it is told of nobody."""
    return FEW if is_small(tally) else tally.times


def tell_whole(counts: Mapping[str, Tally] | Counts, lines: Iterable[Line] = LINES) -> dict[str, Told]:
    """A tree of counts beside which no parts stand, as it may be told."""
    told: dict[str, Told] = {}
    for whole, parts in lines:
        told.setdefault(whole, tell_alone(counts[whole]))
        told |= tell_line({part: counts[part] for part in parts}, whole=told[whole])
    return told


def tell_line(cells: Mapping[str, Tally], *, whole: Told) -> dict[str, Told]:
    """The parts of one number. Beside a small one, larger ones are hidden, the least first; where they leave no room,
    all are."""
    if not isinstance(whole, int):
        return dict.fromkeys(cells)
    small = [code for code, tally in cells.items() if is_small(tally)]
    large = sorted((code for code in cells if cells[code].citizens >= FEWEST), key=lambda c: (cells[c].times, c))
    for taken in range(len(large) + 1):
        besides = large[:taken]
        if not small or _leaves_room([cells[code] for code in (*small, *besides)]):
            return {code: FEW if code in small else None if code in besides else cells[code].times for code in cells}
    return dict.fromkeys(cells)


def _leaves_room(hidden: Collection[Tally]) -> bool:
    """True when the sum of the hidden numbers lets every small one be anything from one to four."""
    total = sum(tally.times for tally in hidden)
    least = sum(1 if is_small(tally) else FEWEST for tally in hidden)
    most = sum(max(FEWEST - 1, tally.times) for tally in hidden)
    return total - least >= ROOM and (most - total >= ROOM or not all(map(is_small, hidden)))
