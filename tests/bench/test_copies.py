"""What a copy of a case is: other ids and times, and the ids that cases makes of what they stand for, made anew."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from bench.copies import Copies
from bench.made_ids import made_ids
from bench.operations import nth
from services.cases.domain.attention import WatchItem
from services.cases.domain.notifications import Alarm
from services.cases.domain.timeline import TimelineEntry

CASE, NEED, ALARM = uuid4(), uuid4(), uuid4()
THEN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SPRING = datetime(2027, 3, 31, 22, tzinfo=UTC)  # midnight in Denmark
COPIES = Copies(own=100, others=10, minutes=3)


def finding(case: UUID, need: UUID, alarm: UUID) -> WatchItem:
    return WatchItem("citizen-says-not-caught", "employment", None, THEN, need, about_id=alarm)


def rows() -> dict[str, list[dict[str, Any]]]:
    """What the service wrote of one case that an alarm stands in."""
    item = finding(CASE, NEED, ALARM)
    entry = TimelineEntry("need-registered", THEN, "need", NEED, "employment")
    told = Alarm("citizen-says-not-caught", "employment", None, "carl", THEN, NEED, about_id=ALARM)
    of_case = {"case_id": CASE, "sector": "employment", "unit": None}
    about = {"need_id": NEED, "referral_id": None}
    return {
        "watch_items": [
            of_case | about | {"id": item.id_in(CASE), "kind": item.kind, "since": THEN, "about_id": ALARM},
        ],
        "timeline_entries": [
            of_case | {"id": entry.id_in(CASE), "kind": entry.kind, "at": THEN, "about_type": "need", "about_id": NEED},
        ],
        "notifications": [
            of_case
            | about
            | {
                "id": uuid4(),
                "occurrence": told.occurrence(CASE),
                "item_id": item.id_in(CASE),
                "cause": item.kind,
                "since": THEN,
            },
        ],
    }


def test_ids_that_are_made_of_something_are_made_of_the_copys() -> None:
    kept = rows()
    ids = made_ids(kept, COPIES.moved)
    case, need, alarm, then = nth(CASE, 7), nth(NEED, 7), nth(ALARM, 7), THEN - timedelta(minutes=21)
    made = {table: ids[kept[table][0]["id"]](7) for table in ("watch_items", "timeline_entries")}
    assert made["watch_items"] == finding(case, need, alarm).id_in(case)
    assert made["timeline_entries"] == TimelineEntry("need-registered", then, "need", need, "employment").id_in(case)
    told = Alarm("citizen-says-not-caught", "employment", None, None, then, need, about_id=alarm)
    assert ids[kept["notifications"][0]["occurrence"]](7) == told.occurrence(case)


def test_every_copy_has_ids_of_its_own() -> None:
    made = [each(number) for each in made_ids(rows(), COPIES.moved).values() for number in (0, *COPIES)]
    assert len(set(made)) == len(made) == 3 * 111


@pytest.mark.parametrize("table", ["watch_items", "timeline_entries"])
def test_a_rule_that_is_not_the_services_is_noticed(table: str) -> None:
    kept = rows()
    kept[table][0]["id"] = uuid4()
    with pytest.raises(ValueError, match="another rule"):
        made_ids(kept, COPIES.moved)


def test_times_move_and_the_beginnings_of_days_stay() -> None:
    assert COPIES.moved(THEN, 10) == THEN - timedelta(minutes=30)
    assert COPIES.moved(SPRING, 10) == SPRING


def test_fewer_copies_are_spread_over_as_long_a_time() -> None:
    few = COPIES.one_in(10)
    assert (len(COPIES), len(few)) == (110, 11)
    assert COPIES.moved(THEN, 100) == few.moved(THEN, 10)
