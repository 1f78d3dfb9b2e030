"""How answers become a score, and what is no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.domain.instrument import Answer, AnswerFault
from tests.surveys.builders import WHO5, answers


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ((0, 0, 0, 0, 0), 0),
        ((5, 5, 5, 5, 5), 100),
        ((1, 1, 1, 1, 1), 20),
        ((3, 3, 3, 2, 2), 52),
        ((5, 4, 3, 2, 1), 60),
        ((0, 0, 0, 0, 1), 4),
    ],
)
def test_the_score_is_the_sum_times_four(values: tuple[int, ...], score: int) -> None:
    """WHO-5 as published: raw 0 to 25, told as 0 to 100."""
    assert WHO5.score(answers(*values)) == score


@given(st.permutations(answers(0, 1, 2, 3, 4)))
def test_the_order_of_answers_does_not_matter(shuffled: list[Answer]) -> None:
    """A device may send the items in any order."""
    assert WHO5.score(shuffled) == 40


@pytest.mark.parametrize("left_out", WHO5.items)
def test_one_item_missing_means_no_score(left_out: str) -> None:
    """No imputation: a guess would look like a measurement."""
    given_answers = [answer for answer in answers(5, 5, 5, 5, 5) if answer.item != left_out]

    assert list(WHO5.faults_in(given_answers)) == []
    assert WHO5.score(given_answers) is None


def test_a_zero_is_an_answer_and_not_a_missing_one() -> None:
    """`At no time` counts nothing and is given all the same."""
    assert WHO5.score(answers(0, 5, 5, 5, 5)) == 80


def test_all_faults_are_told_at_once_each_in_its_place() -> None:
    """A device that gets several things wrong learns of all of them from one answer."""
    given_answers = [
        Answer("calm", 6),
        Answer("happy", 3),
        Answer("calm", 2),
        Answer("rested", -1),
        Answer("active", 4),
    ]

    assert list(WHO5.faults_in(given_answers)) == [
        AnswerFault(0, "item", "repeated-item"),
        AnswerFault(0, "value", "value-out-of-range"),
        AnswerFault(1, "item", "unknown-item"),
        AnswerFault(2, "item", "repeated-item"),
        AnswerFault(3, "value", "value-out-of-range"),
    ]


@given(st.lists(st.builds(Answer, st.text(max_size=12) | st.sampled_from(WHO5.items), st.integers(-9, 9)), max_size=8))
def test_faultless_answers_score_between_0_and_100_in_steps_of_four_or_not_at_all(given_answers: list[Answer]) -> None:
    """Whatever is sent: either it has a fault, or it has a score WHO-5 can have, or an item is missing."""
    if any(WHO5.faults_in(given_answers)):
        return

    score = WHO5.score(given_answers)

    assert (score is None) == (len(given_answers) < len(WHO5.items))
    assert score is None or score in range(0, 101, 4)
