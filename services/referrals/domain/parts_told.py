"""Which numbers of the parts of a whole (the units, services or senders of a sector) may be told beside the whole.

Line by line down the tree. Whoever adds and subtracts knows of what is hidden the sums, of each part and each column.
So a small number is hidden with others of its part, and these columns with those of another part: a block, parts by
columns. How far a number in a block can lie, when its sums are all that is known, is a formula (Fréchet's bounds), and
every small number must have room there for four values at least. All other parts are told all they have. A column that
is hidden of the whole is hidden of every part.

In the first line there is another way, and the one that tells more is taken: who hides a number hides how many were
asked too. Then nothing is known of a part but what it tells, and a small number needs no more beside it than another
part's in its own column.

What stands below a hidden number is hidden too. The parts that this concerns are one row further down, since no more
than their sum can be worked out there, and that is a row like others: where it would be small, it is in the block.

Parts of which fewer than five citizens are told together as others; where a line finds no block, so are more of them.
Whoever knows months, units and senders of a sector knows no more than from one of them: each splits the same whole, and
nothing splits both.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chassis.small_cells import FEWEST, Tally
from services.referrals.domain.funnel import ACCEPTED, DECLINED, LINES, REQUESTED, Counted, way
from services.referrals.domain.telling import FEW, ROOM, Counts, Told, is_small, tell_whole, together

Span = tuple[int, int]
"""The least and the most that a number can be, for all that is told."""


@dataclass(frozen=True, slots=True, eq=False)
class ToldPart:
    """What is told of one part of a whole; of several together where `others`."""

    name: str | None
    others: bool
    counts: Counts
    told: dict[str, Told] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def put(self, node: str, span: Span, *, hidden: bool) -> None:
        """Tell a number, or hide it."""
        self.told[node] = None if hidden else self.counts.times[node]
        self.spans[node] = span


def tell_parts(whole: Counts, facts: Mapping[str | None, list[Counted]]) -> list[ToldPart]:
    """The parts of a whole, of which the whole is told by `tell_whole`; none, where too few would stand apart."""
    beside = tell_whole(whole)
    if not isinstance(beside[REQUESTED], int):
        return []
    for folded in range(len(facts)):
        ways = [_told(_parts(facts, folded), whole, beside, silent=silent) for silent in (True, False)]
        if any(ways):
            return max(ways, key=_worth)
    return []


def _worth(parts: Sequence[ToldPart]) -> tuple[int, int]:
    """How much is told: of those who had an answer first, and then of anybody."""
    told = [node for part in parts for node, number in part.told.items() if number]
    return sum(not {ACCEPTED, DECLINED}.isdisjoint(way(node)) for node in told), len(told)


def _parts(facts: Mapping[str | None, list[Counted]], folded: int) -> list[ToldPart]:
    """The parts with five citizens or more each, less the smallest so many of them; and the others together: two of
    them at least, and five citizens."""
    counts = {name: Counts.of(some) for name, some in facts.items()}
    by_size = sorted(counts, key=lambda name: (counts[name][REQUESTED].citizens, name or ""))
    small = sum(is_small(counts[name][REQUESTED]) for name in by_size)
    by_size.sort(key=lambda name: not is_small(counts[name][REQUESTED]))
    for taken in range(small + folded, len(by_size)):
        others = Counts.of(fact for name in by_size[:taken] for fact in facts[name])
        if taken != 1 and not is_small(others[REQUESTED]):
            named = [ToldPart(name, False, counts[name]) for name in sorted(by_size[taken:], key=lambda n: n or "")]
            return [*named, ToldPart(None, True, others)] if taken else named
    return []


def _told(parts: list[ToldPart], whole: Counts, beside: Mapping[str, Told], *, silent: bool) -> list[ToldPart]:
    """Tell every number of the parts, or hide it; no parts where some line cannot be told safely. With `silent`, a part
    that hides some answers hides how many were asked; else it hides more answers."""
    if silent:
        _tell_answers(parts, whole, beside)
    for part in [] if silent else parts:
        asked = part.counts.times[REQUESTED]
        part.put(REQUESTED, (asked, asked), hidden=False)
    for node, columns in LINES[1:] if silent else LINES:
        if not isinstance(beside[node], int):
            for part in parts:
                for column in columns:
                    part.put(column, (0, part.spans[node][1]), hidden=True)
        elif not _Line(node, columns, whole, beside, _rows(parts, node)).told():
            return []
    return parts


def _tell_answers(parts: Sequence[ToldPart], whole: Counts, beside: Mapping[str, Told]) -> None:
    """The first line: how many were asked, and what came of it. Who hides some of it hides how many were asked, so
    nothing is known of a part but what it tells, and of the hidden numbers of a column but their sum."""
    node, columns = LINES[0]
    kept = [column for column in columns if not isinstance(beside[column], int)]
    hiding = {column: _hiding(parts, column) for column in columns if column not in kept}
    behind = {id(part) for some in hiding.values() for part in some}
    silent = [part for part in parts if id(part) in behind or any(part.counts.times[column] for column in kept)]
    margins = _margins(whole, beside, columns)
    for part in parts:
        for column in columns:
            known, others = part.counts.times[column], hiding.get(column, [])
            if column in kept:
                least, most = margins[column]
                part.put(column, (0 if len(silent) > 1 else least, most if part in silent else 0), hidden=True)
            elif part in others:
                part.put(column, (0, sum(one.counts.times[column] for one in others)), hidden=True)
            else:
                part.put(column, (known, known), hidden=False)
        least, most = (sum(part.spans[column][end] for column in columns) for end in (0, 1))
        part.put(node, (least, most), hidden=part in silent)


def _hiding(parts: Sequence[ToldPart], column: str) -> list[ToldPart]:
    """Who hides a number: where it is small, and with the least of the others, until two do and five citizens stand
    behind it."""
    by_size = sorted(parts, key=lambda part: (not is_small(part.counts[column]), part.counts.times[column]))
    hiding = [part for part in by_size if is_small(part.counts[column])]
    spare = [part for part in by_size if part not in hiding and part.counts.times[column]]
    while hiding and spare and (len(hiding) < 2 or is_small(together([part.counts for part in hiding], [column]))):
        hiding.append(spare.pop(0))
    return hiding


def _margins(whole: Counts, beside: Mapping[str, Told], columns: Collection[str]) -> dict[str, Span]:
    """How far each number that is hidden of the whole can lie."""
    kept = [column for column in columns if not isinstance(beside[column], int)]
    total = sum(whole.times[column] for column in kept)
    known = {column: _known(whole, beside, column, total) for column in kept}
    return _tightened(known, total)


def _known(whole: Counts, beside: Mapping[str, Told], column: str, total: int) -> Span:
    """What is told of a number of the whole."""
    told = beside[column]
    if isinstance(told, int):
        return told, told
    if told == FEW:
        return 1, max(FEWEST - 1, whole.times[column])
    return FEWEST if whole[column].citizens >= FEWEST else 0, total


def _tightened(spans: Mapping[str, Span], total: int) -> dict[str, Span]:
    """Each number of several, when their sum is known too."""
    least, most = (sum(span[end] for span in spans.values()) for end in (0, 1))
    return {
        column: (max(low, total - (most - high)), min(high, total - (least - low)))
        for column, (low, high) in spans.items()
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A part that is told of the number above; or all those together that are not."""

    parts: tuple[ToldPart, ...]

    @property
    def counts(self) -> list[Counts]:
        return [part.counts for part in self.parts]

    def times(self, columns: Collection[str]) -> int:
        return sum(part.counts.times[column] for part in self.parts for column in columns)


