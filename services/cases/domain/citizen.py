"""The person a case is for. An identifier is a pair (system, value) and optional: help may be anonymous.

Which number a person has is told in one of these systems:

- `cpr`: the Danish personal number. It begins with a date, and that date exists. Modulus 11 is a warning and never an
  error: numbers that fail it have been issued since 2007. A day 60 too high is an administrative number.
- `x-ecpr`, the national replacement number, and `d-ecpr`, one that a region or municipality gave out: a date, a digit
  that tells which of the two it is, two letters and a digit. Older local ones are numbers whose day is 60 too high.
- any other code: a record system of the authority's own, whose values are compared as they are.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.errors import BadInput
from services.cases.domain.errors import MalformedCpr
from services.cases.domain.errors.arrivals import AnonymousStaysSo, MalformedReplacementNumber, NotAnonymous

CPR = "cpr"
NATIONAL_REPLACEMENT = "x-ecpr"
LOCAL_REPLACEMENT = "d-ecpr"

MODULUS_11 = "cpr-modulus-11"  # the one warning: the check digit does not fit

_NUMBER = re.compile(r"(\d{2})(\d{2})(\d{2})-?(\d{4})", re.ASCII)
# The digit after the date tells who gave it out (DK Core, x-ecpr and d-ecpr).
_WITH_LETTERS = {
    NATIONAL_REPLACEMENT: re.compile(r"(\d{2})(\d{2})(\d{2})-?([17][A-Z]{2}\d)", re.ASCII),
    LOCAL_REPLACEMENT: re.compile(r"(\d{2})(\d{2})(\d{2})-?([056][A-Z]{2}\d)", re.ASCII),
}
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ADMINISTRATIVE = 60


@dataclass(frozen=True, slots=True)
class Identifier:
    """What another system calls the person: a CPR number, a replacement number, a record number."""

    system: str
    value: str

    @property
    def masked(self) -> str:
        """For people who know the person already: enough to recognise, not enough to learn."""
        if self.system == CPR or self.system in _WITH_LETTERS:
            return f"{self.value[:6]}-xxxx"
        return f"…{self.value[-2:]}" if len(self.value) > 4 else "…"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a caseworker should look at once more. Nothing here is ever a refusal."""
        return () if self.system != CPR or _is_administrative(self.value) or _fits(self.value) else (MODULUS_11,)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the person, and when that is safe. It is changed field by field: a new telephone number does not
    take away when it is safe to call."""

    phone: str | None = None
    email: str | None = None
    digital_post: bool = False
    safe_to_call: str | None = None
    preferred_channel: str | None = None
    language: str | None = None
    interpreter: bool = False


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who it is, as far as anybody needs to know. `protected_until`: name-and-address protection (CPR-loven § 28)."""

    id: UUID
    identifiers: tuple[Identifier, ...] = ()
    name: str | None = None
    alias: str | None = None
    contact: Contact | None = None
    protected_until: date | None = None
    anonymous: bool = False

    def protected(self, today: date) -> bool:
        """True while name and address are protected."""
        return self.protected_until is not None and self.protected_until >= today

    def also_known_by(self, identifier: Identifier) -> "Citizen":
        """The same person with one identifier more, such as the CPR number of somebody who came without one.

        Raises:
            AnonymousStaysSo: only the citizen's own act tells who an anonymous citizen is (I24).
        """
        if self.anonymous:
            raise AnonymousStaysSo()
        if identifier in self.identifiers:
            return self
        return replace(self, identifiers=(*self.identifiers, identifier))

    def identified(self, identifiers: tuple[Identifier, ...], name: str | None) -> "Citizen":
        """The citizen has told who they are, by an act of their own.

        Raises:
            NotAnonymous: we know already.
        """
        if not self.anonymous:
            raise NotAnonymous()
        return replace(self, identifiers=identifiers, name=name, anonymous=False)


@dataclass(frozen=True, slots=True)
class Identification:
    """An anonymous citizen's own act of telling who they are: in own words, and how we know (both sealed at rest)."""

    citizen_statement: str
    evidence: str


def identifier(system: str, value: str) -> Identifier:
    """An identifier in its normal form.

    Raises:
        MalformedCpr: not ten digits that begin with a date. MalformedReplacementNumber: not of its system's form.
    """
    told = value.strip().upper()
    if system == CPR:
        return Identifier(CPR, _dated(_NUMBER.fullmatch(told), MalformedCpr()))
    if system not in _WITH_LETTERS:
        return Identifier(system, told)
    form = _WITH_LETTERS[system].fullmatch(told)
    if system == LOCAL_REPLACEMENT and form is None:
        form = _NUMBER.fullmatch(told)
        form = form if form and _is_administrative(told) else None
    return Identifier(system, _dated(form, MalformedReplacementNumber()))


def _dated(form: re.Match[str] | None, otherwise: BadInput) -> str:
    """What was told, without its hyphen, when it begins with a date that exists."""
    if form is None:
        raise otherwise
    day, month, year, rest = int(form[1]), int(form[2]), int(form[3]), form[4]
    if day > _ADMINISTRATIVE:
        day -= _ADMINISTRATIVE
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH[month - 1]):
        raise otherwise
    leap_year = year % 4 == 0 and (year != 0 or _century(year, rest[0]) == 2000)
    if (day, month) == (29, 2) and not leap_year:
        raise otherwise
    return "".join(form.groups())


def _century(year: int, seventh: str) -> int:
    """The century of birth, as the seventh digit tells it: 1900 was no leap year, 2000 was."""
    if seventh in "0123":
        return 1900
    if seventh in "49":
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def _is_administrative(value: str) -> bool:
    return int(value[:2]) > _ADMINISTRATIVE


def _fits(number: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True)) % 11 == 0
