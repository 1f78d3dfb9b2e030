"""The language of criteria: what a statement comes to, the laws it keeps, and what cannot be said in it."""

import ast
import inspect
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.cases.domain import criteria, criteria_content, expression
from services.cases.domain.criteria_content import Branch, Fact, read
from services.cases.domain.errors.criteria import FaultyWriting
from services.cases.domain.expression import Aged, Expression, Finding, Is, Joined, Within, all_of, any_of, negated
from services.cases.schemas import expressions as wire
from tests.cases.criteria_examples import criteria_set, criterion, fact, leaf

TODAY = date(2026, 11, 22)
FINDINGS: tuple[Finding, ...] = get_args(Finding)
findings = st.sampled_from(FINDINGS)

# -- expressions over five facts, and what may be known of them ----------------------------------------------------

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "homeless": st.booleans(),
    "months": st.integers(-3, 3),
    "age": st.integers(0, 60) | st.integers(1966, 2026),
    "since": st.dates(date(2026, 11, 20), date(2026, 11, 25)),
    "benefit": st.sampled_from(["cash", "sick", "none"]),
}
known = st.fixed_dictionaries({}, optional=VALUES)


def _bounded(kind: type[Within] | type[Aged], name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, st.just(name), st.none() | values, st.none() | values)


statements: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(
        st.builds(Is, st.just("homeless"), st.frozensets(st.booleans(), max_size=2)),
        st.builds(Is, st.just("benefit"), st.frozensets(VALUES["benefit"], max_size=3)),
        _bounded(Within, "months", VALUES["months"]),
        _bounded(Within, "since", VALUES["since"]),
        _bounded(Aged, "age", st.integers(0, 60)),
    ),
    lambda parts: st.one_of(
        st.builds(Joined, st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=3).map(tuple)),
        st.builds(Joined, st.just("not"), st.tuples(parts)),
    ),
    max_leaves=8,
)


# -- the laws of Kleene --------------------------------------------------------------------------------------------


@given(findings, findings, findings)
def test_joining_keeps_the_laws_of_three_values(a: Finding, b: Finding, c: Finding) -> None:
    for join, other in ((all_of, any_of), (any_of, all_of)):
        assert join([a, b]) == join([b, a])
        assert join([a, join([b, c])]) == join([join([a, b]), c]) == join([a, b, c])
        assert join([a, a]) == a
        assert join([a, other([a, b])]) == a
        assert join([a, other([b, c])]) == other([join([a, b]), join([a, c])])
        assert negated(join([a, b])) == other([negated(a), negated(b)])
    assert negated(negated(a)) == a


def test_each_value_joined_with_each_is_as_in_the_table() -> None:
    met, no, unknown = FINDINGS

    assert [all_of([a, b]) for a in FINDINGS for b in FINDINGS] == [met, no, unknown, no, no, no, unknown, no, unknown]
    assert [any_of([a, b]) for a in FINDINGS for b in FINDINGS] == [
        met,
        met,
        met,
        met,
        no,
        unknown,
        met,
        unknown,
        unknown,
    ]
    assert [negated(a) for a in FINDINGS] == [no, met, unknown]


@given(statements, known, known)
def test_what_is_decided_stays_decided_when_more_becomes_known(
    said: Expression, facts: Mapping[str, Any], more: Mapping[str, Any]
) -> None:
    before, after = said.finding(facts, TODAY), said.finding({**more, **facts}, TODAY)

    assert before in ("unknown", after)


@given(statements, known)
def test_only_the_facts_it_asks_for_count(said: Expression, facts: Mapping[str, Any]) -> None:
    asked = {code: value for code, value in facts.items() if code in said.needs()}

    assert said.finding(facts, TODAY) == said.finding(asked, TODAY)


@given(statements)
def test_of_somebody_of_whom_nothing_is_stated_nothing_is_known(said: Expression) -> None:
    assert said.finding({}, TODAY) == "unknown"


