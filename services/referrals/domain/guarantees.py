"""What a citizen has been promised, and by when: the law's promises (`guarantees.json`) and each authority's own.

Both are dated data. The law changes by changing that file; what an authority decides is written down beside its earlier
decisions. A clock that runs keeps the terms it was started on.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from chassis.errors import NotFound, Text
from services.referrals.domain.errors.clocks import GuaranteeEndsTooEarly, GuaranteeInThePast, GuaranteeIsStatutory

_FILE = Path(__file__).parent.parent / "guarantees.json"


class Counting(StrEnum):
    """Which days count."""

    CALENDAR = "calendar"
    WORKING = "working"


class Start(StrEnum):
    """What starts the clock. It is never how the request was dealt with: one that is late, or that nobody answers, must
    not make the citizen wait longer."""

    APPROACH = "approach"
    """The citizen asked for help."""
    RECEIPT = "receipt"
    """The receiver got the request: on the day it was put, but where a partner without a system says which."""
    ACCEPTANCE = "acceptance"
    """The receiver said yes: for what it promises itself."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long, counted how, from when; and how many days before the end somebody is told."""

    days: int
    counting: Counting
    starts: Start
    lead_days: int


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise as it stands on a day. Without terms it is not in force: only an authority could say how long."""

    code: str
    labels: Text
    terms: Terms | None
    valid_from: date
    valid_to: date | None
    statutory: bool = False
    reference: str | None = None
    every_referral: bool = False
    """Whether its clock starts without being asked for."""
    open_question: Text | None = None
    """Where a lawyer's eye is needed."""

    @property
    def starts(self) -> Start | None:
        """What its clock runs from."""
        return self.terms.starts if self.terms else None

    def in_force(self, day: date) -> bool:
        """True from its first day to its last."""
        return self.terms is not None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class GuaranteeDecision:
    """What an authority has decided of one guarantee. A later decision never writes over an earlier one."""

    id: UUID
    code: str
    version: int
    labels: Text
    terms: Terms
    valid_from: date
    valid_to: date | None
    reason: str
    decided_by: str
    decided_at: datetime


@cache
def shipped() -> Mapping[str, Guarantee]:
    """Every guarantee this product was shipped with, by its code, in force or not."""
    listed = json.loads(_FILE.read_text(encoding="utf-8"))["guarantees"]
    return MappingProxyType({entry["code"]: _read(entry) for entry in listed})


def on_day(code: str, decisions: Iterable[GuaranteeDecision], day: date) -> Guarantee | None:
    """A guarantee as it stands on a day; None for a code nobody has given a meaning by then.

    Of the decisions whose day has come the one for the latest day holds, of two for one day the later taken; one that
    has ended is not followed by the one before it.
    """
    known = shipped().get(code)
    if known is not None and known.statutory:
        return known
    come = [decision for decision in decisions if decision.code == code and decision.valid_from <= day]
    if not come:
        return known
    holds = max(come, key=lambda decision: (decision.valid_from, decision.version))
    return Guarantee(
        code=code,
        labels=holds.labels,
        terms=holds.terms,
        valid_from=holds.valid_from,
        valid_to=holds.valid_to,
        reference=known.reference if known else None,
        every_referral=known.every_referral if known else False,
        open_question=known.open_question if known else None,
    )


def in_force_on(code: str, decisions: Iterable[GuaranteeDecision], day: date) -> Guarantee | None:
    """A guarantee as it stands on a day, when it is in force then."""
    standing = on_day(code, decisions, day)
    return standing if standing is not None and standing.in_force(day) else None


def of_every_referral() -> list[str]:
    """The guarantees that nobody has to name."""
    return [code for code, guarantee in shipped().items() if guarantee.every_referral]


def require_decidable(
    code: str, authority: str | None, *, valid_from: date, valid_to: date | None, today: date
) -> None:
    """Refuse what an authority cannot decide.

    Raises:
        NotFound: the caller decides for nobody.
        GuaranteeIsStatutory: it is the law's.
        GuaranteeInThePast: it would hold for days that have been.
        GuaranteeEndsTooEarly: it would end before it begins.
    """
    if authority is None:
        raise NotFound()
    known = shipped().get(code)
    if known is not None and known.statutory:
        raise GuaranteeIsStatutory()
    if valid_from < today:
        raise GuaranteeInThePast()
    if valid_to is not None and valid_to < valid_from:
        raise GuaranteeEndsTooEarly()


def _read(entry: Mapping[str, Any]) -> Guarantee:
    question, last, days = entry["openQuestion"], entry["validTo"], entry["days"]
    counted = (Counting(entry["counting"]), Start(entry["starts"]), entry["leadDays"])
    return Guarantee(
        code=entry["code"],
        labels=Text(**entry["labels"]),
        terms=None if days is None else Terms(days, *counted),
        valid_from=date.fromisoformat(entry["validFrom"]),
        valid_to=None if last is None else date.fromisoformat(last),
        statutory=entry["statutory"],
        reference=entry["reference"],
        every_referral=entry["everyReferral"],
        open_question=question and Text(**question),
    )
