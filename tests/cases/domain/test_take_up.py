"""No small number can be worked out from what is told of a group, whatever the numbers are."""

from itertools import product

import pytest

from services.cases.domain.take_up import OUTCOMES, SMALLEST, Outcome, disclosed

# Every group of these sizes: small cells of all sizes, and large ones around the limit.
SIZES = (0, 1, 2, 3, 4, 5, 6, 9)
GROUPS = [dict(zip(OUTCOMES, sizes, strict=True)) for sizes in product(SIZES, repeat=len(OUTCOMES))]


def group(*numbers: int) -> dict[Outcome, int]:
    """The counts of a group, in the order of the outcomes."""
    return dict(zip(OUTCOMES, numbers, strict=True))


def test_a_small_cell_can_be_any_small_number_for_all_that_is_told() -> None:
    """The answer is the same whichever small number it is, as long as the group as a whole is not small."""
    for one in GROUPS:
        for outcome in OUTCOMES:
            alike = [one | {outcome: n} for n in range(SMALLEST)] if one[outcome] < SMALLEST else []
            assert len({str(disclosed(other)) for other in alike if sum(other.values()) >= SMALLEST}) <= 1, one


def test_nothing_untrue_is_told() -> None:
    for one in GROUPS:
        offered, told = disclosed(one)

        assert offered in (sum(one.values()), None) or (offered == "<5" and sum(one.values()) < SMALLEST)
        assert told == {outcome: n if n >= SMALLEST else "<5" for outcome, n in one.items()}


@pytest.mark.parametrize(
    ("counts", "offered"),
    [(group(12, 5, 9, 6), 32), (group(12, 2, 8, 9), None), (group(6, 2, 0, 0), None), (group(4, 0, 0, 0), "<5")],
    ids=["nobody is small", "one small cell", "several", "a small group"],
)
def test_the_sum_is_told_where_it_gives_no_cell_away(counts: dict[Outcome, int], offered: object) -> None:
    assert disclosed(counts)[0] == offered
