"""Who falls between, told so that nobody can be picked out: an attacker works out no count below five."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.coverage import FEWEST, Coverage, coverage, tellable
from services.cases.domain.expression import Finding

CODES = ("young", "no-plan", "no-home")
SEVERAL = ("no-plan", "no-home")
Counted = dict[tuple[Finding, tuple[str, ...]], int]
some = st.integers(0, 14)
crowds = st.fixed_dictionaries(
    {("met", ()): some, ("unknown", ()): some, ("not-met", ()): some},
    optional={("not-met", SEVERAL): some, ("not-met", CODES): some} | {("not-met", (code,)): some for code in CODES},
).map(lambda crowd: {key: people for key, people in crowd.items() if people})


def told(counted: Counted) -> dict[Any, int | None]:
    """The counts by what they are of."""
    made = coverage(CODES, counted)
    return {
        "assessed": made.assessed,
        "met": made.selected,
        "not-met": made.not_selected,
        "unknown": made.unknown,
    } | {one.criteria: one.people for one in made.kept_out}


def leftover(cells: Mapping[Any, int | None], total: int | None) -> int | None:
    """What the withheld cells of a line come to together, where it can be worked out."""
    return None if total is None else total - sum(people for people in cells.values() if people is not None)


def lines(made: Coverage) -> list[tuple[dict[Any, int | None], int | None]]:
    """The two lines whose cells add up to something that is told."""
    first = {"met": made.selected, "not-met": made.not_selected, "unknown": made.unknown}
    return [(first, made.assessed), ({one.criteria: one.people for one in made.kept_out}, made.not_selected)]


@given(crowds)
def test_no_count_below_five_is_told_or_can_be_worked_out(crowd: Counted) -> None:
    made = coverage(CODES, crowd)

    for cells, total in lines(made):
        shown = [people for people in cells.values() if people is not None]
        withheld = len(cells) - len(shown)
        rest = leftover(cells, total)
        assert all(people >= FEWEST for people in shown)
        assert total is None or total >= FEWEST
        # Each withheld cell may be anything from nobody to all that is left over, and that is five at least.
        assert not withheld or total is None or (withheld > 1 and rest is not None and rest >= FEWEST)
    # What is withheld in the first line is not told by adding up the second.
    assert made.not_selected is not None or {one.people for one in made.kept_out} == {None}


@given(crowds)
def test_what_is_told_is_true_and_adds_up(crowd: Counted) -> None:
    made = told(crowd)
    truth: dict[Any, int] = dict.fromkeys(("met", "not-met", "unknown"), 0)
    for (finding, obstacles), people in crowd.items():
        truth[finding] += people
        if finding == "not-met" and len(obstacles) == 1:
            truth[obstacles] = people

    assert all(made[name] in (None, truth.get(name, 0)) for name in ("met", "not-met", "unknown"))
    assert all(made[code,] in (None, truth.get((code,), 0)) for code in CODES)
    kept_out = [people for name, people in made.items() if isinstance(name, tuple)]
    assert None in kept_out or sum(people or 0 for people in kept_out) == truth["not-met"]


@given(crowds)
def test_whether_a_line_is_there_tells_of_nobody(crowd: Counted) -> None:
    """A line for every single criterion and for the rest, always; one that several share only with its count."""
    made = told(crowd)

    assert {(code,) for code in CODES} | {()} <= set(made)
    assert all(made[name] is not None for name in made if isinstance(name, tuple) and len(name) > 1)


@given(st.dictionaries(st.sampled_from("abcdef"), some, min_size=1))
def test_no_more_is_withheld_than_there_must_be(cells: dict[str, int]) -> None:
    made = tellable(cells)

    withheld = {name: cells[name] for name, people in made.items() if people is None}
    extra = [people for people in withheld.values() if people >= FEWEST]
    without_the_last = sum(withheld.values()) - max(extra, default=0)
    assert not extra or len(withheld) == 2 or without_the_last < FEWEST
    assert not extra or max(extra) <= min((n for n in made.values() if n is not None), default=max(extra))


@pytest.mark.parametrize(
    ("crowd", "expected"),
    [
        ({}, {"assessed": None, "met": None, "not-met": None, "unknown": None}),
        ({("met", ()): 4}, {"assessed": None, "met": None}),
        ({("met", ()): 20}, {"assessed": 20, "met": None, "not-met": None, "unknown": None}),
        ({("met", ()): 20, ("unknown", ()): 6}, {"assessed": 26, "met": 20, "not-met": None, "unknown": None}),
        (
            {("met", ()): 20, ("not-met", ("young",)): 10, ("not-met", ()): 8},
            {"assessed": 38, "met": 20, "not-met": None, "unknown": None, ("young",): None, (): None},
        ),
        ({("met", ()): 20, ("not-met", ()): 4}, {"assessed": 24, "met": None, "not-met": None, (): None}),
        (
            {
                ("met", ()): 20,
                ("unknown", ()): 9,
                ("not-met", ("young",)): 12,
                ("not-met", SEVERAL): 6,
                ("not-met", ()): 8,
            },
            {"assessed": 55, "met": 20, "not-met": 26, ("young",): 12, SEVERAL: 6, ("no-plan",): None, (): None},
        ),
        (
            {
                ("met", ()): 20,
                ("unknown", ()): 9,
                ("not-met", ("young",)): 12,
                ("not-met", SEVERAL): 4,
                ("not-met", ()): 8,
            },
            {"not-met": 24, ("young",): 12, ("no-plan",): None, ("no-home",): None, (): None},
        ),
    ],
    ids=[
        "nobody",
        "a few",
        "all selected",
        "none kept out",
        "none unknown",
        "few kept out",
        "several share",
        "few share",
    ],
)
def test_examples(crowd: Counted, expected: dict[Any, int | None]) -> None:
    made = told(crowd)

    assert {name: made[name] for name in expected} == expected
    assert (SEVERAL in made) == (SEVERAL in expected)
