"""The person a case is for. An identifier is a pair (system, value) and optional: help may be anonymous."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.errors import MalformedCpr

CPR = "cpr"
_CPR_FORM = re.compile(r"(\d{2})(\d{2})(\d{2})-?(\d{4})", re.ASCII)
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Identifier:
    """What another system calls the person: a CPR number, a replacement number, a record number."""

    system: str
    value: str

    @property
    def masked(self) -> str:
        """For people who know the person already: enough to recognise, not enough to learn."""
        if self.system == CPR:
            return f"{self.value[:6]}-xxxx"
        return f"…{self.value[-2:]}" if len(self.value) > 4 else "…"


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


def identifier(system: str, value: str) -> Identifier:
    """An identifier in its normal form.

    A CPR number needs ten digits that begin with a date. Modulus 11 is not asked: since 2007 numbers are issued that
    fail it. Replacement numbers add 60 to the day.

    Raises:
        MalformedCpr: not ten digits, or no date.
    """
    if system != CPR:
        return Identifier(system, value.strip().upper())
    form = _CPR_FORM.fullmatch(value.strip())
    if form is None:
        raise MalformedCpr()
    day, month = int(form[1]) % 60 if int(form[1]) > 60 else int(form[1]), int(form[2])
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH[month - 1]):
        raise MalformedCpr()
    return Identifier(CPR, "".join(form.groups()))
