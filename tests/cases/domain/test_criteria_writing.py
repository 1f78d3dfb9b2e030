"""A criteria set as it is written: everything in it fits everything else, or all that does not is told at once."""

from typing import Any

import pytest

from services.cases.domain.criteria_content import MOST_DEPTH, MOST_STATEMENTS, read
from services.cases.domain.errors.criteria import FaultyWriting
from services.cases.schemas.criteria import FAULTS
from tests.cases.criteria_examples import criteria_set, criterion, fact, leaf, text

CHOICES = [{"code": "cash", "text": text("kontanthjælp")}]
HOMELESS = {"op": "is", "fact": "homeless", "value": True}


def faults(**changes: Any) -> list[tuple[str, str]]:
    """What is wrong with a set that is right but for these changes."""
    try:
        read(criteria_set(**changes))
    except FaultyWriting as faulty:
        return [(fault.pointer, fault.code) for fault in faulty.faults if FAULTS[fault.code]]
    return []


def of_test(**test: Any) -> list[tuple[str, str]]:
    """What is wrong with a set of one criterion with this test, over a fact of each kind."""
    facts = [fact("homeless"), fact("months", "number"), fact("age", "age"), fact("since", "day")]
    facts += [fact("benefit", "code", choices=CHOICES)]
    told = faults(facts=facts, criteria=[criterion("one", **test)], rule={"may": leaf("one")})
    return [(at.removeprefix("/criteria/0/test"), code) for at, code in told if code != "not-used"]


def nested(op: str, deep: int, inner: Any) -> Any:
    """Something in so many groups."""
    for _ in range(deep):
        inner = {"op": op, "of": [inner]}
    return inner


def test_a_set_that_fits_is_read_whole() -> None:
    content = read(criteria_set())

    assert set(content.facts) == {"age", "homeless"}
    assert {code: sorted(one.needs) for code, one in content.criteria.items()} == {
        "grown": ["age"],
        "without-a-home": ["homeless"],
    }
    assert content.rule.must is not None
    assert content.rule.must.criteria() == {"grown", "without-a-home"}
    assert content.rule.may is None


@pytest.mark.parametrize(
    ("test", "fault"),
    [
        ({"op": "is", "fact": "gone", "value": True}, ("/fact", "unknown-fact")),
        ({"op": "is", "fact": "homeless", "value": 1}, ("/value", "value-does-not-fit")),
        ({"op": "is", "fact": "months", "value": True}, ("/value", "value-does-not-fit")),
        ({"op": "is", "fact": "benefit", "value": "sick"}, ("/value", "value-does-not-fit")),
        ({"op": "is", "fact": "since", "value": "2026-02-30"}, ("/value", "value-does-not-fit")),
        ({"op": "is", "fact": "since", "value": "cash"}, ("/value", "value-does-not-fit")),
        ({"op": "is", "fact": "age", "value": 25}, ("/op", "operation-does-not-fit")),
        ({"op": "one-of", "fact": "benefit", "values": ["cash", "sick"]}, ("/values/1", "value-does-not-fit")),
        ({"op": "at-least", "fact": "homeless", "value": 1}, ("/op", "operation-does-not-fit")),
        ({"op": "at-most", "fact": "benefit", "value": 1}, ("/op", "operation-does-not-fit")),
        ({"op": "at-least", "fact": "age", "value": 1999}, ("/value", "value-does-not-fit")),
        ({"op": "between", "fact": "months", "low": 3, "high": 2}, ("", "bounds-are-crossed")),
        ({"op": "between", "fact": "since", "low": "2026-01-02", "high": "2026-01-01"}, ("", "bounds-are-crossed")),
        ({"op": "between", "fact": "since", "low": 3, "high": "2026-01-01"}, ("/low", "value-does-not-fit")),
        ({"op": "not", "of": [HOMELESS, HOMELESS]}, ("/of", "not-of-several")),
        ({"op": "all", "of": [HOMELESS, {"op": "is", "fact": "x", "value": True}]}, ("/of/1/fact", "unknown-fact")),
        (nested("any", MOST_DEPTH, HOMELESS), ("/of/0" * MOST_DEPTH, "too-deep")),
    ],
)
def test_what_does_not_fit_a_fact_is_told_with_its_place(test: Any, fault: tuple[str, str]) -> None:
    assert of_test(**test) == [fault]


@pytest.mark.parametrize(
    "test",
    [
        {"op": "between", "fact": "since", "low": "2026-01-01", "high": "2026-01-01"},
        {"op": "at-most", "fact": "age", "value": 65},
        {"op": "is", "fact": "months", "value": -1},
        nested("not", MOST_DEPTH - 1, HOMELESS),
        {"op": "all", "of": [HOMELESS] * (MOST_STATEMENTS - 1)},
    ],
    ids=["one day", "an age", "below nothing", "as deep as can be", "as many as can be"],
)
def test_what_fits_is_taken(test: Any) -> None:
    assert of_test(**test) == []


def test_too_many_statements_are_told_once() -> None:
    assert [code for _, code in of_test(op="all", of=[HOMELESS] * 200)] == ["too-many-statements"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"rule": {}}, ("/rule", "rule-is-empty")),
        ({"rule": {"must": leaf("gone")}}, ("/rule/must/code", "unknown-criterion")),
        ({"rule": {"must": leaf("grown")}}, ("/criteria/1/code", "not-used")),
        ({"facts": [fact("age", "age"), fact("homeless"), fact("income", "number")]}, ("/facts/2/code", "not-used")),
        ({"facts": [fact("age", "age"), fact("homeless"), fact("age", "age")]}, ("/facts/2/code", "repeated-code")),
        (
            {"facts": [fact("age", "age"), fact("homeless", choices=CHOICES)]},
            ("/facts/1/choices", "choices-do-not-fit"),
        ),
        (
            {"facts": [fact("age", "age", judgement=True), fact("homeless")]},
            ("/facts/0/judgement", "kind-does-not-fit"),
        ),
        (
            {"rule": {"may": nested("any-of", MOST_DEPTH, leaf("grown"))}},
            ("/rule/may" + "/of/0" * MOST_DEPTH, "too-deep"),
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_does_not_fit_the_set_is_told_with_its_place(changes: Any, fault: tuple[str, str]) -> None:
    assert fault in faults(**changes)


@pytest.mark.parametrize("choices", [[], CHOICES * 2], ids=["none", "twice the same"])
def test_a_code_is_chosen_among_choices_that_differ(choices: Any) -> None:
    told = faults(facts=[fact("age", "age"), fact("homeless"), fact("benefit", "code", choices=choices)])

    assert ("/facts/2/choices", "choices-do-not-fit") in told


def test_everything_that_is_wrong_is_told_at_once() -> None:
    broken = criterion("without-a-home", op="is", fact="roofless", value=True)

    told = faults(criteria=[criterion("grown", op="at-least", fact="age", value=True), broken], rule={"may": leaf("x")})

    assert {code for _, code in told} == {"value-does-not-fit", "unknown-fact", "unknown-criterion", "not-used"}
    assert len(told) == len(set(told)) > 4


def test_a_criterion_that_stands_twice_is_found() -> None:
    twice = [criterion("grown", op="at-least", fact="age", value=18)] * 2

    assert ("/criteria/1/code", "repeated-code") in faults(criteria=twice, rule={"must": leaf("grown")})
