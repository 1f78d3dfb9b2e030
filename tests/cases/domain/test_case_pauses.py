"""A pause that the citizen asked for: it puts days off, it takes nobody off every list, and it is not told walled."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.cases.domain.attention import WatchItem, at_moment, for_the_case
from services.cases.domain.case import Case
from services.cases.domain.catch import KnownReferral
from services.cases.domain.notifications import alarms
from services.cases.domain.policies import Policies
from services.cases.domain.watching import foreseen, watch
from tests.cases.builders import HOUR, MONDAY, TODAY, case, hear, need, referral

DAY = timedelta(days=1)
BEGAN = MONDAY + 3 * DAY
MIDNIGHT = MONDAY.replace(hour=23) - DAY  # the Danish Monday began at 23:00 UTC on Sunday; summer time began March 29


def paused(until: date | None = None, steps: str = "a", **changes: Any) -> tuple[Case, KnownReferral]:
    """A case whose one referral was accepted on Monday and put on hold on Thursday."""
    one = need()
    sent = referral(one, steps=steps, **changes)
    made = hear(case(one), sent)
    made.hear_paused(sent.id, BEGAN, until)
    return made, made.referrals[sent.id]


def told(made: Case, at: datetime) -> list[tuple[str, str, date | None]]:
    """What is so at a moment, on whose list, and the day it is about."""
    return [(item.kind, item.sector, item.due_on) for item in watch(made, at)]


# -- nobody is put off for ever ------------------------------------------------------------------------------------


def test_when_the_day_has_passed_the_receiver_and_who_sees_to_the_need_are_to_ask() -> None:
    made, sent = paused(TODAY + 20 * DAY)
    over = MIDNIGHT + 21 * DAY

    assert told(made, over - timedelta(seconds=1)) == []
    found = watch(made, over)

    assert [(i.kind, i.sector, i.unit, i.due_on, i.since) for i in found] == [
        ("hold-over", "employment", None, TODAY + 20 * DAY, over),
        ("hold-over", "health", "alkohol", TODAY + 20 * DAY, over),
    ]
    assert {(i.referral_id, i.responsible_unit) for i in found} == {(sent.id, "alkohol")}
    assert len(for_the_case(found, "employment")) == 1


def test_a_pause_without_a_day_is_asked_about_when_the_authority_has_said() -> None:
    made, _ = paused()

    assert told(made, MONDAY + 30 * DAY) == []
    assert told(made, MONDAY + 400 * DAY) == [
        ("hold-over", "employment", TODAY + 31 * DAY),
        ("hold-over", "health", TODAY + 31 * DAY),
    ]
    made.policies = Policies(hold_watch_days=2)
    assert told(made, MIDNIGHT + 6 * DAY)[0] == ("hold-over", "employment", TODAY + 5 * DAY)


@pytest.mark.parametrize("until", [TODAY + 999 * DAY, date.max])
def test_no_day_puts_it_off_for_longer_than_the_authority_lets_pass(until: date) -> None:
    made, _ = paused(until)

    assert {day for _, _, day in told(made, MONDAY + 400 * DAY)} == {TODAY + 183 * DAY}


def test_a_pause_after_the_first_contact_ends_too() -> None:
    made, _ = paused(TODAY + 20 * DAY, steps="ac")

    assert {kind for kind, _, _ in told(made, MONDAY + 22 * DAY)} == {"hold-over"}


def test_where_the_receiver_has_no_part_in_the_case_it_is_for_who_sees_to_the_need() -> None:
    made, _ = paused(TODAY + 20 * DAY, to_authority="1084")

    assert told(made, MONDAY + 22 * DAY) == [("hold-over", "employment", TODAY + 20 * DAY)]


def test_it_is_an_alarm_to_both_once() -> None:
    made, _ = paused(TODAY + 20 * DAY)
    at = MONDAY + 22 * DAY

    found = alarms(made, foreseen(made), at)

    assert [(one.cause, one.sector, one.unit, one.subject) for one in found] == [
        ("hold-over", "employment", None, "anna"),
        ("hold-over", "health", "alkohol", None),
    ]
    again = alarms(made, foreseen(made), at + DAY)
    assert {one.occurrence(made.id) for one in again} == {one.occurrence(made.id) for one in found}


def test_it_is_gone_when_the_pause_is_over_or_the_referral_has_ended() -> None:
    made, sent = paused(TODAY + 20 * DAY)
    made.hear_resumed(sent.id, MONDAY + 23 * DAY)
    assert "hold-over" not in {item.kind for item in foreseen(made)}

    made, sent = paused(TODAY + 20 * DAY)
    made.hear_ended(sent.id, "completed", MONDAY + 23 * DAY, made.id)
    assert made.referrals[sent.id].on_hold_since is None


# -- the days move on by as many -----------------------------------------------------------------------------------


def test_the_days_to_a_first_contact_stand_still_during_a_pause() -> None:
    made, sent = paused(TODAY + 60 * DAY)
    assert told(made, MONDAY + 22 * DAY) == []

    made.hear_resumed(sent.id, BEGAN + 20 * DAY)

    late = MONDAY + 2 * HOUR + 27 * DAY
    assert told(made, late - HOUR) == []
    assert told(made, late)[0] == ("first-contact-overdue", "employment", TODAY + 27 * DAY)


def test_two_pauses_are_both_counted() -> None:
    made, sent = paused()
    made.hear_resumed(sent.id, BEGAN + 2 * DAY)
    made.hear_paused(sent.id, BEGAN + 3 * DAY, None)
    made.hear_resumed(sent.id, BEGAN + 6 * DAY)

    assert told(made, MONDAY + 30 * DAY)[0] == ("first-contact-overdue", "employment", TODAY + 12 * DAY)


def test_what_the_gate_waits_for_stands_still_too() -> None:
    made, sent = paused()

    def due() -> set[datetime | None]:
        return {one.due_at for one in made.gate("employment").unmet if one.referral_id == sent.id}

    assert due() == {None}
    made.hear_resumed(sent.id, BEGAN + 20 * DAY)
    assert due() == {MONDAY + 2 * HOUR + 27 * DAY, MONDAY + 2 * HOUR + 34 * DAY}


def near(on: date) -> tuple[Case, KnownReferral]:
    """A case whose one referral has a promised day that was told of on Wednesday, and was put on hold on Thursday."""
    one = need()
    sent = referral(one, steps="a", deadline=on, deadline_told_at=MONDAY + 2 * DAY)
    made = hear(case(one, policies=Policies(first_contact_within_days=99)), sent)
    made.hear_paused(sent.id, BEGAN, TODAY + 60 * DAY)
    return made, made.referrals[sent.id]


def test_a_promised_day_is_at_no_risk_during_a_pause_and_lies_as_many_days_ahead_after_it() -> None:
    made, sent = near(TODAY + 5 * DAY)
    assert told(made, BEGAN + DAY) == []

    made.hear_resumed(sent.id, BEGAN + 20 * DAY)

    assert told(made, BEGAN + 20 * DAY)[0] == ("guarantee-at-risk", "employment", TODAY + 25 * DAY)


def test_the_referral_itself_knows_best_which_day_is_promised_then() -> None:
    made, sent = near(TODAY + 5 * DAY)

    made.hear_resumed(sent.id, BEGAN + 20 * DAY, TODAY + 29 * DAY)

    assert told(made, BEGAN + 20 * DAY)[0] == ("guarantee-at-risk", "employment", TODAY + 29 * DAY)


def test_what_was_missed_before_the_pause_stays_missed() -> None:
    made, sent = near(TODAY + 2 * DAY)
    assert told(made, BEGAN + DAY)[0] == ("guarantee-at-risk", "employment", TODAY + 2 * DAY)

    made.hear_resumed(sent.id, BEGAN + 20 * DAY, TODAY + 29 * DAY)

    assert told(made, BEGAN + 20 * DAY)[0] == ("guarantee-at-risk", "employment", TODAY + 2 * DAY)


def test_a_day_that_nobody_has_told_of_is_not_watched_because_a_pause_ended() -> None:
    made, sent = paused()

    made.hear_resumed(sent.id, BEGAN + DAY, TODAY + 29 * DAY)

    assert "guarantee-at-risk" not in {item.kind for item in foreseen(made)}


# -- where the way back is walled whole ----------------------------------------------------------------------------


def listed(made: Case, sector: str, at: datetime) -> list[tuple[str, date | None]]:
    """What stands on a sector's own list at a moment."""
    return [(item.kind, item.due_on) for item in watch(made, at) if item.sector == sector]


