"""By which provisions of ordinary law a citizen can be exempted, and for how long at a time.

The law stands in `exemption_bases.json`, with dates. It changes by changing that file, never this one.
"""

import json
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.cases.domain.errors.exemptions import (
    ExemptionTooLong,
    OutsideItsGround,
    ProvisionNotCovered,
    UnknownExemptionBasis,
)

_FILE = Path(__file__).parent.parent / "exemption_bases.json"


@dataclass(frozen=True, slots=True)
class ExemptionLimit:
    """How many months one decision may last, for decisions that begin on this day or later."""

    valid_from: date
    months: int


@dataclass(frozen=True, slots=True)
class ExemptionBasis:
    """One provision of ordinary law that lets an authority exempt."""

    code: str
    reference: str
    label_da: str
    label_en: str
    provisions: frozenset[str]
    valid_from: date
    valid_to: date | None
    limits: tuple[ExemptionLimit, ...]

    def latest(self, first: date) -> date | None:
        """The last day that a decision beginning on `first` may name; None where there can be none."""
        if first < self.valid_from or (self.valid_to is not None and first > self.valid_to):
            return None
        in_force = [limit for limit in self.limits if limit.valid_from <= first]
        if not in_force:
            return None
        last = last_day(first, max(in_force, key=lambda limit: limit.valid_from).months)
        return last if self.valid_to is None else min(last, self.valid_to)

    def must_allow(self, provisions: tuple[str, ...], first: date, last: date) -> None:
        """Refuse what the law does not allow.

        Raises:
            ProvisionNotCovered, OutsideItsGround, ExemptionTooLong.
        """
        beyond = sorted(set(provisions) - self.provisions)
        if beyond:
            raise ProvisionNotCovered(provisions=beyond)
        latest = self.latest(first)
        if latest is None:
            raise OutsideItsGround(earliest=self.valid_from, latest=self.valid_to)
        if last > latest:
            raise ExemptionTooLong(latest=latest)


def last_day(first: date, months: int) -> date:
    """The last day of so many months that begin on `first`: the day before its namesake, or the month's last day where
    the namesake does not exist. Half a year from 31 August ends on 28 February (29 in a leap year)."""
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    longest = monthrange(year, month)[1]
    return date(year, month, longest) if first.day > longest else date(year, month, first.day) - timedelta(days=1)


@cache
def exemption_bases() -> Mapping[str, ExemptionBasis]:
    """Every provision of ordinary law by its code, in force or not."""
    listed = json.loads(_FILE.read_text(encoding="utf-8"))["exemptionBases"]
    return {entry["code"]: _read(entry) for entry in listed}


def exemption_basis(code: str) -> ExemptionBasis:
    """The provision of that code.

    Raises:
        UnknownExemptionBasis.
    """
    found = exemption_bases().get(code)
    if found is None:
        raise UnknownExemptionBasis()
    return found


def _read(entry: Mapping[str, Any]) -> ExemptionBasis:
    return ExemptionBasis(
        code=entry["code"],
        reference=entry["reference"],
        label_da=entry["labels"]["da"],
        label_en=entry["labels"]["en"],
        provisions=frozenset(entry["provisions"]),
        valid_from=date.fromisoformat(entry["validFrom"]),
        valid_to=None if entry["validTo"] is None else date.fromisoformat(entry["validTo"]),
        limits=tuple(
            ExemptionLimit(date.fromisoformat(limit["validFrom"]), limit["months"]) for limit in entry["limits"]
        ),
    )