def _rows(parts: Sequence[ToldPart], node: str) -> list[_Row]:
    shut = tuple(part for part in parts if part.told[node] is None)
    return [_Row((part,)) for part in parts if part not in shut] + ([_Row(shut)] if shut else [])


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the tree, for all parts of a whole at once."""

    node: str
    columns: tuple[str, ...]
    whole: Counts
    beside: Mapping[str, Told]
    rows: list[_Row]

    def told(self) -> bool:
        """Find a block, the least first, and tell what is not in it. False where everything is not enough."""
        kept = frozenset(column for column in self.columns if not isinstance(self.beside[column], int))
        rows = [row for row in self.rows if self._is_small(row, kept) or self._small_in(row, kept)]
        columns = kept.union(*(self._small_in(row, kept) for row in rows))
        while not self._write(rows, columns, kept):
            row, column = self._next_row(rows, columns), self._next_column(rows, columns)
            wants_column = any(self._is_small(one, columns) for one in rows) or len(rows) > len(columns)
            if column is not None and (row is None or (wants_column and len(rows) > 1)):
                columns |= {column}
            elif row is not None:
                rows.append(row)
            else:
                return False
        return True

    def _write(self, rows: Collection[_Row], columns: Collection[str], kept: Collection[str]) -> bool:
        """Tell all but the block, and but what is kept of the whole; False where a small number would be known."""
        others = [row for row in self.rows if row not in rows]
        spans = {**self._spans(rows, columns, others), **self._spans(others, kept, rows)}
        for row in self.rows:
            hidden = columns if row in rows else kept
            if self._is_small(row, hidden):
                return False
            for column in self.columns:
                known = row.times([column])
                for part, span in self._of_parts(row, spans.get((id(row), column), (known, known))):
                    nobody = self.beside[column] == 0
                    part.put(column, span, hidden=not nobody and (column in hidden or part.told[self.node] is None))
                    if part.told[column] is None and not _has_room(part, column):
                        return False
        return not any(is_small(_tally(rows, [column])) for column in columns if column not in kept)

    def _of_parts(self, row: _Row, span: Span) -> Iterator[tuple[ToldPart, Span]]:
        """How far each part's share of a row can lie."""
        if len(row.parts) == 1:
            yield row.parts[0], span
            return
        everybody = row.times([self.node])
        for part in row.parts:
            least, most = part.spans[self.node]
            yield part, (max(0, span[0] + least - everybody), min(span[1], most))

    def _spans(
        self, rows: Collection[_Row], columns: Collection[str], others: Collection[_Row]
    ) -> dict[tuple[int, str], Span]:
        """How far each cell of a block can lie, its rows' sums being known, and of its columns what the whole tells."""
        total = sum(row.times(columns) for row in rows)
        margins = _tightened({column: self._margin(column, total, others) for column in columns}, total)
        spans = {}
        for row in rows:
            of_row = row.times(columns)
            for column, (least, most) in margins.items():
                spans[id(row), column] = (max(0, of_row + least - total), min(of_row, most))
        return spans

    def _margin(self, column: str, total: int, others: Collection[_Row]) -> Span:
        """What is known of a column's sum over a block, when the other rows are known."""
        least, most = _known(self.whole, self.beside, column, total)
        elsewhere = sum(row.times([column]) for row in others)
        return max(0, least - elsewhere), (total if self.beside[column] is None else most - elsewhere)

    def _small_in(self, row: _Row, kept: Collection[str]) -> set[str]:
        return {column for column in self.columns if column not in kept and self._is_small(row, [column])}

    def _is_small(self, row: _Row, columns: Collection[str]) -> bool:
        return is_small(_tally([row], columns))

    def _next_row(self, rows: Collection[_Row], columns: Collection[str]) -> _Row | None:
        """The one that loses least by it, if it has enough to hide behind."""
        spare = [row for row in self.rows if row not in rows and row.times(columns)]
        return min(spare, key=lambda row: (row.times(columns) < FEWEST, row.times(columns)), default=None)

    def _next_column(self, rows: Collection[_Row], columns: Collection[str]) -> str | None:
        spare = [
            column for column in self.columns if column not in columns and any(row.times([column]) for row in rows)
        ]
        return min(spare, key=lambda column: (sum(row.times([column]) for row in rows), column), default=None)


def _tally(rows: Collection[_Row], columns: Collection[str]) -> Tally:
    return together([counts for row in rows for counts in row.counts], columns)


def _has_room(part: ToldPart, column: str) -> bool:
    """Whether what is hidden may be hidden so: it is nobody's, or of many, or can be four numbers at least."""
    least, most = part.spans[column]
    return not is_small(part.counts[column]) or most - least >= ROOM
