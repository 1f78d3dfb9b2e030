"""A small number is told in no way: neither as itself, nor by its line, nor by the whole or the other parts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.small_cells import FEWEST, Tally
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.funnel import LINES, NODES, REQUESTED, Counted, Line, Stand, coded, way
from services.referrals.domain.telling import FEW, Counts, Told, ToldPart, tell_line, tell_parts, tell_whole

MONTH = date(2026, 3, 1)
Rows = Sequence[Mapping[str, int]]


def fact(stand: Stand, times: int, **changes: Any) -> Counted:
    plain: dict[str, Any] = {
        "part": None,
        "was_accepted": False,
        "sent_here": False,
        "code": None,
        "walled": False,
        "citizen": None,
    }
    return Counted(month=MONTH, sector="health", authority=None, stand=stand, times=times, **plain | changes)


def bounds(told: Told, line: Collection[Told] = ()) -> range:
    """What a number in a line can be, for all that is told of it by itself."""
    if isinstance(told, int):
        return range(told, told + 1)
    # Beside a number that is told, what is withheld is a larger one.
    return range(1, FEWEST) if told == FEW else range(FEWEST if any(n is not None for n in line) else 0, 60)


def possible(whole: Mapping[str, Told], parts: Rows, line: Line, row: int, cell: str) -> Iterator[int]:
    """The values a hidden number of one part can have, in all tables that say what is told. By trying."""
    above, below = line
    free = [part for part in below if any(told[part] is None for told in parts)] if parts else []
    rests = [told[above] - sum(told[part] or 0 for part in below) for told in parts]
    for value in range(rests[row] + 1):
        if _exists(whole, free, [(rest, (cell, value) if place == row else None) for place, rest in enumerate(rests)]):
            yield value


def _exists(whole: Mapping[str, Told], free: list[str], rows: list[tuple[int, tuple[str, int] | None]]) -> bool:
    sums = {tuple(0 for _ in free)}
    most = [max(bounds(whole[part])) for part in free]
    for rest, fixed in rows:
        splits = list(_splits(rest, free, fixed))
        grown = {tuple(a + b for a, b in zip(one, split, strict=True)) for one in sums for split in splits}
        sums = {found for found in grown if all(n <= top for n, top in zip(found, most, strict=True))}
    told = [whole[part] for part in LINES[0][1]]
    return any(all(x in bounds(whole[part], told) for x, part in zip(found, free, strict=True)) for found in sums)


def _splits(rest: int, free: list[str], fixed: tuple[str, int] | None) -> Iterator[tuple[int, ...]]:
    if not free:
        if rest == 0:
            yield ()
        return
    name, *others = free
    for value in [fixed[1]] if fixed and fixed[0] == name else range(rest + 1):
        if value <= rest:
            yield from ((value, *more) for more in _splits(rest - value, others, fixed))


@st.composite
def units(draw: st.DrawFn) -> dict[str | None, list[Counted]]:
    """Two or three units, each with a few requests that were declined, accepted or left."""
    stands = (Stand.UNANSWERED, Stand.REJECTED, Stand.CANCELLED)
    times = st.one_of(st.integers(0, 4), st.integers(0, 8))
    return {
        name: [fact(stand, n, part=name) for stand in stands if (n := draw(times))]
        for name in draw(st.sampled_from((["a", "b"], ["a", "b", "c"])))
    }


def told_of(facts: dict[str | None, list[Counted]]) -> tuple[Counts, dict[str, Told], list[ToldPart]]:
    whole = Counts.of(one for some in facts.values() for one in some)
    return whole, tell_whole(whole), tell_parts(whole, facts)


@settings(max_examples=50, deadline=None)
@given(units())
def test_no_small_number_of_a_unit_can_be_worked_out(facts: dict[str | None, list[Counted]]) -> None:
    _, beside, parts = told_of(facts)
    line = LINES[0]

    for row, part in enumerate(parts):
        assert part.told[REQUESTED] == 0 or part.counts[REQUESTED].citizens >= FEWEST
        for cell in line[1]:
            if 0 < part.counts.times[cell] < FEWEST:
                assert part.told[cell] is None
                values = possible(beside, [one.told for one in parts], line, row, cell)
                assert len(list(islice(values, FEWEST - 1))) == FEWEST - 1


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 12), min_size=1))
def test_every_few_of_a_line_can_be_any_of_one_to_four(cells: dict[str, int]) -> None:
    total = sum(cells.values())
    told = tell_line({code: Tally(n, n) for code, n in cells.items()}, whole=total if total >= FEWEST else FEW)

    few = [code for code, number in told.items() if number == FEW]
    rest = total - sum(number for number in told.values() if isinstance(number, int))
    hidden = [bounds(number if number == FEW else None) for number in told.values() if not isinstance(number, int)]
    for code, n in cells.items():
        assert told[code] in (n, FEW, None)
        assert not (0 < n < FEWEST) or told[code] in (FEW, None)
    for _ in few:
        others_least = len(few) - 1 + FEWEST * (len(hidden) - len(few))
        others_most = (len(few) - 1) * (FEWEST - 1) if len(hidden) == len(few) else rest
        assert {value for value in range(1, FEWEST) if others_least <= rest - value <= others_most} == {1, 2, 3, 4}
    assert len(hidden) != 1 or total < FEWEST


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Stand), st.integers(1, 9), st.booleans()), max_size=14))
def test_nothing_is_told_below_a_hidden_number(drawn: list[tuple[Stand, int, bool]]) -> None:
    told = tell_whole(Counts.of(fact(stand, n, was_accepted=yes) for stand, n, yes in drawn))

    assert set(told) == set(NODES)
    for node, number in told.items():
        if number is not None:
            assert all(isinstance(told[above], int) for above in way(node)[1:])


def test_one_citizen_who_asked_often_is_one_citizen() -> None:
    anna = uuid4()
    counts = Counts.of([fact(Stand.REJECTED, 3, citizen=anna), fact(Stand.UNANSWERED, 3, citizen=anna)])

    assert counts[REQUESTED] == Tally(6, 1)
    assert tell_whole(counts)[REQUESTED] == FEW


def test_a_whole_by_hand() -> None:
    facts = [
        fact(Stand.REJECTED, 6, code=DeclineCode.NO_CAPACITY),
        fact(Stand.REDIRECTED, 5, code=DeclineCode.NOT_IN_TARGET_GROUP, was_accepted=True),
        fact(Stand.REJECTED, 3, code=DeclineCode.OTHER),
        fact(Stand.WITH_RECEIVER, 20),
        fact(Stand.AWAITING_CONTACT, 2),
        fact(Stand.UNANSWERED, 9),
    ]

    told = tell_whole(Counts.of(facts))

    assert {node: told[node] for node in ("requested", "accepted", "unanswered", "declined", "cancelled")} == {
        "requested": 45,
        "accepted": 22,
        "unanswered": 9,
        "declined": 14,
        "cancelled": 0,
    }
    # Two wait for a first contact: with the twenty beside them hidden as well, 22 - x is no answer.
    assert (told["awaiting-contact"], told["contact-held"], told["caught"]) == (FEW, None, None)
    assert (told["rejected"], told["redirected"], told["declined-after-acceptance"]) == (9, 5, 5)
    codes = [told[coded("declined", code)] for code in ("no-capacity", "not-in-target-group", "other", "duplicate")]
    # Five and three hidden would leave the three at most three: so the six are hidden too.
    assert codes == [None, None, FEW, 0]


def test_small_units_are_told_together_and_a_column_of_all_or_of_none() -> None:
    facts: dict[str | None, list[Counted]] = {
        "big": [fact(Stand.WITH_RECEIVER, 30), fact(Stand.REJECTED, 2), fact(Stand.UNANSWERED, 9)],
        "middle": [fact(Stand.WITH_RECEIVER, 12), fact(Stand.REJECTED, 7), fact(Stand.UNANSWERED, 8)],
        "small": [fact(Stand.WITH_RECEIVER, 3)],
        "tiny": [fact(Stand.WITH_RECEIVER, 2)],
    }

    _, beside, parts = told_of(facts)

    assert [(part.name, part.others, part.told["requested"]) for part in parts] == [
        ("big", False, 41),
        ("middle", False, 27),
        (None, True, 5),
    ]
    assert (beside["declined"], beside["unanswered"], beside["accepted"]) == (9, 17, 47)
    # Two were declined by one unit, so no unit tells; nor how many are unanswered, which would give it away.
    assert [[part.told[node] for node in ("declined", "unanswered", "accepted")] for part in parts] == [
        [None, None, 30],
        [None, None, 12],
        [None, None, 5],
    ]


def test_where_one_unit_cannot_hide_behind_another_no_unit_is_told() -> None:
    alone: dict[str | None, list[Counted]] = {"big": [fact(Stand.REJECTED, 40)], "tiny": [fact(Stand.REJECTED, 1)]}
    few: dict[str | None, list[Counted]] = {"a": [fact(Stand.REJECTED, 2)], "b": [fact(Stand.REJECTED, 1)]}

    assert told_of(alone)[2] == []
    assert told_of(few)[2] == []
