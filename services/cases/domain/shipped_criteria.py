"""The criteria sets that ship with the product: the files in `criteria_sets/`, one for each edition, never changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from services.cases.domain.criteria import CriteriaSet

FOLDER = Path(__file__).parent.parent / "criteria_sets"


@cache
def shipped_sets() -> Mapping[UUID, CriteriaSet]:
    """Every shipped edition by its id, in force or not."""
    return load(FOLDER)


def load(folder: Path) -> Mapping[UUID, CriteriaSet]:
    """The editions in a folder, each in force until the next one of its code.

    Raises:
        FaultyWriting: a file does not fit itself.
    """
    read = [_read(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]
    return {one.id: replace(one, valid_to=_last_day(one, read)) for one in read}


def _last_day(one: CriteriaSet, among: Sequence[CriteriaSet]) -> date | None:
    begun = one.valid_from or date.min
    later = [other.valid_from for other in among if other.code == one.code and other.valid_from]
    following = min((begins for begins in later if begins > begun), default=None)
    return following - timedelta(days=1) if following else None


def _read(written: Mapping[str, Any]) -> CriteriaSet:
    of_the_edition = ("id", "code", "edition", "validFrom")
    valid_from = date.fromisoformat(written["validFrom"])
    read = CriteriaSet(
        id=UUID(written["id"]),
        code=written["code"],
        edition=written["edition"],
        document={name: value for name, value in written.items() if name not in of_the_edition},
        status="published",
        valid_from=valid_from,
        published_at=datetime.combine(valid_from, time(), UTC),
        shipped=True,
    )
    read.content()
    return read