@given(statements, st.fixed_dictionaries(VALUES))
def test_of_somebody_of_whom_all_is_stated_only_the_birthday_can_be_unknown(
    said: Expression, facts: Mapping[str, Any]
) -> None:
    certain = {**facts, "age": 41}

    assert said.finding(certain, TODAY) != "unknown"


# -- comparing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "on", "finding"),
    [
        (24, TODAY, "not-met"),
        (25, TODAY, "met"),
        (150, TODAY, "met"),
        (2000, TODAY, "met"),
        (2001, TODAY, "unknown"),
        (2002, TODAY, "not-met"),
        (2001, date(2026, 12, 30), "unknown"),
        (2001, date(2026, 12, 31), "met"),
        (2027, TODAY, "not-met"),
    ],
)
def test_an_age_is_told_in_years_or_by_the_year_of_birth(told: int, on: date, finding: Finding) -> None:
    assert Aged("age", 25, None).finding({"age": told}, on) == finding


@given(st.integers(0, 120), st.integers(0, 120), st.dates(date(1920, 1, 1), date(2100, 12, 31)), st.data())
def test_a_year_of_birth_decides_only_what_every_birthday_in_it_decides(
    low: int, width: int, on: date, data: st.DataObject
) -> None:
    year = data.draw(st.integers(max(1880, on.year - 130), on.year))
    born = [date(year, 1, 1) + timedelta(days=n) for n in range(0, 366, 5)] + [date(year, 12, 31)]
    ages = {on.year - b.year - ((on.month, on.day) < (b.month, b.day)) for b in born}
    asked = Aged("age", low, low + width)

    decided = {low <= age <= low + width for age in ages}

    expected = "unknown" if len(decided) > 1 else "met" if decided == {True} else "not-met"
    assert asked.finding({"age": year}, on) == expected


@pytest.mark.parametrize(
    ("value", "finding"), [(date(2026, 1, 31), "not-met"), (date(2026, 2, 1), "met"), (date(2026, 2, 28), "met")]
)
def test_bounds_are_included(value: date, finding: Finding) -> None:
    assert Within("since", date(2026, 2, 1), date(2026, 2, 28)).finding({"since": value}, TODAY) == finding


# -- what cannot be said -------------------------------------------------------------------------------------------

STATEMENT: TypeAdapter[Any] = TypeAdapter(wire.Statement)
RULE: TypeAdapter[Any] = TypeAdapter(wire.RuleTree)


def operations(model: Any) -> set[str]:
    """Every operation that the schema of the wire names."""
    document = model.json_schema()
    schemas = document.get("$defs", {}).values()
    said = [schema["properties"]["op"] for schema in schemas if "op" in schema.get("properties", {})]
    return {name for op in said for name in op.get("enum", [op.get("const")])}


def test_the_language_has_these_operations_and_no_others() -> None:
    assert operations(STATEMENT) == {"is", "one-of", "at-least", "at-most", "between", "all", "any", "not"}
    assert operations(RULE) == {"criterion", "all-of", "any-of"}


@pytest.mark.parametrize(
    "score",
    [
        {"op": "sum", "of": [{"op": "is", "fact": "homeless", "value": True}]},
        {"op": "count", "of": [{"op": "is", "fact": "homeless", "value": True}], "value": 2},
        {"op": "all", "of": [{"op": "is", "fact": "homeless", "value": True, "weight": 3}]},
        {"op": "at-least", "fact": {"op": "sum", "of": ["months", "age"]}, "value": 3},
        {"op": "at-least", "fact": "months", "value": {"fact": "age"}},
        {"op": "at-least", "fact": "months + age", "value": 3},
        {"op": "call", "fact": "months", "value": 3},
        {"op": "is", "fact": "homeless", "value": "__import__('os')"},
        {"op": "is", "fact": "__class__", "value": True},
        {"op": "at-least", "fact": "months", "value": 0.5},
        {"op": "is", "fact": "case.history", "value": True},
        {"op": "any", "of": []},
    ],
    ids=lambda score: str(sorted(score.items()))[:60],
)
def test_a_weight_a_sum_or_a_call_cannot_be_written(score: Any) -> None:
    with pytest.raises(ValidationError):
        STATEMENT.validate_python(score)


