"""Which numbers of a tree of counts may be told, so that no small one can be worked out from the others.

Two rules make this provable line by line. What stands below a hidden number is hidden too, so the numbers above a told
one are all told. And where a whole (a sector) is told beside its parts (its units), a number is told of every part or
of none: so what is hidden is a full block, of which somebody who adds and subtracts learns its margins and no more, and
how far a cell can lie between its margins is a formula (Fréchet's bounds).

Parts of which fewer than five citizens are told together as one, `OTHERS`. Whoever knows months, units and senders of a
sector knows no more than from one of them: each splits the same whole, and nothing splits both.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from chassis.small_cells import FEWEST, Tally
from services.referrals.domain.funnel import LINES, NODES, REQUESTED, Counted, Line

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
        return Tally(self.times[node], self.once[node] + len(self.several.get(node, ())))


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


OTHERS = "others"
Parts = Mapping[str | None, Counts]


@dataclass(frozen=True, slots=True)
class ToldPart:
    """What is told of one part of a whole; of several together where `others`."""

    name: str | None
    others: bool
    counts: Counts
    told: Mapping[str, Told]


def tell_parts(whole: Counts, facts: Mapping[str | None, list[Counted]]) -> list[ToldPart]:
    """The parts of a whole, of which the whole is told by `tell_whole`; none, where too few would stand apart."""
    beside = tell_whole(whole)
    rows = _rows(facts) if isinstance(beside[REQUESTED], int) else []
    told: list[dict[str, Told]] = [{REQUESTED: row[2].times[REQUESTED]} for row in rows]
    for node, parts in LINES:
        open_to_all = all(isinstance(row[node], int) for row in told)
        block = _Block([row[2] for row in rows], whole, beside, parts)
        hidden = block.hidden() if open_to_all else frozenset(parts)
        for (_, _, counts), row in zip(rows, told, strict=True):
            row |= {part: None if part in hidden else counts.times[part] for part in parts}
    return [ToldPart(*row, telling) for row, telling in zip(rows, told, strict=True)]


def _rows(facts: Mapping[str | None, list[Counted]]) -> list[tuple[str | None, bool, Counts]]:
    """The parts with five citizens or more each, and the others together: two of them at least, and five citizens."""
    parts = {name: Counts.of(some) for name, some in facts.items()}
    by_size = sorted(parts, key=lambda name: (parts[name][REQUESTED].citizens, name or ""))
    apart = [name for name in by_size if not is_small(parts[name][REQUESTED])]
    together = [name for name in by_size if name not in apart]
    others = Counts()
    while together:
        others = Counts.of(fact for name in together for fact in facts[name])
        if len(together) > 1 and not is_small(others[REQUESTED]):
            break
        if not apart:
            return []
        together.append(apart.pop(0))
    if together and not apart:
        return []
    named = [(name, False, parts[name]) for name in sorted(apart, key=lambda name: name or "")]
    return [*named, (None, True, others)] if together else named


@dataclass(frozen=True, slots=True)
class _Block:
    """One line of the tree, for all parts of a whole at once."""

    rows: list[Counts]
    whole: Counts
    beside: Mapping[str, Told]
    columns: tuple[str, ...]

    def hidden(self) -> frozenset[str]:
        """The columns that no part is told of: those hidden of the whole, those that are small anywhere, and the least
        of the others until every small number has room."""
        hidden = {
            column
            for column in self.columns
            if not isinstance(self.beside[column], int) or any(is_small(row[column]) for row in self.rows)
        }
        spare = sorted(
            (column for column in self.columns if column not in hidden and self.whole.times[column]),
            key=lambda column: (self.whole.times[column], column),
        )
        while spare and not self._has_room(hidden):
            hidden.add(spare.pop(0))
        return frozenset(hidden)

    def _has_room(self, hidden: Collection[str]) -> bool:
        sums = [sum(row.times[column] for column in hidden) for row in self.rows]
        if any(0 < together < FEWEST for together in sums):
            return False
        return all(
            self._room(column, together, sum(sums)) >= ROOM
            for row, together in zip(self.rows, sums, strict=True)
            for column in hidden
            if is_small(row[column])
        )

    def _room(self, column: str, of_row: int, of_block: int) -> int:
        """How far apart the least and the most lie that a cell of this column can be."""
        least, most = self._margin(column, of_block)
        return min(of_row, most) - max(0, of_row + least - of_block)

    def _margin(self, column: str, of_block: int) -> tuple[int, int]:
        """What is known of the column's sum."""
        told = self.beside[column]
        if isinstance(told, int):
            return told, told
        if told == FEW:
            return 1, FEWEST - 1
        return (FEWEST if self.whole[column].citizens >= FEWEST else 0), of_block
