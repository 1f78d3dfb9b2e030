"""What caught a need once and catches it no more: help that ended before the need came back, that the citizen ended, or
after which somebody else was asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.domain.case import Case
from services.cases.domain.errors import ReleaseBlocked
from services.cases.domain.need import Need, SettingAside
from services.cases.domain.watching import watch
from tests.cases.builders import (
    HOUR,
    MONDAY,
    TODAY,
    case,
    catch_of,
    codes,
    happened,
    hear,
    need,
    referral,
    release,
)

DAY = timedelta(days=1)
HOLDING = "no-sector-takes-holding"
NOT_ANSWERED = ["referral-not-accepted", "first-contact-missing", "receipt-missing"]


def ended(made: Case, *, state: Any = "completed", broken_off: bool = False, at: Any = MONDAY + 5 * HOUR) -> UUID:
    """The case's first referral has ended."""
    referral_id = next(iter(made.referrals))
    made.hear_ended(referral_id, state, at, uuid4(), broken_off=broken_off)
    return referral_id


def helped(**how: Any) -> tuple[Case, Need]:
    """Health has caught the need, offered to hold the case, and finished."""
    made = hear(case(one := need()), referral(one, steps="acr"))
    ended(made, **how)
    return made, one


def settled(made: Case, one: Need, how: str) -> None:
    if how == "met":
        made.close_need(one.id, "met", None)
    else:
        made.set_need_aside(one.id, SettingAside("Ikke nu.", TODAY + 9 * DAY, "employment"), today=TODAY)


def findings(made: Case, at: Any) -> list[tuple[str, str]]:
    return [(item.kind, item.sector) for item in watch(made, at)]


# -- a need that came back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["met", "aside"])
def test_help_that_ended_before_the_need_came_back_catches_it_no_more(how: str) -> None:
    made, one = helped()
    settled(made, one, how)

    made.reopen_need(one.id, MONDAY + 200 * DAY)

    assert catch_of(made, one) == "uncaught"
    assert codes(made.gate("employment").unmet) == ["need-not-referred", HOLDING]
    assert findings(made, MONDAY + 200 * DAY) == [("need-uncaught", "employment")]


@pytest.mark.parametrize("how", ["met", "aside"])
def test_who_is_asked_after_that_has_to_answer_first(how: str) -> None:
    made, one = helped()
    settled(made, one, how)
    made.reopen_need(one.id, MONDAY + 200 * DAY)

    hear(made, referral(one, "social", requested_at=MONDAY + 201 * DAY))

    assert catch_of(made, one) == "uncaught"
    assert codes(made.gate("employment").unmet) == [*NOT_ANSWERED, HOLDING]
    with pytest.raises(ReleaseBlocked):
        release(made)
    assert made.holder.sector == "employment"


@pytest.mark.parametrize("how", ["met", "aside"])
def test_not_even_round_the_gate_does_an_old_receipt_take_the_case(how: str) -> None:
    made, one = helped()
    settled(made, one, how)
    made.reopen_need(one.id, MONDAY + 200 * DAY)

    assert codes(made.gate("employment", "override").unmet) == [HOLDING]


def test_help_that_goes_on_when_the_need_comes_back_catches_it_still_until_it_ends() -> None:
    made = hear(case(one := need()), referral(one, steps="acr"))
    settled(made, one, "met")
    made.reopen_need(one.id, MONDAY + 200 * DAY)
    assert catch_of(made, one) == "caught"
    assert made.gate("employment").releasable

    ended(made, at=MONDAY + 201 * DAY)

    assert catch_of(made, one) == "uncaught"
    assert codes(made.gate("employment").unmet) == ["need-not-referred", HOLDING]


def test_a_clock_that_is_behind_brings_no_ended_help_back() -> None:
    made, one = helped()
    settled(made, one, "met")

    made.reopen_need(one.id, MONDAY - HOUR)

    assert made.needs[one.id].reopened_at == MONDAY + 5 * HOUR
    assert catch_of(made, one) == "uncaught"


def test_what_was_refused_before_the_need_came_back_has_no_successor_to_wait_for() -> None:
    made = hear(case(one := need()), referral(one))
    ended(made, state="rejected")
    settled(made, one, "met")

    made.reopen_need(one.id, MONDAY + 200 * DAY)

    (item,) = watch(made, MONDAY + 201 * DAY)
    assert (item.kind, item.since) == ("need-uncaught", MONDAY + 200 * DAY)


def test_another_need_that_came_back_takes_nothing_from_this_one() -> None:
    made, one = helped()
    other = need()
    made.register_need(other)
    settled(made, other, "met")
    made.reopen_need(other.id, MONDAY + 200 * DAY)

    assert catch_of(made, one) == "caught"
    assert codes(made.gate("employment").unmet) == ["need-not-referred"]


# -- asked anew ----------------------------------------------------------------------------------------------------


