"""The T score of goal attainment scaling, by published figures and by what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.attainment import LEVELS, t_score

pairs = st.lists(st.tuples(st.integers(1, 10), st.sampled_from(LEVELS)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("levels", "weights", "expected"),
    [
        ((0, 0, 0), (1, 1, 1), 50.00),
        ((1, 1, 1), (1, 1, 1), 63.69),
        ((2, 2, 2), (1, 1, 1), 77.39),
        ((-2,), (1,), 30.00),
        ((1, 2), (2, 1), 66.06),
        ((-1, 1, 2), (3, 2, 1), 52.20),
    ],
)
def test_the_score_is_the_published_one(levels: tuple[int, ...], weights: tuple[int, ...], expected: float) -> None:
    assert t_score(list(zip(weights, levels, strict=True))) == expected


def test_of_no_goal_there_is_no_score() -> None:
    assert t_score([]) is None


@given(reached=pairs)
def test_expected_is_fifty_and_the_mirror_of_a_level_mirrors_the_score(reached: list[tuple[int, int]]) -> None:
    mirrored = t_score([(weight, -level) for weight, level in reached])

    assert t_score([(weight, 0) for weight, _ in reached]) == 50
    assert (t_score(reached) or 0) + (mirrored or 0) == pytest.approx(100, abs=0.011)


@given(reached=pairs, factor=st.integers(2, 9))
def test_only_the_weights_among_each_other_count(reached: list[tuple[int, int]], factor: int) -> None:
    heavier = [(weight * factor, level) for weight, level in reached]

    assert t_score(heavier) == pytest.approx(t_score(reached), abs=0.011)
