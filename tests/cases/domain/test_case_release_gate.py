"""The release gate, condition by condition: alone, together, for the holder and for the others."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.cases.domain.errors import CaseIsClosed, ReleaseBlocked
from services.cases.domain.need import SettingAside
from tests.cases.builders import (
    HOUR,
    MONDAY,
    NOBODY_COORDINATES,
    TODAY,
    case,
    closure,
    codes,
    happened,
    hear,
    need,
    receipt,
    referral,
    release,
)

HOLDING = "no-sector-takes-holding"
EVERYTHING_BUT_REFERRED = ["referral-not-accepted", "first-contact-missing", "receipt-missing"]


@pytest.mark.parametrize(
    ("steps", "missing"),
    [
        (None, ["need-not-referred"]),
        ("", EVERYTHING_BUT_REFERRED),
        ("a", ["first-contact-missing", "receipt-missing"]),
        ("ac", ["receipt-missing"]),
        ("ar", ["first-contact-missing"]),
        ("acr", []),
    ],
)
@pytest.mark.parametrize("holds", [True, False])
def test_each_missing_step_is_named_alone_and_together(steps: str | None, missing: list[str], holds: bool) -> None:
    one = need()
    made = case(one)
    if not holds:
        made = case(sector="social")
        made.needs[one.id] = one
    if steps is not None:
        hear(made, referral(one, steps=steps, takes=True))

    unmet = codes(made.gate("employment").unmet)

    # Whoever is not caught takes nothing over.
    assert unmet == missing + [HOLDING] * (holds and bool(missing))


def test_what_is_missing_says_of_which_need_for_whom_one_waits_and_since_when() -> None:
    alone, asked, on_the_way = need(), need(), need()
    made = case(alone, asked, on_the_way)
    sent = referral(asked)
    accepted = referral(on_the_way, "social", steps="a")
    hear(made, sent, accepted)

    unmet = {(one.need_id, one.code): one for one in made.gate("employment").unmet}

    not_referred = unmet[alone.id, "need-not-referred"]
    not_accepted = unmet[asked.id, "referral-not-accepted"]
    no_contact = unmet[on_the_way.id, "first-contact-missing"]
    assert (not_referred.waiting_for_sector, not_referred.referral_id, not_referred.since) == (
        "employment",
        None,
        MONDAY,
    )
    assert (not_accepted.waiting_for_sector, not_accepted.referral_id) == ("health", sent.id)
    assert (no_contact.waiting_for_sector, no_contact.waiting_for_unit) == ("social", "alkohol")
    assert (not_accepted.since, no_contact.since) == (MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert unmet[None, HOLDING].since == MONDAY


@pytest.mark.parametrize("end", ["rejected", "failed", "cancelled"])
def test_a_referral_that_ended_badly_is_as_if_it_had_never_been_sent(end: str) -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr", state=end))

    assert codes(made.gate("employment").unmet) == ["need-not-referred", HOLDING]


def test_a_completed_referral_is_still_a_catch() -> None:
    one = need()

    assert hear(case(one), referral(one, steps="acr", state="completed")).gate("employment").releasable


def test_a_referral_by_another_sector_or_of_another_need_catches_nothing_of_mine() -> None:
    mine, other = need(), need(owner_sector="social")
    made = case(mine, sector="employment")
    made.needs[other.id] = other
    hear(
        made,
        referral(mine, "social", steps="a"),
        referral(other, steps="acr"),
        referral(mine, steps="acr", from_sector="social"),
    )

    assert codes(made.gate("employment").unmet) == ["first-contact-missing", "receipt-missing", HOLDING]


def test_the_furthest_referral_counts() -> None:
    one = need()
    caught = referral(one, steps="acr")
    made = hear(case(one), caught, referral(one, "social"), referral(one, "social", steps="a"))

    view = made.gate("employment")

    assert view.releasable
    assert [hand_over.referral for hand_over in view.hand_overs] == [caught]


def test_a_need_set_aside_or_ended_is_settled_and_asks_for_nothing() -> None:
    handed, aside, met, withdrawn = need(), need(), need(), need()
    made = hear(case(handed, aside, met, withdrawn), referral(handed, steps="acr"))
    made.set_need_aside(aside.id, SettingAside("Ikke nu.", TODAY + timedelta(days=30), "employment"), today=TODAY)
    made.close_need(met.id, "met", None)
    made.close_need(withdrawn.id, "withdrawn-by-citizen", "Det klarer jeg selv.")

    made_release = release(made)

    assert made_release.referral_ids == (next(iter(made.referrals)),)
    assert [made.needs[one.id].state for one in (handed, aside, met, withdrawn)] == [
        "handed-on",
        "set-aside",
        "met",
        "withdrawn",
    ]


def test_the_needs_of_other_sectors_are_not_asked_for() -> None:
    mine, theirs = need(), need(owner_sector="social")
    made = hear(case(mine), referral(mine, steps="acr"))
    made.needs[theirs.id] = theirs

    assert made.gate("employment").releasable


def test_the_holder_needs_a_taker_even_when_every_need_is_caught_or_settled() -> None:
    one = need()
    caught = hear(case(one), referral(one, steps="acr", takes=False))
    settled = case(one)
    settled.close_need(one.id, "met", None)

    assert codes(caught.gate("employment").unmet) == [HOLDING]
    assert codes(settled.gate("employment").unmet) == [HOLDING]
    assert codes(case().gate("employment").unmet) == [HOLDING]


def test_a_receipt_takes_the_holding_only_for_a_need_that_is_caught() -> None:
    caught, promised = need(), need()
    made = hear(
        case(caught, promised), referral(caught, "social", steps="acr", takes=False), referral(promised, steps="ar")
    )

    assert codes(made.gate("employment").unmet) == ["first-contact-missing", HOLDING]


def test_the_first_who_offered_takes_over() -> None:
    one, other, third = need(), need(), need()
    late = referral(one, "social", steps="ac", receipt=receipt(at=MONDAY + 5 * HOUR))
    early = referral(other, steps="ac", receipt=receipt(at=MONDAY + 4 * HOUR))
    earliest_without = referral(third, "social", steps="ac", receipt=receipt(takes=False, at=MONDAY + HOUR))
    made = hear(case(one, other, third), late, early, earliest_without)

    done = release(made)

    assert early.receipt is not None
    assert (made.holder.sector, done.taken_over_by, done.receipt_id) == ("health", "health", early.receipt.id)


def test_who_does_not_hold_lets_go_without_a_taker_and_moves_nothing_but_needs() -> None:
    mine = need(owner_sector="social")
    held = need()
    made = case(held)
    hear(made, referral(held, "social", steps="a"))
    made.needs[mine.id] = mine
    hear(made, referral(mine, "health", steps="acr"))
    holder, coordinator = made.holder, made.coordinator

    done = release(made, "social")

    assert (made.holder, made.coordinator) == (holder, coordinator)
    assert (done.taken_over_by, done.receipt_id) == (None, None)
    assert made.needs[mine.id].owner_sector == "health"
    assert made.involvement("social") is None
    assert happened(made) == ["SectorReleased"]


def test_with_nothing_to_hand_on_a_sector_must_have_asked_the_others_and_heard_the_citizen() -> None:
    made = hear(case(one := need()), referral(one, "social", steps="a"))

    asked = ["employment", "health", "social"]
    assert codes(made.gate("social").unmet) == ["screening-missing"] * 3 + ["citizen-not-heard"]
    assert [one.waiting_for_sector for one in made.gate("social").unmet] == [*asked, None]


def test_a_release_moves_needs_holding_and_coordination_in_one_step() -> None:
    first, second = need(), need()
    made = hear(case(first, second), referral(first, steps="acr"), referral(second, "social", steps="acr", takes=False))
    at = MONDAY + 5 * HOUR

    done = release(made, at=at)

    holder, coordinator = made.holder, made.coordinator
    assert coordinator is not None
    assert (holder.sector, holder.unit, holder.since, holder.receipt_id) == ("health", "alkohol", at, done.receipt_id)
    assert (coordinator.sector, coordinator.subject, coordinator.since) == ("health", "bodil", at)
    assert [made.needs[one.id].owner_sector for one in (first, second)] == ["health", "social"]
    assert {r.sector for r in made.involved} == {"health", "social"}
    assert set(done.referral_ids) == set(made.referrals)
    assert happened(made) == ["ResponsibilityTransferred", "SectorReleased"]


def test_a_blocked_release_says_what_the_gate_says_and_moves_nothing() -> None:
    made = hear(case(one := need()), referral(one, steps="a"))
    before = dict(made.responsibilities), dict(made.needs), made.gate("employment").unmet

    with pytest.raises(ReleaseBlocked) as refused:
        release(made)

    assert refused.value.facts["unmet"] == before[2]
    assert (made.responsibilities, made.needs) == before[:2]
    assert (made.releases, made.events) == ({}, [])


def test_a_need_that_was_handed_on_can_be_let_go_again_by_its_new_owner() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made)
    onward = made.needs[one.id]
    assert codes(made.gate("health").unmet) == ["need-not-referred", HOLDING]
    hear(made, referral(onward, "social", steps="acr"))

    release(made, "health", MONDAY + 8 * HOUR)

    assert (made.holder.sector, made.needs[one.id].owner_sector) == ("social", "social")
    assert [r.sector for r in made.involved] == ["social"]


def test_a_receiver_that_let_go_of_other_needs_meanwhile_has_a_part_again_when_it_takes_over() -> None:
    held, theirs = need(), need(owner_sector="health")
    made = hear(case(held), referral(held, steps="acr"))
    made.register_need(theirs)
    hear(made, referral(theirs, "social", steps="acr", takes=False))
    release(made, "health", MONDAY + 5 * HOUR)
    assert made.involvement("health") is None
    made.events.clear()

    release(made, "employment", MONDAY + 6 * HOUR)

    assert made.holder.sector == "health"
    assert made.involvement("health") is not None
    assert happened(made) == ["SectorInvolved", "ResponsibilityTransferred", "SectorReleased"]


def test_without_a_named_coordinator_the_case_has_none_rather_than_the_old_one() -> None:
    one = need()
    made = hear(case(one, policies=NOBODY_COORDINATES), referral(one, steps="ac", receipt=receipt(coordinator=None)))

    release(made)

    assert made.coordinator is None


def test_by_policy_whoever_takes_over_names_who_coordinates() -> None:
    one = need()
    made = hear(case(one), sent := referral(one, steps="ac", receipt=receipt(coordinator=None)))

    [unmet] = made.gate("employment").unmet

    assert (unmet.code, unmet.referral_id, unmet.waiting_for_sector) == ("coordinator-missing", sent.id, "health")


def test_a_closed_case_is_not_let_go_of() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    made.close(closure("citizen-died"))

    with pytest.raises(CaseIsClosed):
        release(made)


def test_a_clock_that_is_behind_makes_no_release_before_the_holding_began() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))

    done = made.release("employment", by="kim", reason="-", at=MONDAY - HOUR, new_id=uuid4)

    assert done.at == MONDAY
    assert made.holder.sector == "health"
