"""How far a need is caught, what happens when a catch is lost, and what needs somebody's eyes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.cases.domain.need import SettingAside
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
    knowing,
    need,
    receipt,
    referral,
    release,
)

EVENING = MONDAY + 10 * HOUR


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (None, "uncaught"),
        ("", "uncaught"),
        ("a", "accepted"),
        ("ac", "contact-held"),
        ("ar", "receipt"),
        ("acr", "caught"),
    ],
)
def test_a_need_is_caught_as_far_as_its_receiver_has_come(steps: str | None, state: str) -> None:
    one = need()

    assert catch_of(knowing([one], [] if steps is None else [referral(one, steps=steps)]), one) == state


def test_only_all_three_acts_together_are_a_catch() -> None:
    one = need()
    without_acceptance = replace(referral(one, steps="acr"), accepted_at=None)

    assert catch_of(knowing([one], [without_acceptance]), one) == "receipt"


@pytest.mark.parametrize("end", ["rejected", "failed", "cancelled"])
def test_what_ended_catches_nothing_and_the_furthest_that_lives_counts(end: Any) -> None:
    one = need()
    ended = referral(one, steps="acr", state=end)

    assert catch_of(knowing([one], [ended]), one) == "uncaught"
    assert catch_of(knowing([one], [ended, referral(one), referral(one, "social", steps="a")]), one) == "accepted"
    assert catch_of(knowing([one], [referral(need(), steps="acr")]), one) == "uncaught"


@pytest.mark.parametrize("end", ["rejected", "failed", "cancelled"])
def test_a_referral_that_ends_badly_moves_no_responsibility(end: Any) -> None:
    one = need()
    sent = referral(one, steps="ac")
    made = hear(case(one), sent)
    holder, coordinator = made.holder, made.coordinator

    made.hear_ended(sent.id, end, MONDAY + 5 * HOUR, uuid4())

    assert (made.holder, made.coordinator, made.needs[one.id]) == (holder, coordinator, one)
    assert "ResponsibilityTransferred" not in happened(made)


def test_a_sector_whose_only_part_ended_is_no_longer_involved() -> None:
    one = need()
    sent = referral(one, steps="a")
    made = hear(case(one), sent)
    assert made.involvement("health") is not None

    made.hear_ended(sent.id, "failed", MONDAY + 5 * HOUR, uuid4())

    assert made.involvement("health") is None
    (ended,) = made.releases.values()
    assert (ended.sector, ended.ground, ended.referral_ids) == ("health", "referral-ended", (sent.id,))
    assert happened(made) == ["SectorReleased"]


def test_a_sector_with_another_referral_or_a_need_of_its_own_stays_involved() -> None:
    one, other = need(), need()
    failing, serving = referral(one, steps="a"), referral(other, steps="a")
    made = hear(case(one, other), failing, serving)
    owning = hear(case(one), failing)
    owning.register_need(need(owner_sector="health"))

    made.hear_ended(failing.id, "failed", MONDAY + 5 * HOUR, uuid4())
    owning.hear_ended(failing.id, "failed", MONDAY + 5 * HOUR, uuid4())

    assert made.involvement("health") is not None
    assert owning.involvement("health") is not None


def test_a_catch_lost_after_the_release_is_an_alarm_and_the_case_keeps_its_holder() -> None:
    one = need()
    sent = referral(one, steps="acr")
    made = hear(case(one), sent)
    release(made)
    made.events.clear()

    made.hear_ended(sent.id, "failed", MONDAY + 6 * HOUR, uuid4())

    assert happened(made) == ["CatchLost"]
    assert catch_of(made, one) == "caught-then-lost"
    assert made.holder.sector == "health"
    assert made.involvement("health") is not None
    assert [(a.kind, a.since) for a in watch(made, EVENING)] == [("caught-then-lost", MONDAY + 6 * HOUR)]


@pytest.mark.parametrize("before", ["no-release", "settled", "closed", "completed"])
def test_there_is_no_alarm_where_nobody_relies_on_the_catch(before: str) -> None:
    one = need()
    sent = referral(one, steps="acr")
    made = hear(case(one), sent)
    if before != "no-release":
        release(made)
    if before == "settled":
        made.close_need(one.id, "met", None)
    if before == "closed":
        made.status = "closed"
    made.events.clear()

    made.hear_ended(sent.id, "completed" if before == "completed" else "failed", MONDAY + 6 * HOUR, uuid4())

    assert "CatchLost" not in happened(made)
    assert made.needs[one.id].catch_lost_at is None


def test_a_lost_catch_is_over_when_somebody_has_caught_the_need_anew() -> None:
    one = need()
    sent = referral(one, steps="acr")
    made = hear(case(one), sent)
    release(made)
    made.hear_ended(sent.id, "failed", MONDAY + 6 * HOUR, uuid4())
    hear(made, referral(made.needs[one.id], "social", steps="acr"))

    release(made, "health", MONDAY + 8 * HOUR)

    assert catch_of(made, one) == "caught"


def test_a_receipt_after_a_release_takes_nothing_over() -> None:
    caught, late = need(), need(owner_sector="social")
    onward = referral(late, "health", steps="ac")
    made = hear(case(caught), referral(caught, "social", steps="acr"))
    release(made)
    made.needs[late.id] = late
    hear(made, onward)

    made.hear_receipt(onward.id, receipt(takes=True))

    assert made.holder.sector == "social"


def test_a_referral_completed_without_a_receipt_is_no_catch() -> None:
    one = need()
    done = referral(one, steps="ac", state="completed")

    assert catch_of(knowing([one], [done]), one) == "uncaught"
    assert catch_of(knowing([one], [replace(done, receipt=receipt())]), one) == "caught"


def test_a_catch_that_a_release_rested_on_says_nothing_of_a_need_that_came_back() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made)
    back = referral(made.needs[one.id], "employment", steps="acr")
    hear(made, back)
    release(made, "health", MONDAY + 8 * HOUR)
    assert catch_of(made, one) == "caught"
    assert codes(made.gate("employment").unmet) == ["need-not-referred", "no-sector-takes-holding"]

    made.hear_ended(back.id, "failed", MONDAY + 9 * HOUR, uuid4())

    assert catch_of(made, one) == "caught-then-lost"
    assert made.holder.sector == "employment"


# -- attention ---------------------------------------------------------------------------------------------------


def test_what_is_most_urgent_comes_first_and_the_oldest_within_a_kind() -> None:
    lost = need(state="handed-on", catch_lost_at=MONDAY + 9 * HOUR)
    sent = referral(lost)
    lost = lost.hand_on(sent.id, from_sector="employment", to_sector="health", at=MONDAY).lose_catch(MONDAY + 9 * HOUR)
    refused, due, young, old = need(), need(), need(registered_at=MONDAY), need(registered_at=MONDAY - HOUR)
    due = due.set_aside(SettingAside("Ikke nu.", TODAY, "employment"), today=TODAY - timedelta(days=1))
    rejected = referral(refused, state="rejected", ended_at=MONDAY + 7 * HOUR)

    found = watch(knowing([young, old, due, refused, lost], [sent, rejected]), EVENING)

    assert [(a.kind, a.need_id) for a in found] == [
        ("caught-then-lost", lost.id),
        ("referral-without-successor", refused.id),
        ("revisit-due", due.id),
        ("need-uncaught", old.id),
        ("need-uncaught", young.id),
    ]
    assert (found[1].since, found[1].referral_id) == (MONDAY + 7 * HOUR, rejected.id)
    assert found[2].due_on == TODAY


def test_nobody_is_disturbed_for_what_goes_its_way() -> None:
    accepted, aside, met, handed = need(), need(), need(), need()
    aside = aside.set_aside(SettingAside("Ikke nu.", TODAY + timedelta(days=1), "employment"), today=TODAY)
    met = met.close("met", None)
    caught = referral(handed, steps="acr")
    handed = handed.hand_on(caught.id, from_sector="employment", to_sector="health", at=MONDAY)

    assert watch(knowing([accepted, aside, met, handed], [referral(accepted, steps="a"), caught]), EVENING) == []


def test_a_no_with_a_successor_under_way_needs_no_second_look() -> None:
    one = need()
    no = referral(one, state="rejected", ended_at=MONDAY + 2 * HOUR)

    assert watch(knowing([one], [no, referral(one, "social", steps="a")]), EVENING) == []
    assert [a.kind for a in watch(knowing([one], [no, referral(one, "social")]), EVENING)] == ["need-uncaught"]
