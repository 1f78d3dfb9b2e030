"""A small number of a part is told in no way: neither by its line, nor by the whole, nor by the other parts.

By trying: every table of whole numbers is made that says what is told, and the small number has to be another in some.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from uuid import uuid4

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chassis.small_cells import FEWEST
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.funnel import LINES, NODES, REQUESTED, Counted, Stand, coded
from services.referrals.domain.parts_told import ToldPart, tell_parts
from services.referrals.domain.telling import Counts, Told, is_small, tell_whole, together
from tests.referrals.facts import bounds, fact

Leaf = tuple[Stand, DeclineCode | None]
Facts = Mapping[str | None, list[Counted]]

ANSWERS: tuple[Leaf, ...] = (
    (Stand.UNANSWERED, None),
    (Stand.REJECTED, DeclineCode.NO_CAPACITY),
    (Stand.REJECTED, DeclineCode.OTHER),
    (Stand.CANCELLED, None),
)
WAYS: tuple[Leaf, ...] = (
    (Stand.REDIRECTED, DeclineCode.OTHER),
    (Stand.AWAITING_CONTACT, None),
    (Stand.IN_CONTACT, None),
    (Stand.WITH_RECEIVER, None),
)
"""What a request can have come to; a table says of each part how often."""


def of(leaf: Leaf, times: int) -> Counted:
    stand, code = leaf
    return fact(stand, times, code=code, was_accepted=stand is Stand.AWAITING_CONTACT)


def facts_of(leaves: Sequence[Leaf], rows: Sequence[Sequence[int]]) -> Facts:
    """Parts of which each line says how often what happened."""
    named = zip("abc", rows, strict=False)
    return {name: [of(leaf, n) for leaf, n in zip(leaves, row, strict=True) if n] for name, row in named if any(row)}


def told_of(facts: Facts) -> tuple[dict[str, Told], list[ToldPart]]:
    whole = Counts.of(one for some in facts.values() for one in some)
    return tell_whole(whole), tell_parts(whole, facts)


class Tables:
    """Every table of these leaves that says what is told of the whole and of its parts.

    A row is one number, with a digit for each leaf: so rows are added and taken away as numbers are.
    """

    def __init__(self, leaves: Sequence[Leaf], beside: Mapping[str, Told], parts: Sequence[Mapping[str, Told]]) -> None:
        self._leaves = range(len(leaves))
        places = {node: [DIGIT**i for i, leaf in enumerate(leaves) if node in of(leaf, 1).nodes] for node in NODES}
        self._places = {node: these for node, these in places.items() if these}
        lines = [(node, [beside[part] for part in line]) for _, line in LINES for node in line]
        self._whole = [(node, bounds(beside[node], line)) for node, line in lines if node in self._places]
        asked = [told[REQUESTED] for told in parts]
        self._left = number(beside[REQUESTED]) - sum(one for one in asked if isinstance(one, int))
        self._rows = [list(self._rows_of(told)) for told in parts]

    def are_too_many(self) -> bool:
        """To be tried one by one."""
        return prod(len(rows) for rows in self._rows) > 200_000

    def values(self) -> dict[tuple[int, str], set[int]]:
        """What each number of each part can be."""
        sums = [{0}]
        for rows in self._rows:
            sums.append({one + row for one in sums[-1] for row in rows})
        wanted = {total for total in sums.pop() if self._is_whole(total)}
        found: dict[tuple[int, str], set[int]] = {}
        for part in reversed(range(len(self._rows))):
            before = {row: {total - row for total in wanted} & sums[part] for row in self._rows[part]}
            for node in self._places:
                found[part, node] = {self._sum(row, node) for row, some in before.items() if some}
            wanted = set().union(*before.values())
        return found

    def _rows_of(self, told: Mapping[str, Told]) -> Iterator[int]:
        known = [(node, n) for node, n in told.items() if isinstance(n, int) and node in self._places]
        asked = told[REQUESTED]
        for total in range(self._left + 1) if asked is None else [number(asked)]:
            for split in _splits(total, len(self._leaves)):
                row = sum(n * DIGIT**i for i, n in enumerate(split))
                if all(self._sum(row, node) == n for node, n in known):
                    yield row

    def _is_whole(self, row: int) -> bool:
        return all(self._sum(row, node) in these for node, these in self._whole)

    def _sum(self, row: int, node: str) -> int:
        return sum(row // place % DIGIT for place in self._places[node])


DIGIT = 100


def number(told: Told) -> int:
    assert isinstance(told, int)
    return told


def _splits(total: int, into: int) -> Iterator[tuple[int, ...]]:
    if into == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _splits(total - first, into - 1))


times = st.one_of(st.just(0), st.integers(0, 4), st.integers(3, 7))


tables = st.lists(st.tuples(times, times, times, times), min_size=2, max_size=3)


@pytest.mark.parametrize("leaves", [ANSWERS, WAYS], ids=["answers", "ways"])
@settings(max_examples=20, deadline=None)
@example([(0, 0, 1, 4), (0, 0, 1, 4), (3, 0, 4, 0)])
@given(tables)
def test_no_small_number_of_a_part_can_be_worked_out(leaves: tuple[Leaf, ...], rows: list[tuple[int, ...]]) -> None:
    beside, parts = told_of(facts_of(leaves, rows))
    assume(parts)
    possible = Tables(leaves, beside, [part.told for part in parts])
    assume(not possible.are_too_many())

    values = possible.values()
    for row, part in enumerate(parts):
        assert part.counts[REQUESTED].citizens >= FEWEST
        for node in NODES:
            assert part.counts.times[node] in values.get((row, node), {0})
            if is_small(part.counts[node]):
                assert part.told[node] is None
                assert len(values[row, node]) >= FEWEST - 1


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([ANSWERS, WAYS]), tables)
def test_what_is_left_when_all_told_is_taken_away_is_of_nobody_or_of_five(
    leaves: tuple[Leaf, ...], rows: list[tuple[int, ...]]
) -> None:
    beside, parts = told_of(facts_of(leaves, rows))

    for node, columns in LINES:
        for part in parts:
            if part.told[node] is not None:
                assert not is_small(together([part.counts], [c for c in columns if part.told[c] is None]))
        for column in columns:
            if isinstance(beside[column], int):
                assert not is_small(together([part.counts for part in parts if part.told[column] is None], [column]))


CODE = DeclineCode.NO_CAPACITY
OF_NO_CAPACITY = coded("declined", CODE)


def services(**declined: int) -> Facts:
    """Services that caught thirty each, and had no capacity for so many."""
    return {name: [fact(Stand.WITH_RECEIVER, 30), fact(Stand.REJECTED, n, code=CODE)] for name, n in declined.items()}


def test_one_small_number_does_not_silence_the_others() -> None:
    """Two were declined by one of three. Who hides beside it is the least; the largest tells all."""
    _, parts = told_of(services(a=40, b=20, c=2))

    nodes = ("requested", "accepted", "contact-held", "caught", "declined", OF_NO_CAPACITY, "unanswered")
    assert [[part.told[node] for node in nodes] for part in parts] == [
        [70, 30, 30, 30, 40, 40, 0],
        [None, 30, 30, 30, None, None, 0],
        [None, 30, 30, 30, None, None, 0],
    ]


def test_what_hides_beside_a_small_number_is_of_five_citizens() -> None:
    """Two and two are four: they are hidden with the five of a third."""
    _, parts = told_of(services(a=40, b=5, c=2, d=2))

    assert [(part.told["declined"], part.told["accepted"]) for part in parts] == [(40, 30), *[(None, 30)] * 3]
    anna = uuid4()
    facts = dict(services(a=40, b=20))
    for name in ("c", "d"):
        facts[name] = [fact(Stand.WITH_RECEIVER, 30), fact(Stand.REJECTED, 3, citizen=anna)]
    # Six times is not six citizens.
    _, parts = told_of(facts)
    assert [(part.told["declined"], part.told["accepted"]) for part in parts] == [(40, 30), *[(None, 30)] * 3]


def test_nor_do_two_parts_hide_four_citizens_between_them() -> None:
    """Of thirty declined each, two services say "no capacity" of two: what is left of the whole would be four."""
    facts = {
        name: [fact(Stand.REJECTED, n, code=CODE), fact(Stand.REJECTED, 30, code=DeclineCode.OTHER)]
        for name, n in (("a", 40), ("b", 6), ("c", 2), ("d", 2))
    }
    _, parts = told_of(facts)

    assert [part.told["declined"] for part in parts] == [70, 36, 32, 32]
    assert [part.told[OF_NO_CAPACITY] for part in parts] == [40, None, None, None]


def test_large_parts_are_told_how_many_were_asked_too() -> None:
    """Where a part can hide a small number behind its own other numbers, it keeps the sum."""
    facts = {
        name: [
            fact(Stand.WITH_RECEIVER, 90),
            fact(Stand.REJECTED, 30),
            fact(Stand.CANCELLED, 6),
            fact(Stand.UNANSWERED, n),
        ]
        for name, n in (("a", 3), ("b", 9), ("c", 8))
    }
    _, parts = told_of(facts)

    nodes = ("requested", "accepted", "declined", "cancelled", "unanswered")
    assert [[part.told[node] for node in nodes] for part in parts] == [
        [129, 90, 30, None, None],
        [135, 90, 30, 6, 9],
        [134, 90, 30, None, None],
    ]


def test_small_units_are_told_together() -> None:
    facts: Facts = {
        "big": [fact(Stand.WITH_RECEIVER, 30), fact(Stand.REJECTED, 6), fact(Stand.UNANSWERED, 9)],
        "middle": [fact(Stand.WITH_RECEIVER, 12), fact(Stand.REJECTED, 7), fact(Stand.UNANSWERED, 8)],
        "small": [fact(Stand.WITH_RECEIVER, 3)],
        "tiny": [fact(Stand.WITH_RECEIVER, 2)],
    }

    _, parts = told_of(facts)

    assert [
        (part.name, part.others, *(part.told[n] for n in ("requested", "accepted", "declined"))) for part in parts
    ] == [
        ("big", False, 45, 30, 6),
        ("middle", False, 27, 12, 7),
        (None, True, 5, 5, 0),
    ]


def test_what_is_hidden_of_the_whole_is_hidden_of_every_part() -> None:
    facts = {name: [fact(Stand.WITH_RECEIVER, 30), fact(Stand.REJECTED, 8)] for name in "ab"}
    facts["a"].append(fact(Stand.CANCELLED, 2))
    beside, parts = told_of(facts)

    assert [beside[node] for node in ("requested", "accepted", "declined", "cancelled")] == [78, 60, None, "<5"]
    assert [[part.told[node] for node in ("accepted", "declined", "cancelled")] for part in parts] == [
        [30, None, None]
    ] * 2


def test_where_one_unit_cannot_hide_behind_another_no_unit_is_told() -> None:
    alone: Facts = {"big": [fact(Stand.REJECTED, 40)], "tiny": [fact(Stand.REJECTED, 1)]}
    few: Facts = {"a": [fact(Stand.REJECTED, 2)], "b": [fact(Stand.REJECTED, 1)]}

    assert told_of(alone)[1] == []
    assert told_of(few)[1] == []
