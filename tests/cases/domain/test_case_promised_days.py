"""The days a citizen was promised: what comes near and what has gone by are told apart, each to a person, each once."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.cases.domain.attention import WatchItem
from services.cases.domain.case import Case
from services.cases.domain.notifications import alarms
from services.cases.domain.watching import foreseen
from tests.cases.builders import HOUR, MONDAY, TODAY, case, hear, need, referral

DAY = timedelta(days=1)


def day(number: int) -> date:
    """The last day of a promise, so many days after the Monday."""
    return TODAY + number * DAY


def noon(number: int) -> datetime:
    return MONDAY + number * DAY + 3 * HOUR


def asked() -> tuple[Case, UUID]:
    """A case that has asked health, and the referral."""
    made = hear(case(one := need()), sent := referral(one))
    return made, sent.id


def item(made: Case, sector: str = "employment") -> WatchItem:
    """The one finding of promised days on a sector's list."""
    (found,) = [one for one in foreseen(made) if one.kind == "guarantee-at-risk" and one.sector == sector]
    return found


def told(made: Case, at: datetime) -> set[tuple[str, str, UUID]]:
    """Of promised days: what somebody hears at that moment, to whom, and which occurrence it is."""
    heard = alarms(made, foreseen(made), at)
    return {(one.cause, one.sector, one.occurrence(made.id)) for one in heard if "guarantee" in one.cause}


def test_a_day_that_went_by_is_told_although_it_was_told_that_it_came_near() -> None:
    made, sent = asked()
    made.hear_deadline(sent, day(14), noon(11))
    near = told(made, noon(12))

    made.hear_deadline(sent, day(14), noon(15), missed=True)
    gone = told(made, noon(15))

    assert {(cause, sector) for cause, sector, _ in near} == {
        ("guarantee-at-risk", "employment"),
        ("guarantee-at-risk", "health"),
    }
    assert {(cause, sector) for cause, sector, _ in gone} == {
        ("guarantee-missed", "employment"),
        ("guarantee-missed", "health"),
    }
    assert (item(made).due_on, item(made).since) == (day(14), noon(15))
    assert told(made, noon(40)) == gone, "it is told once"


def test_of_two_promises_the_earlier_day_is_shown_and_each_breach_is_told() -> None:
    made, sent = asked()
    occurrences = []
    for due, at, missed in [(14, 11, False), (14, 15, True), (20, 17, False), (20, 21, True)]:
        made.hear_deadline(sent, day(due), noon(at), missed=missed)
        assert item(made).due_on == day(14)
        occurrences.append(told(made, noon(at)))

    assert [{cause for cause, _, _ in one} for one in occurrences] == [
        {"guarantee-at-risk"},
        {"guarantee-missed"},
        {"guarantee-at-risk"},
        {"guarantee-missed"},
    ]
    assert len({occurrence for one in occurrences for _, _, occurrence in one}) == 8


@pytest.mark.parametrize("first", [14, 20])
def test_of_two_days_that_come_near_the_earlier_is_shown_whichever_was_told_first(first: int) -> None:
    made, sent = asked()
    made.hear_deadline(sent, day(first), noon(11))
    made.hear_deadline(sent, day(34 - first), noon(12))

    assert item(made).due_on == day(14)


def test_another_provider_takes_back_what_is_to_come_and_not_what_was_missed() -> None:
    made, sent = asked()
    made.hear_deadline(sent, day(14), noon(15), missed=True)
    before = told(made, noon(16))
    made.hear_deadline(sent, day(20), noon(17))

    made.hear_waived(sent)

    assert (item(made).due_on, item(made).since) == (day(14), noon(15))
    assert told(made, noon(18)) == before


def test_another_provider_in_time_leaves_nothing_to_watch() -> None:
    made, sent = asked()
    made.hear_deadline(sent, day(14), noon(11))

    made.hear_waived(sent)

    assert told(made, noon(12)) == set()


def test_a_day_that_a_pause_has_moved_is_shown_where_it_went_by() -> None:
    made, sent = asked()
    made.hear_deadline(sent, day(14), noon(11))

    made.hear_deadline(sent, day(19), noon(20), missed=True)

    assert item(made).due_on == day(19)


def test_a_citizen_who_is_met_late_is_worried_about_no_more() -> None:
    made, sent = asked()
    made.hear_accepted(sent, None, noon(15), uuid4())
    made.hear_deadline(sent, day(14), noon(15), missed=True)

    made.hear_contact_held(sent, noon(16))

    assert told(made, noon(17)) == set()
