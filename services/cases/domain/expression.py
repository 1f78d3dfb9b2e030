"""What a criterion is written in: statements about stated facts, each of them met, not met or unknown.

A statement compares one fact, or joins statements with all, any and not. It cannot calculate, count, weigh, call or
look anything up, so no score can be written in it. A fact that nobody has stated makes a statement unknown, never false
(Kleene's strong three-valued logic): what is decided stays decided when more becomes known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Finding = Literal["met", "not-met", "unknown"]
Value = bool | int | str | date
Facts = Mapping[str, Value]

# An age is told in whole years, or, where that is all that is told, by the year of birth: no number is both.
OLDEST = 150
FIRST_BIRTH_YEAR = 1880


def all_of(findings: Iterable[Finding]) -> Finding:
    """Met when each is met, not met when one is not; else nobody can say."""
    told = set(findings)
    if "not-met" in told:
        return "not-met"
    return "unknown" if "unknown" in told else "met"


def any_of(findings: Iterable[Finding]) -> Finding:
    """Met when one is met, not met when none is; else nobody can say."""
    told = set(findings)
    if "met" in told:
        return "met"
    return "unknown" if "unknown" in told else "not-met"


def negated(finding: Finding) -> Finding:
    """The opposite; of what is unknown, the opposite is unknown too."""
    opposite: dict[Finding, Finding] = {"met": "not-met", "not-met": "met", "unknown": "unknown"}
    return opposite[finding]


class Expression(Protocol):
    """A statement: which facts it asks for, and what it comes to on a day."""

    def needs(self) -> frozenset[str]:
        """The facts it asks for."""
        ...

    def finding(self, facts: Facts, on: date) -> Finding:
        """What it comes to with these facts."""
        ...


@dataclass(frozen=True, slots=True)
class Is:
    """The fact is one of these values."""

    fact: str
    values: frozenset[Value]

    def needs(self) -> frozenset[str]:
        """The one fact."""
        return frozenset({self.fact})

    def finding(self, facts: Facts, on: date) -> Finding:
        """Met when the fact is among the values."""
        if self.fact not in facts:
            return "unknown"
        return "met" if facts[self.fact] in self.values else "not-met"


@dataclass(frozen=True, slots=True)
class Within:
    """The fact, a number or a day, is not below the one bound and not above the other; a bound may be absent."""

    fact: str
    low: Value | None
    high: Value | None

    def needs(self) -> frozenset[str]:
        """The one fact."""
        return frozenset({self.fact})

    def finding(self, facts: Facts, on: date) -> Finding:
        """Met when the fact lies within."""
        if self.fact not in facts:
            return "unknown"
        value = facts[self.fact]
        return _between(value, value, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Aged:
    """The citizen's age on the day lies within the bounds. Of a year of birth two ages can follow: while they disagree
    it is unknown."""

    fact: str
    low: Value | None
    high: Value | None

    def needs(self) -> frozenset[str]:
        """The one fact."""
        return frozenset({self.fact})

    def finding(self, facts: Facts, on: date) -> Finding:
        """Met when every age that is possible lies within, not met when none does."""
        if self.fact not in facts:
            return "unknown"
        told = facts[self.fact]
        assert isinstance(told, int)
        if told <= OLDEST:
            return _between(told, told, self.low, self.high)
        oldest = on.year - told
        all_have_had_their_birthday = (on.month, on.day) == (12, 31)
        return _between(oldest if all_have_had_their_birthday else oldest - 1, oldest, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Joined:
    """Statements joined: all of them, any of them, or the one of them not."""

    op: Literal["all", "any", "not"]
    of: tuple[Expression, ...]

    def needs(self) -> frozenset[str]:
        """The facts of all of them."""
        return frozenset().union(*(part.needs() for part in self.of))

    def finding(self, facts: Facts, on: date) -> Finding:
        """What the parts come to together."""
        found = [part.finding(facts, on) for part in self.of]
        if self.op == "not":
            return negated(found[0])
        return all_of(found) if self.op == "all" else any_of(found)


def _between(lowest: Value, highest: Value, low: Value | None, high: Value | None) -> Finding:
    """Whether what lies somewhere from `lowest` to `highest` is within the bounds."""
    if below(highest, low) or below(high, lowest):
        return "not-met"
    return "unknown" if below(lowest, low) or below(high, highest) else "met"


def below(one: Value | None, other: Value | None) -> bool:
    """True when both are there and the one is smaller: two numbers, or two days."""
    if isinstance(one, int) and isinstance(other, int):
        return one < other
    return isinstance(one, date) and isinstance(other, date) and one < other