def test_the_evaluator_calculates_nothing_but_an_age_and_runs_nothing() -> None:
    """No sum, no product, no count, no look-up by name, no code: what is not there cannot be reached."""
    banned = {"eval", "exec", "compile", "getattr", "globals", "locals", "vars", "open", "sum", "len", "sorted"}
    tree = ast.parse(inspect.getsource(expression))

    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    arithmetic = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.BinOp)]

    assert called & banned == set()
    assert {found for found in arithmetic if "|" not in found} == {"on.year - told", "oldest - 1"}


@pytest.mark.parametrize("module", [expression, criteria_content, criteria], ids=lambda module: module.__name__)
def test_nothing_of_anybodys_history_is_at_hand(module: Any) -> None:
    """An evaluator that imported the case could be made to look into it."""
    imported = {
        node.module or "" for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.ImportFrom)
    }

    ours = {name for name in imported if name.startswith(("services", "chassis"))}
    assert ours <= {f"services.cases.domain.{own}" for own in ("expression", "criteria_content", "errors.criteria")}


@given(statements)
def test_a_statement_comes_to_a_finding_and_never_to_a_number(said: Expression) -> None:
    assert said.finding({"age": 30, "months": 1}, TODAY) in FINDINGS


# -- the form and the meaning --------------------------------------------------------------------------------------

FACTS = [
    fact("homeless"),
    fact("months", "number"),
    fact("age", "age"),
    fact("since", "day"),
    fact("benefit", "code", choices=[{"code": c, "text": {"da": c, "en": c}} for c in ("cash", "none")]),
]
words = st.sampled_from(["homeless", "months", "age", "since", "benefit", "gone", "cash", "2026-02-30", "2026-02-03"])
anything = st.booleans() | st.integers(-5, 2030) | words
written = st.recursive(
    st.one_of(
        st.fixed_dictionaries({"op": st.just("is"), "fact": words, "value": anything}),
        st.fixed_dictionaries({"op": st.just("one-of"), "fact": words, "values": st.lists(anything, min_size=1)}),
        st.fixed_dictionaries({"op": st.sampled_from(["at-least", "at-most"]), "fact": words, "value": anything}),
        st.fixed_dictionaries({"op": st.just("between"), "fact": words, "low": anything, "high": anything}),
    ),
    lambda parts: st.fixed_dictionaries(
        {"op": st.sampled_from(["all", "any", "not"]), "of": st.lists(parts, min_size=1, max_size=3)}
    ),
    max_leaves=6,
)


@given(written, known)
def test_what_the_wire_takes_is_read_or_refused_and_never_breaks(test: Any, facts: Mapping[str, Any]) -> None:
    try:
        STATEMENT.validate_python(test)
    except ValidationError:
        return
    document = criteria_set(facts=FACTS, criteria=[criterion("one", **test)], rule={"must": leaf("one")})

    try:
        content = read(document)
    except FaultyWriting:
        return
    assert content.criteria["one"].test.finding(facts, TODAY) in FINDINGS


@given(st.sampled_from(FACTS).map(lambda one: Fact(one["code"], one["kind"], frozenset({"cash", "none"}))), anything)
def test_a_value_is_of_its_facts_kind_or_none(asked: Fact, told: Any) -> None:
    value = asked.value(told)

    assert value is None or type(value) is {"yes-no": bool, "day": date, "code": str}.get(asked.kind, int)


def test_a_branch_of_criteria_joins_as_statements_do() -> None:
    found: dict[str, Finding] = {"a": "met", "b": "unknown", "c": "not-met"}

    assert Branch("all-of", ("a", Branch("any-of", ("b", "a")))).finding(found) == "met"
    assert Branch("all-of", ("a", "b")).finding(found) == "unknown"
    assert Branch("any-of", ("b", "c")).finding(found) == "unknown"
    assert Branch("all-of", ("b", "c")).finding(found) == "not-met"
