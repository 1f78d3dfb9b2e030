"""A referral to somebody who takes no part in the case: of another authority, or catching a citizen it does not see."""

from uuid import uuid4

from services.cases.domain.access import readers
from tests.cases.builders import HOUR, MONDAY, case, catch_of, codes, hear, need, referral, release


def test_it_catches_and_opens_the_case_to_nobody() -> None:
    one = need(domain="mental-health")
    made = hear(case(one), referral(one, steps="acr", takes=False, takes_part=False))

    assert catch_of(made, one) == "caught"
    assert readers(made) == {"employment"}
    assert made.involvement("health") is None
    # The same to the authority's own sector, as a canary.
    assert readers(hear(case(two := need()), referral(two))) == {"employment", "health"}


def test_its_receipt_moves_no_holding() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr", takes=True, takes_part=False))

    assert codes(made.gate("employment").unmet) == ["no-sector-takes-holding"]


def test_the_holder_from_now_on_answers_for_what_was_caught_there() -> None:
    one, other = need(), need()
    made = hear(
        case(one, other),
        referral(one, "health", steps="acr", takes=False, takes_part=False),
        referral(other, "social", steps="acr"),
    )

    release(made)

    assert made.holder.sector == "social"
    assert {made.needs[x.id].owner_sector for x in (one, other)} == {"social"}
    assert made.involvement("health") is None
    assert catch_of(made, one) == "caught"


def test_to_a_sector_of_the_same_name_elsewhere_it_is_a_catch_too() -> None:
    one, other = need(), need()
    elsewhere = referral(one, "employment", steps="acr", takes=False, takes_part=False)
    made = hear(case(one, other), elsewhere, referral(other, "social", steps="acr"))

    assert made.gate("employment").releasable


def test_its_end_takes_no_part_from_the_sector_of_that_name() -> None:
    one, other = need(), need()
    elsewhere = referral(one, "health", steps="a", takes_part=False)
    made = hear(case(one, other), elsewhere, referral(other, "health", steps="acr", state="completed"))

    made.hear_ended(elsewhere.id, "failed", MONDAY + 6 * HOUR, uuid4())

    assert made.involvement("health") is not None
    assert made.releases == {}


def test_it_keeps_no_sector_of_that_name_in_the_case() -> None:
    one, other = need(), need()
    here = referral(other, "health", steps="a")
    made = hear(case(one, other), referral(one, "health", steps="a", takes_part=False), here)

    made.hear_ended(here.id, "failed", MONDAY + 6 * HOUR, uuid4())

    assert made.involvement("health") is None
