"""How a criterion is written on the wire: statements about stated facts, joined with all, any and not.

There is no operation that calculates, counts, weighs or calls: a score cannot be written here. In and out are one form.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from chassis.wire import Body, Code
from services.cases.domain.criteria_content import LARGEST_NUMBER

MOST_PARTS = 20
LONGEST_WORD = 64

# A code, or a day written YYYY-MM-DD: no code begins with a digit.
_WORD = r"^(?:[a-z][a-z0-9-]*|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
_WORD_SCHEMA = {"type": "string", "maxLength": LONGEST_WORD, "pattern": _WORD}
_NUMBER_SCHEMA = {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_is_word = re.compile(_WORD, re.ASCII).fullmatch


def _bound(value: object) -> object:
    number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER
    if number or (isinstance(value, str) and len(value) <= LONGEST_WORD and _is_word(value)):
        return value
    raise ValueError("neither a whole number, a code nor a day")


def _value(value: object) -> object:
    return value if isinstance(value, bool) else _bound(value)


# One place that says no, once: a union would tell what is wrong three times, as each of its kinds sees it.
Bound = Annotated[Any, PlainValidator(_bound), WithJsonSchema({"anyOf": [_NUMBER_SCHEMA, _WORD_SCHEMA]})]
FactValue = Annotated[
    Any, PlainValidator(_value), WithJsonSchema({"anyOf": [{"type": "boolean"}, _NUMBER_SCHEMA, _WORD_SCHEMA]})
]


class IsStatement(Body):
    """The fact is this value."""

    op: Literal["is"]
    fact: Code
    value: FactValue


class OneOfStatement(Body):
    """The fact is one of these values."""

    op: Literal["one-of"]
    fact: Code
    values: Annotated[list[Bound], Field(min_length=1, max_length=50)]


class BoundStatement(Body):
    """The fact (a number, an age or a day) is not below, or not above, a value."""

    op: Literal["at-least", "at-most"]
    fact: Code
    value: Bound


class BetweenStatement(Body):
    """The fact (a number, an age or a day) lies between two values, both included."""

    op: Literal["between"]
    fact: Code
    low: Bound
    high: Bound


class JoinedStatement(Body):
    """Statements joined: all of them, any of them, or (exactly one) not."""

    op: Literal["all", "any", "not"]
    of: Annotated[list["Statement"], Field(min_length=1, max_length=MOST_PARTS)]


Statement = Annotated[
    IsStatement | OneOfStatement | BoundStatement | BetweenStatement | JoinedStatement, Field(discriminator="op")
]


class CriterionLeaf(Body):
    """One criterion, by its code."""

    op: Literal["criterion"]
    code: Code


class CriterionBranch(Body):
    """Criteria joined: all of them, or any of them."""

    op: Literal["all-of", "any-of"]
    of: Annotated[list["RuleTree"], Field(min_length=1, max_length=MOST_PARTS)]


RuleTree = Annotated[CriterionLeaf | CriterionBranch, Field(discriminator="op")]

JoinedStatement.model_rebuild()
CriterionBranch.model_rebuild()
