"""A count of few people is told in no way: neither as itself, nor by what stands around it."""

from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from chassis.small_cells import FEWEST, Tally, ToldRow, told

tallies = st.builds(
    lambda citizens, more: Tally(citizens + (more if citizens else 0), citizens), st.integers(0, 12), st.integers(0, 3)
)
rows = st.dictionaries(st.sampled_from("abcd"), tallies, min_size=1)


def possible(row: dict[str, Tally], shown: ToldRow) -> dict[str, set[int]]:
    """What every hidden count can be, for all that the row tells to somebody who knows the rule."""
    hidden = [code for code, times in shown.cells.items() if times is None]
    if shown.total is None:
        return {code: set(range(1, 1000)) for code in hidden}
    rest = shown.total - sum(times for times in shown.cells.values() if times is not None)
    least = {code: FEWEST if row[code].citizens >= FEWEST else 1 for code in hidden}
    slack = rest - sum(least.values())
    return {code: {least[code] + more for more in range(slack + 1)} for code in hidden}


@given(rows)
@example({"demand": Tally(6, 6), "sanction": Tally(1, 1)})
@example({"demand": Tally(8, 8), "sanction": Tally(1, 1)})
@example({"demand": Tally(9, 9), "sanction": Tally(1, 1)})
def test_no_small_count_is_told_and_none_can_be_worked_out(row: dict[str, Tally]) -> None:
    shown = told(row)

    for code, tally in row.items():
        if 0 < tally.citizens < FEWEST:
            assert shown.cells[code] is None
            assert len(possible(row, shown)[code]) >= FEWEST
        assert shown.cells[code] in (None, tally.times)
    assert shown.total in (None, sum(tally.times for tally in row.values()))


@given(rows)
def test_nothing_is_hidden_where_nobody_is_few(row: dict[str, Tally]) -> None:
    if all(tally.citizens == 0 or tally.citizens >= FEWEST for tally in row.values()):
        shown = told(row)
        assert shown.cells == {code: tally.times for code, tally in row.items()}
        assert shown.total == sum(tally.times for tally in row.values())


def test_one_large_count_is_hidden_beside_a_small_one() -> None:
    shown = told({"demand": Tally(40, 20), "sanction": Tally(2, 2), "absence": Tally(30, 9)})

    assert shown == ToldRow({"demand": 40, "sanction": None, "absence": None}, 72)


def test_a_total_that_gives_the_count_away_is_hidden() -> None:
    assert told({"demand": Tally(5, 5), "sanction": Tally(1, 1)}) == ToldRow({"demand": 5, "sanction": None}, None)
    assert told({"sanction": Tally(30, 1)}) == ToldRow({"sanction": None}, None)
    assert told({"sanction": Tally(3, 3), "demand": Tally(3, 3)}).total is None


def test_how_many_times_is_no_cover_for_how_few() -> None:
    for times, citizens in product((5, 50), (1, 4)):
        assert told({"demand": Tally(times, citizens)}).cells["demand"] is None
    assert told({"demand": Tally(5, 5)}).cells["demand"] == 5
