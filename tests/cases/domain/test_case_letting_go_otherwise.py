"""Letting go with nothing to hand on, and round the gate."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.cases.domain.case import Case
from services.cases.domain.errors import (
    ClosureBlocked,
    HeardInTheFuture,
    ReleaseBlocked,
)
from services.cases.domain.policies import Policies
from services.cases.domain.release_gate import Unmet
from services.cases.domain.screening import SCREENED, Hearing, Screening
from tests.cases.builders import (
    HOUR,
    MONDAY,
    case,
    closure,
    codes,
    happened,
    hear,
    need,
    referral,
    release,
)
from tests.cases.letting_go import DAY, asked, heard, with_social


def test_with_everybody_asked_and_the_citizen_heard_a_sector_without_needs_may_go() -> None:
    made = with_social()
    asked(made, *SCREENED)
    heard(made)

    done = made.release("social", by="kim", reason="Intet behov.", at=MONDAY + 5 * HOUR, new_id=uuid4)

    assert (done.ground, done.referral_ids, done.taken_over_by) == ("no-needs-left", (), None)
    assert made.involvement("social") is None
    assert made.holder.sector == "employment"


@pytest.mark.parametrize("left_out", SCREENED)
def test_each_sector_must_have_been_asked(left_out: str) -> None:
    made = with_social()
    asked(made, *(sector for sector in SCREENED if sector != left_out))
    heard(made)

    [unmet] = made.gate("social").unmet

    assert (unmet.code, unmet.waiting_for_sector) == ("screening-missing", left_out)


def test_a_sector_that_found_a_need_has_not_said_that_there_is_none_until_it_does() -> None:
    made = with_social()
    asked(made, *SCREENED)
    asked(made, "health", outcome="need-found", at=MONDAY + 4 * HOUR)
    heard(made)
    assert [u.waiting_for_sector for u in made.gate("social").unmet] == ["health"]

    asked(made, "health", at=MONDAY + 5 * HOUR)

    assert made.gate("social").releasable


def test_what_a_sector_said_itself_nobody_else_unsays() -> None:
    made = with_social()
    asked(made, *SCREENED)
    heard(made)
    made.screen(Screening(uuid4(), "health", "need-found", "health", MONDAY + 4 * HOUR))

    asked(made, "health", at=MONDAY + 5 * HOUR)
    assert [u.waiting_for_sector for u in made.gate("social").unmet] == ["health"]

    made.screen(Screening(uuid4(), "health", "no-need", "health", MONDAY + 6 * HOUR))
    assert made.gate("social").releasable


@pytest.mark.parametrize("outcome", ["duplicate", "registered-in-error"])
def test_a_case_is_not_closed_by_calling_its_needs_mistakes(outcome: Any) -> None:
    made = case(one := need(), other := need())
    made.close_need(one.id, "met", None)
    made.close_need(other.id, outcome, None)

    with pytest.raises(ClosureBlocked) as blocked:
        made.close(closure())
    assert codes(blocked.value.facts["unmet"]) == ["screening-missing"] * 3 + ["citizen-not-heard"]

    asked(made, *SCREENED)
    heard(made)
    made.close(closure())
    assert made.status == "closed"


def test_what_was_asked_and_said_before_the_part_began_says_nothing_of_it() -> None:
    made = with_social()
    asked(made, *SCREENED, at=MONDAY + HOUR)
    heard(made, at=MONDAY + HOUR)

    assert codes(made.gate("social").unmet) == ["screening-missing"] * 3 + ["citizen-not-heard"]


def test_no_needs_left_is_not_said_while_a_need_is_open_even_a_caught_one() -> None:
    made = hear(case(one := need(owner_sector="employment")), referral(one, steps="acr"))
    asked(made, *SCREENED)
    heard(made)

    view = made.gate("employment", "no-needs-left")

    assert codes(view.unmet) == ["need-open-in-own-sector"]
    assert view.unmet[0].need_id == one.id


def test_the_citizen_is_heard_before_it_is_written_down() -> None:
    with pytest.raises(HeardInTheFuture):
        case().hear_citizen(Hearing(uuid4(), MONDAY + HOUR, "-", "employment", MONDAY))


def test_by_policy_the_gate_asks_for_a_plan_the_citizen_took_a_stand_on() -> None:
    made = hear(case(one := need(), policies=Policies(release_needs_plan=True)), referral(one, steps="acr"))
    assert codes(made.gate("employment").unmet) == ["plan-not-agreed"]

    made.plan_stated_at = MONDAY

    assert made.gate("employment").releasable


def test_the_gate_says_by_when_and_what_is_most_urgent_first() -> None:
    late, asked_lately = need(registered_at=MONDAY - 20 * DAY), need()
    policies = Policies(refer_within_days=14, accept_within_days=3, first_contact_within_days=5, receipt_within_days=9)
    made = hear(case(late, asked_lately, policies=policies), referral(asked_lately))

    unmet: list[Unmet] = list(made.gate("employment").unmet)

    assert [(one.code, one.due_at) for one in unmet] == [
        ("need-not-referred", MONDAY - 6 * DAY),
        ("referral-not-accepted", MONDAY + HOUR + 3 * DAY),
        ("first-contact-missing", MONDAY + HOUR + 5 * DAY),
        ("receipt-missing", MONDAY + HOUR + 9 * DAY),
        ("no-sector-takes-holding", None),
    ]


# -- round the gate -----------------------------------------------------------------------------------------------


def override(made: Case, sector: str) -> Any:
    return made.release(
        sector, by="kim", reason="Enheden lukker.", at=MONDAY + 9 * HOUR, new_id=uuid4, ground="override"
    )


def test_what_an_override_leaves_uncaught_is_the_holders_to_see_to() -> None:
    made = with_social()
    mine = need(owner_sector="social")
    made.register_need(mine)
    made.events.clear()

    done = override(made, "social")

    assert done.ground == "override"
    assert made.involvement("social") is None
    assert (made.needs[mine.id].owner_sector, made.needs[mine.id].state) == ("employment", "open")
    assert happened(made) == ["SectorReleased", "NeedReopened"]


def test_even_by_override_a_holder_needs_a_taker() -> None:
    made = hear(case(one := need()), referral(one, steps="ac"))

    with pytest.raises(ReleaseBlocked) as blocked:
        override(made, "employment")

    assert codes(blocked.value.facts["unmet"]) == ["no-sector-takes-holding"]
    assert made.holder.sector == "employment"


def test_a_taker_by_override_takes_over_also_what_nobody_caught() -> None:
    caught, alone = need(), need()
    made = hear(case(caught, alone), sent := referral(caught, steps="ar"))

    done = override(made, "employment")

    assert (done.taken_over_by, done.receipt_id) == ("health", sent.receipt and sent.receipt.id)
    assert made.holder.sector == "health"
    assert {one.owner_sector for one in made.needs.values()} == {"health"}
    # The receipt is spent: it supports no second release.
    assert sent.id in made.spent


def test_a_referral_left_behind_by_a_sector_that_went_catches_for_the_holder() -> None:
    made = with_social()
    mine = need(owner_sector="social")
    made.register_need(mine)
    hear(made, referral(mine, steps="acr", from_sector="social"))
    one = next(iter(made.needs.values()))
    hear(made, referral(one, steps="acr"))
    made.needs[mine.id] = replace(made.needs[mine.id], state="open")

    # Social's need is caught, so the override hands it on and leaves nothing.
    override(made, "social")

    assert made.needs[mine.id].owner_sector == "health"
    assert made.gate("employment").releasable


def test_a_receipt_of_a_need_that_was_met_since_still_takes_the_case() -> None:
    made = hear(case(one := need()), referral(one, steps="acr"))
    made.close_need(one.id, "met", None)

    done = release(made)

    assert (done.taken_over_by, done.ground) == ("health", "needs-handed-on")
    assert made.holder.sector == "health"
    with pytest.raises(ReleaseBlocked):
        release(made, "health")
