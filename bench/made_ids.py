"""Ids that cases makes of what they stand for, so that the same thing has the same id however often it is found.

In a copy they are not the original's counted on, as other ids are, but made by the same rule: otherwise the worker
would find another thing in every copy that it looks at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bench.operations import nth
from services.cases.domain.attention import WatchItem
from services.cases.domain.notifications import Alarm
from services.cases.domain.timeline import TimelineEntry

Row = Mapping[str, Any]
Made = Callable[[int], UUID]
Moved = Callable[[datetime, int], datetime]


def made_ids(rows: Mapping[str, Sequence[Row]], moved: Moved) -> dict[UUID, Made]:
    """For each such id of an original, what it is in a copy. `rows` are the original's by table.

    Raises:
        ValueError: what is made here for the original itself is not what the service made.
    """
    found = dict(_made(rows, moved))
    for made_id, made in found.items():
        if made(0) != made_id:
            raise ValueError("the service makes these ids by another rule than this")
    return found


def _made(rows: Mapping[str, Sequence[Row]], moved: Moved) -> Iterator[tuple[UUID, Made]]:
    about = {row["id"]: row["about_id"] for row in rows.get("watch_items", ())}
    for row in rows.get("watch_items", ()):
        yield row["id"], _watch_item(row)
    for row in rows.get("timeline_entries", ()):
        yield row["id"], _timeline_entry(row, moved)
    for row in rows.get("notifications", ()):
        yield row["occurrence"], _occurrence(row, about.get(row["item_id"]), moved)


def _watch_item(row: Row) -> Made:
    def made(number: int) -> UUID:
        need, referral, about = (_nth(row[name], number) for name in ("need_id", "referral_id", "about_id"))
        item = WatchItem(row["kind"], row["sector"], row["unit"], row["since"], need, referral, about)
        return item.id_in(nth(row["case_id"], number))

    return made


def _timeline_entry(row: Row, moved: Moved) -> Made:
    def made(number: int) -> UUID:
        about = _nth(row["about_id"], number)
        entry = TimelineEntry(row["kind"], moved(row["at"], number), row["about_type"], about, row["sector"])
        return entry.id_in(nth(row["case_id"], number))

    return made


def _occurrence(row: Row, about: UUID | None, moved: Moved) -> Made:
    def made(number: int) -> UUID:
        need, referral = (_nth(row[name], number) for name in ("need_id", "referral_id"))
        since = moved(row["since"], number)
        alarm = Alarm(row["cause"], row["sector"], None, None, since, need, referral, _nth(about, number))
        return alarm.occurrence(nth(row["case_id"], number))

    return made


def _nth(original: UUID | None, number: int) -> UUID | None:
    return None if original is None else nth(original, number)
