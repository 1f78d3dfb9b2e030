"""A part in a case that came with a referral goes with it; no other part does. And who is told how it went."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.domain.case import Case
from services.cases.domain.notifications import alarms
from services.cases.domain.watching import foreseen
from tests.cases.builders import HOUR, MONDAY, case, happened, hear, need, referral, release

LATER = MONDAY + 9 * HOUR
ENDS = ["rejected", "failed", "cancelled", "entered-in-error"]


def ended(made: Case, referral_id: UUID, state: Any, at: datetime = LATER) -> None:
    made.events.clear()
    made.hear_ended(referral_id, state, at, uuid4())


def told(made: Case, at: datetime = LATER) -> list[tuple[str, str]]:
    return [(alarm.cause, alarm.sector) for alarm in alarms(made, foreseen(made), at) if "referral" in alarm.cause]


# -- the part --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ENDS)
def test_a_sector_that_was_there_before_stays_when_its_referral_comes_to_nothing(state: str) -> None:
    made = case(one := need())
    made.involve("health", None, because="daily-life", on_other_basis=True, at=MONDAY, row_id=uuid4())
    hear(made, sent := referral(one, steps="" if state == "rejected" else "a"))

    ended(made, sent.id, state)

    assert made.involvement("health") is not None
    assert (made.releases, happened(made)) == ({}, [])


def test_a_sector_that_took_a_need_over_stays_when_another_referral_comes_to_nothing() -> None:
    one, other = need(), need(owner_sector="employment")
    made = hear(case(one, other), referral(one, "social", steps="acr"), referral(other, "social", steps="acr"))
    release(made)
    made.close_need(one.id, "met", None)
    made.close_need(other.id, "met", None)
    hear(made, third := referral(need(owner_sector="social"), "employment", steps="a"))

    ended(made, third.id, "failed")

    assert made.involvement("employment") is None, "that part had come with the referral"
    assert made.involvement("social") is not None


def test_a_part_that_a_finished_catch_gave_is_not_another_referrals_to_end() -> None:
    one, other = need(), need()
    made = hear(case(one, other), caught := referral(one, steps="acr", takes=False))
    made.hear_ended(caught.id, "completed", MONDAY + 5 * HOUR, uuid4())
    hear(made, refused := referral(other))

    ended(made, refused.id, "rejected")

    assert made.involvement("health") is not None


def test_what_was_caught_in_an_earlier_part_keeps_nobody_in_a_later_one() -> None:
    one, other = need(owner_sector="social"), need()
    made = case(other)
    made._involve("social", None, MONDAY, "asked", uuid4())
    made.needs[one.id] = one
    hear(made, caught := referral(one, steps="acr", takes=False))
    made.hear_ended(caught.id, "completed", MONDAY + 5 * HOUR, uuid4())
    made.release("health", by="anna", reason="-", at=MONDAY + 6 * HOUR, new_id=uuid4, ground="override")
    hear(made, again := referral(other, steps="a", accepted_at=MONDAY + 8 * HOUR))

    ended(made, again.id, "failed")

    assert made.involvement("health") is None


# -- who is told -----------------------------------------------------------------------------------------------------


def overridden() -> tuple[Case, UUID]:
    """Social has asked health, and has let go of the need round the gate: it is employment's to see to."""
    made = case(need())
    made._involve("social", None, MONDAY, "asked", uuid4())
    made.register_need(one := need(owner_sector="social"))
    hear(made, sent := referral(one))
    made.release("social", by="anna", reason="-", at=MONDAY + 5 * HOUR, new_id=uuid4, ground="override")
    return made, sent.id


@pytest.mark.parametrize("state", ["rejected", "failed", "entered-in-error"])
def test_who_answers_for_the_need_now_is_told_and_not_who_has_let_go(state: str) -> None:
    made, sent = overridden()

    ended(made, sent, state)

    assert told(made) == [(f"referral-{state}", "employment")]


def test_a_sender_that_has_a_part_still_is_told_beside_whoever_answers_for_the_need() -> None:
    made, sent = overridden()
    made._involve("social", None, MONDAY + 6 * HOUR, "asked", uuid4())

    ended(made, sent, "rejected")

    assert told(made) == [("referral-rejected", "employment"), ("referral-rejected", "social")]


def test_a_sender_that_answers_for_the_need_is_told_once() -> None:
    made = hear(case(one := need()), sent := referral(one))

    ended(made, sent.id, "rejected")

    assert told(made) == [("referral-rejected", "employment")]


def test_that_the_citizen_ended_the_help_is_told_as_one_that_was_not_carried_through() -> None:
    """It says no more of how it went: the need is to be seen to anew."""
    made = hear(case(one := need()), sent := referral(one, steps="acr"))
    made.hear_ended(sent.id, "completed", LATER, uuid4(), broken_off=True)

    assert told(made) == [("referral-failed", "employment")]


@pytest.mark.parametrize("broken_off", [True, False])
def test_of_a_lost_catch_and_of_finished_help_nothing_more_is_told(broken_off: bool) -> None:
    made = hear(case(one := need()), sent := referral(one, steps="acr"))
    release(made, at=MONDAY + 6 * HOUR)
    made.hear_ended(sent.id, "completed", LATER, uuid4(), broken_off=broken_off)

    assert told(made) == []


def test_of_a_referral_that_its_receiver_must_not_learn_of_no_alarm_of_the_receivers_names_it() -> None:
    """The receiver may be who answers for the need now."""
    made = hear(case(one := need(owner_sector="social"), sector="social"), sent := referral(one, anonymous=True))
    made._involve("health", None, MONDAY, "asked", uuid4())
    made.needs[one.id] = made.needs[one.id].left_to("health")

    ended(made, sent.id, "failed")

    found = [alarm for alarm in alarms(made, foreseen(made), LATER) if alarm.cause == "referral-failed"]
    assert {(alarm.sector, alarm.referral_id) for alarm in found} == {("health", None), ("social", sent.id)}
