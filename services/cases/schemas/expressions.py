"""How a criterion is written on the wire: statements about stated facts, joined with all, any and not.

There is no operation that calculates, counts, weighs or calls: a score cannot be written here. In and out are one form.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chassis.wire import Body, Code

MOST_PARTS = 20

Yes = Annotated[bool, Field(strict=True)]
Number = Annotated[int, Field(strict=True, ge=-(10**9), le=10**9)]
# A code, or a day written YYYY-MM-DD: no code begins with a digit.
Word = Annotated[
    str, StringConstraints(strict=True, max_length=64, pattern=r"^(?:[a-z][a-z0-9-]*|[0-9]{4}-[0-9]{2}-[0-9]{2})$")
]
FactValue = Yes | Number | Word
Bound = Number | Word


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
