"""What a criteria set says: the facts it asks for, the criteria, and the rule that joins them.

`read` turns the written document into these values and tells everything that is wrong with it at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.cases.domain.errors.criteria import FaultyWriting, WritingFault
from services.cases.domain.expression import (
    FIRST_BIRTH_YEAR,
    OLDEST,
    Aged,
    Expression,
    Finding,
    Is,
    Joined,
    Value,
    Within,
    all_of,
    any_of,
    below,
)

FactKind = Literal["yes-no", "number", "age", "day", "code"]
MOST_DEPTH = 6
MOST_STATEMENTS = 60  # in one criterion, and in one rule
LARGEST_NUMBER = 10**9

Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One question about the citizen's situation. A judgement is a professional's own, never a system's."""

    code: str
    kind: FactKind
    choices: frozenset[str] = frozenset()
    judgement: bool = False

    def value(self, told: object) -> Value | None:
        """What was told as a value of this kind; None when it is of another."""
        if self.kind == "yes-no":
            return told if isinstance(told, bool) else None
        if self.kind == "code":
            return told if isinstance(told, str) and told in self.choices else None
        if self.kind == "day":
            return _day(told)
        if isinstance(told, bool) or not isinstance(told, int):
            return None
        if self.kind == "age":
            return told if 0 <= told <= OLDEST or FIRST_BIRTH_YEAR <= told <= date.max.year else None
        return told if abs(told) <= LARGEST_NUMBER else None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A stated condition that can be checked, and the statement that checks it."""

    code: str
    test: Expression

    @property
    def needs(self) -> frozenset[str]:
        """The facts it asks for."""
        return self.test.needs()


@dataclass(frozen=True, slots=True)
class Branch:
    """Criteria joined: all of them, or any of them. A leaf is a criterion's code."""

    op: Literal["all-of", "any-of"]
    of: tuple["Branch | str", ...]

    def finding(self, found: Mapping[str, Finding]) -> Finding:
        """What the criteria come to together."""
        parts = [found[part] if isinstance(part, str) else part.finding(found) for part in self.of]
        return all_of(parts) if self.op == "all-of" else any_of(parts)

    def criteria(self) -> frozenset[str]:
        """The codes of all its leaves."""
        return frozenset().union(*({part} if isinstance(part, str) else part.criteria() for part in self.of))


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom the authority must (skal) and whom it may (kan) offer the effort. One of the two may be absent."""

    must: Branch | None
    may: Branch | None

    def selects(self, found: Mapping[str, Finding]) -> Finding:
        """Whether the citizen is in one of the groups."""
        return any_of(group.finding(found) for group in (self.must, self.may) if group)


@dataclass(frozen=True, slots=True)
class Content:
    """A criteria set as it can be used: everything in it fits everything else."""

    facts: Mapping[str, Fact]
    criteria: Mapping[str, Criterion]
    rule: Rule


def read(written: Written) -> Content:
    """The content of a written criteria set, of the shape that the wire and the files have.

    Raises:
        FaultyWriting: something in it does not fit; everything that is wrong is told.
    """
    reader = _Reader()
    facts = reader.facts(written["facts"])
    criteria = reader.criteria(written["criteria"], facts)
    rule = reader.rule(written["rule"], criteria)
    reader.nothing_idle(written, facts, criteria, rule)
    if reader.faults:
        raise FaultyWriting(tuple(reader.faults))
    return Content(facts, criteria, rule)


def _day(told: object) -> date | None:
    if not isinstance(told, str):
        return told if isinstance(told, date) else None
    try:
        return date.fromisoformat(told) if len(told) == len("2026-01-31") else None
    except ValueError:
        return None


class _Reader:
    """Reads one document, and notes what is wrong and where."""

    def __init__(self) -> None:
        self.faults: list[WritingFault] = []
        self._left = 0  # how many statements may still come

    def facts(self, written: Sequence[Written]) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for place, one in enumerate(written):
            at, choices = f"/facts/{place}", [choice["code"] for choice in one.get("choices", ())]
            if one["code"] in found:
                self._fault(f"{at}/code", "repeated-code")
            if (one["kind"] == "code") != bool(choices) or len(set(choices)) < len(choices):
                self._fault(f"{at}/choices", "choices-do-not-fit")
            if one.get("judgement") and one["kind"] != "yes-no":
                self._fault(f"{at}/judgement", "kind-does-not-fit")
            found[one["code"]] = Fact(one["code"], one["kind"], frozenset(choices), bool(one.get("judgement")))
        return found

    def criteria(self, written: Sequence[Written], facts: Mapping[str, Fact]) -> dict[str, Criterion]:
        found: dict[str, Criterion] = {}
        for place, one in enumerate(written):
            if one["code"] in found:
                self._fault(f"/criteria/{place}/code", "repeated-code")
            self._left = MOST_STATEMENTS
            test = self._statement(one["test"], f"/criteria/{place}/test", facts, depth=1)
            found[one["code"]] = Criterion(one["code"], test)
        return found

    def rule(self, written: Written, criteria: Mapping[str, Criterion]) -> Rule:
        must, may = (self._group(written.get(name), f"/rule/{name}", criteria) for name in ("must", "may"))
        if must is None and may is None:
            self._fault("/rule", "rule-is-empty")
        return Rule(must, may)

    def nothing_idle(
        self, written: Written, facts: Mapping[str, Fact], criteria: Mapping[str, Criterion], rule: Rule
    ) -> None:
        """What decides nothing is not asked of anybody."""
        ruling = frozenset().union(*(group.criteria() for group in (rule.must, rule.may) if group))
        asked = frozenset().union(*(criterion.needs for criterion in criteria.values()))
        for member, used in (("criteria", ruling), ("facts", asked)):
            for place, one in enumerate(written[member]):
                if one["code"] not in used:
                    self._fault(f"/{member}/{place}/code", "not-used")

    def _statement(self, written: Written, at: str, facts: Mapping[str, Fact], *, depth: int) -> Expression:
        self._left -= 1
        if depth > MOST_DEPTH or self._left < 0:
            self._bound_passed(at, depth)
            return Joined("all", ())
        if written["op"] not in ("all", "any", "not"):
            return self._comparison(written, at, facts)
        parts = written["of"]
        if written["op"] == "not" and len(parts) > 1:
            self._fault(f"{at}/of", "not-of-several")
        read = [self._statement(part, f"{at}/of/{i}", facts, depth=depth + 1) for i, part in enumerate(parts)]
        return Joined(written["op"], tuple(read))

    def _comparison(self, written: Written, at: str, facts: Mapping[str, Fact]) -> Expression:
        fact, op = facts.get(written["fact"]), written["op"]
        if fact is None:
            self._fault(f"{at}/fact", "unknown-fact")
            return Is(written["fact"], frozenset())
        if op in ("is", "one-of"):
            if fact.kind == "age":  # two numbers can tell one age, and one number two
                self._fault(f"{at}/op", "operation-does-not-fit")
            told = {"value": written["value"]} if op == "is" else written["values"]
            places = told.items() if isinstance(told, dict) else ((f"values/{i}", one) for i, one in enumerate(told))
            values = [self._value(fact, value, f"{at}/{place}") for place, value in places]
            return Is(fact.code, frozenset(value for value in values if value is not None))
        if fact.kind not in ("number", "age", "day"):
            self._fault(f"{at}/op", "operation-does-not-fit")
            return Is(fact.code, frozenset())
        return self._range(fact, written, at)

    def _range(self, fact: Fact, written: Written, at: str) -> Expression:
        low = {"at-least": "value", "between": "low"}.get(written["op"])
        high = {"at-most": "value", "between": "high"}.get(written["op"])
        bounds = [self._value(fact, written[name], f"{at}/{name}") if name else None for name in (low, high)]
        if fact.kind == "age":
            for name, bound in zip((low, high), bounds, strict=True):
                if (
                    isinstance(bound, int) and bound > OLDEST
                ):  # a rule asks how old somebody is, not when they were born
                    self._fault(f"{at}/{name}", "value-does-not-fit")
        if below(bounds[1], bounds[0]):
            self._fault(at, "bounds-are-crossed")
        return Aged(fact.code, *bounds) if fact.kind == "age" else Within(fact.code, *bounds)

    def _value(self, fact: Fact, told: object, at: str) -> Value | None:
        value = fact.value(told)
        if value is None:
            self._fault(at, "value-does-not-fit")
        return value

    def _group(self, written: Written | None, at: str, criteria: Mapping[str, Criterion]) -> Branch | None:
        if written is None:
            return None
        self._left = MOST_STATEMENTS
        read = self._branch(written, at, criteria, depth=1)
        return Branch("all-of", (read,)) if isinstance(read, str) else read

    def _branch(self, written: Written, at: str, criteria: Mapping[str, Criterion], *, depth: int) -> Branch | str:
        self._left -= 1
        if depth > MOST_DEPTH or self._left < 0:
            self._bound_passed(at, depth)
            return Branch("all-of", ())
        if written["op"] != "criterion":
            parts = enumerate(written["of"])
            return Branch(
                written["op"],
                tuple(self._branch(part, f"{at}/of/{i}", criteria, depth=depth + 1) for i, part in parts),
            )
        if written["code"] not in criteria:
            self._fault(f"{at}/code", "unknown-criterion")
        return str(written["code"])

    def _bound_passed(self, at: str, depth: int) -> None:
        if depth > MOST_DEPTH:
            self._fault(at, "too-deep")
        elif self._left == -1:  # told once, not for each that follows
            self._fault(at, "too-many-statements")

    def _fault(self, pointer: str, code: str) -> None:
        self.faults.append(WritingFault(pointer, code))