def test_who_is_asked_after_the_help_was_finished_comes_before_it() -> None:
    made, one = helped()
    sent = referral(one, "social", requested_at=MONDAY + 100 * DAY)

    hear(made, sent)

    assert catch_of(made, one) == "uncaught"
    assert {unmet.referral_id for unmet in made.gate("employment").unmet if unmet.need_id} == {sent.id}
    assert findings(made, MONDAY + 101 * DAY) == [("need-uncaught", "employment")]


@pytest.mark.parametrize("state", ["rejected", "failed", "redirected"])
def test_a_no_to_that_does_not_bring_the_finished_help_back(state: Any) -> None:
    made, one = helped()
    sent = referral(one, "social", requested_at=MONDAY + 100 * DAY)
    hear(made, sent)

    made.hear_ended(sent.id, state, MONDAY + 101 * DAY, uuid4())

    assert catch_of(made, one) == "uncaught"
    assert not made.gate("employment").releasable
    assert findings(made, MONDAY + 102 * DAY) == [("referral-without-successor", "employment")]


@pytest.mark.parametrize("state", ["cancelled", "entered-in-error"])
def test_a_request_that_was_taken_back_is_as_if_nobody_had_asked(state: Any) -> None:
    made, one = helped()
    sent = referral(one, "social", requested_at=MONDAY + 100 * DAY)
    hear(made, sent)

    made.hear_ended(sent.id, state, MONDAY + 101 * DAY, uuid4())

    assert catch_of(made, one) == "caught"
    assert made.gate("employment").releasable


def test_a_no_before_the_help_was_given_takes_nothing_from_it() -> None:
    one = need()
    refused = referral(one, "social", requested_at=MONDAY + 2 * HOUR, state="rejected", ended_at=MONDAY + 3 * HOUR)
    made = hear(case(one), referral(one, steps="acr"), refused)

    ended(made)

    assert catch_of(made, one) == "caught"
    assert made.gate("employment").releasable


def test_after_a_release_too_who_is_asked_anew_comes_before_finished_help() -> None:
    made = hear(case(one := need()), referral(one, steps="acr"))
    release(made)
    ended(made, at=MONDAY + 6 * HOUR)
    assert catch_of(made, one) == "caught"

    hear(made, referral(made.needs[one.id], "social", requested_at=MONDAY + 7 * HOUR))

    assert catch_of(made, one) == "uncaught"
    assert findings(made, MONDAY + 8 * HOUR) == [("need-uncaught", "health")]


# -- ended by the citizen ------------------------------------------------------------------------------------------


def test_help_that_the_citizen_ended_holds_nobody_and_opens_no_gate() -> None:
    made, one = helped(broken_off=True)

    assert catch_of(made, one) == "uncaught"
    assert "need-not-referred" in codes(made.gate("employment").unmet)
    assert made.needs[one.id].owner_sector == "employment"
    assert findings(made, MONDAY + 6 * HOUR) == [("referral-without-successor", "employment")]


@pytest.mark.parametrize("how", ["withdrawn-by-citizen", "met", "aside"])
def test_when_the_citizen_has_said_what_becomes_of_the_need_the_gate_is_open(how: Any) -> None:
    """Nobody takes back that they would hold the case: it is the need that has to be spoken of."""
    made, one = helped(broken_off=True)

    if how == "withdrawn-by-citizen":
        made.close_need(one.id, how, "Det klarer jeg selv.")
    else:
        settled(made, one, how)

    assert release(made).taken_over_by == "health"
    assert made.needs[one.id].settled


def test_who_would_hold_the_case_keeps_its_part_when_the_citizen_ends_the_help() -> None:
    offered, _ = helped(broken_off=True)
    made = hear(case(one := need()), referral(one, steps="acr", takes=False))
    ended(made, broken_off=True)

    assert offered.involvement("health") is not None
    assert made.involvement("health") is None


def test_help_that_the_citizen_ended_after_the_release_is_a_catch_that_is_lost() -> None:
    made = hear(case(one := need()), referral(one, steps="acr"))
    release(made)
    made.events.clear()

    ended(made, broken_off=True, at=MONDAY + 6 * HOUR)

    assert happened(made) == ["CatchLost"]
    assert catch_of(made, one) == "caught-then-lost"
    assert made.holder.sector == "health"
    assert made.involvement("health") is not None

    made.close_need(one.id, "withdrawn-by-citizen", "Det klarer jeg selv.")
    assert watch(made, MONDAY + 7 * HOUR) == []


def test_what_lost_a_catch_is_not_mended_by_help_finished_before() -> None:
    made, one = helped()
    onward = referral(one, "social", steps="acr", requested_at=MONDAY + 6 * HOUR)
    hear(made, onward)
    release(made, at=MONDAY + 7 * HOUR)
    made.hear_ended(onward.id, "entered-in-error", MONDAY + 8 * HOUR, uuid4())

    assert catch_of(made, one) == "caught-then-lost"
    assert "need-not-referred" in codes(made.gate("social").unmet)
