"""Code lists with dates. The law and the services change oftener than the software; a record keeps the code it had."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from chassis.errors import NotFound, Text
from services.cases.domain.errors.code_lists import CodeNotInForce, CodeUnfit, ListIsClosed, ShippedCode

NEED_DOMAINS = "need-domains"
Source = Literal["shipped", "local"]


@dataclass(frozen=True, slots=True)
class ListedCode:
    """One code of a list: what it is called, from and to which day it may be used, and what took its place."""

    code: str
    labels: Text
    valid_from: date
    valid_to: date | None = None  # the last day
    replaced_by: str | None = None
    source: Source = "shipped"
    version: int = 1

    def in_force(self, day: date) -> bool:
        """True when it may be used on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class DatedList:
    """A list of codes. `open`: an authority may add its own to it."""

    code: str
    title: Text
    note: Text | None
    open: bool
    codes: Mapping[str, ListedCode]

    def with_local(self, local: Iterable[ListedCode]) -> "DatedList":
        """The list as one authority has it. What was shipped stays as it is, also where an earlier version of the
        product left the code to be added locally."""
        return replace(self, codes={one.code: one for one in local} | dict(self.codes))

    def one(self, code: str) -> ListedCode:
        """The code of that name.

        Raises:
            NotFound.
        """
        if code not in self.codes:
            raise NotFound()
        return self.codes[code]

    def in_force(self, code: str, day: date) -> bool:
        """True when the code is in the list and may be used on that day."""
        return code in self.codes and self.codes[code].in_force(day)

    def must_take(self, local: ListedCode) -> None:
        """Refuse a local code where none may stand, or one that does not hold together.

        Raises:
            ListIsClosed, ShippedCode, CodeUnfit.
        """
        if not self.open:
            raise ListIsClosed()
        there = self.codes.get(local.code)
        if there and there.source == "shipped":
            raise ShippedCode()
        backwards = local.valid_to is not None and local.valid_to < local.valid_from
        unknown = local.replaced_by is not None and local.replaced_by not in self.codes
        if backwards or unknown or local.replaced_by == local.code:
            raise CodeUnfit()


def must_be_in_force(dated: DatedList, codes: Iterable[str], day: date) -> None:
    """Refuse codes that may not be used on that day.

    Raises:
        CodeNotInForce.
    """
    if not all(dated.in_force(code, day) for code in codes):
        raise CodeNotInForce(list=dated.code)