def test_at_no_way_back_the_sender_reads_as_if_there_were_no_pause() -> None:
    made, sent = paused(TODAY + 20 * DAY, return_scope="none")
    made.referrals[sent.id] = replace(
        made.referrals[sent.id], deadline=TODAY + 9 * DAY, deadline_told_at=MONDAY + 2 * DAY
    )
    at = MONDAY + 22 * DAY

    overdue = [("first-contact-overdue", TODAY + 7 * DAY)]
    assert listed(made, "employment", at) == [("guarantee-at-risk", TODAY + 9 * DAY), *overdue]
    assert listed(made, "health", at) == [("hold-over", TODAY + 20 * DAY)]
    assert {one.due_at for one in made.gate("employment").unmet if one.referral_id} == {
        MONDAY + 2 * HOUR + 7 * DAY,
        MONDAY + 2 * HOUR + 14 * DAY,
    }
    made.hear_resumed(sent.id, at)
    assert ("first-contact-overdue", TODAY + 7 * DAY) in listed(made, "employment", MONDAY + 60 * DAY)
    assert ("first-contact-overdue", TODAY + 26 * DAY) in listed(made, "health", MONDAY + 60 * DAY)


def test_in_the_case_a_pause_is_shown_to_those_on_whose_list_it_stands() -> None:
    made, _ = paused(TODAY + 20 * DAY, return_scope="none")
    found: list[WatchItem] = at_moment(foreseen(made), MONDAY + 22 * DAY)

    assert {item.kind for item in for_the_case(found, "health")} == {"hold-over", "first-contact-overdue"}
    assert {item.kind for item in for_the_case(found, "employment")} == {"first-contact-overdue"}
    assert {item.kind for item in for_the_case(found, "social")} == {"first-contact-overdue"}
