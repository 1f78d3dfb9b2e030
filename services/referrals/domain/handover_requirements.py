"""What a service asks to be told with a request: dated, per service, with a default for all. Told, never a gate."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.referrals.domain.handover import Section

_FILE = Path(__file__).parent.parent / "handover_requirements.json"


@dataclass(frozen=True, slots=True)
class Requirement:
    """From this day on, these sections."""

    valid_from: date
    sections: frozenset[Section]


@cache
def shipped() -> tuple[Requirement, ...]:
    """What every service asks for that says nothing itself."""
    return read_all(json.loads(_FILE.read_text(encoding="utf-8"))["requirements"])


def read_all(listed: Iterable[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    """Requirements as they stand in a document: in the shipped file, or in the directory with a service."""
    return tuple(
        Requirement(date.fromisoformat(entry["validFrom"]), frozenset(map(Section, entry["sections"])))
        for entry in listed
    )


def required_on(day: date, services: Iterable[Sequence[Requirement]]) -> frozenset[Section]:
    """What was asked for on a day, by whichever of these services the request is to.

    Who named no service may have meant any of the unit's, so what one of them asks for is asked for. A service that had
    said nothing by then asks for what all do, and one that asks for nothing says so with an empty list.
    """
    asked = [_of_one(day, own) for own in services] or [_of_one(day, ())]
    return frozenset().union(*asked)


def _of_one(day: date, own: Sequence[Requirement]) -> frozenset[Section]:
    come = [requirement for requirement in own if requirement.valid_from <= day]
    come = come or [requirement for requirement in shipped() if requirement.valid_from <= day]
    return max(come, key=lambda requirement: requirement.valid_from).sections if come else frozenset()
