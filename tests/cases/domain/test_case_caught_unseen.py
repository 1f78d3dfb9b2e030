"""A referral whose receiver is not told: it is caught all the same, and opens nothing to the receiver."""

from dataclasses import replace

import pytest

from services.cases.domain.access import answers_for, readers
from services.cases.domain.case import Case
from services.cases.domain.catch import KnownReferral
from services.cases.domain.need import Need
from services.cases.domain.timeline import attempted, heard_of
from services.cases.domain.watching import foreseen
from tests.cases import builders as make
from tests.cases.builders import HOUR, MONDAY


def unseen(one: Need, steps: str = "", **changes: object) -> KnownReferral:
    """An anonymous referral of the need to health."""
    return replace(make.referral(one, steps=steps, takes=False), anonymous=True, to_unit=None, **changes)


def knowing(one: Need, referral: KnownReferral) -> Case:
    """The case, which has heard of it."""
    made = make.knowing([one])
    return make.hear(made, referral)


def test_while_it_waits_its_receiver_reads_nothing() -> None:
    one = make.need()
    assert readers(knowing(one, unseen(one))) == {"employment"}
    assert readers(knowing(one, replace(unseen(one), anonymous=False))) == {"employment", "health"}


def test_caught_it_gives_no_part_in_the_case() -> None:
    one = make.need()
    made = knowing(one, unseen(one, "acr", state="completed", ended_at=MONDAY + 5 * HOUR))

    assert make.catch_of(made, one) == "caught"
    assert readers(made) == {"employment"}
    assert made.involvement("health") is None


def test_it_supports_a_release_but_not_the_move_of_holding() -> None:
    one = make.need()
    made = knowing(one, unseen(one, "acr", state="completed", ended_at=MONDAY + 5 * HOUR))

    view = made.gate("employment")

    assert [hand_over.need.id for hand_over in view.hand_overs] == [one.id]
    assert make.codes(view.unmet) == ["no-sector-takes-holding"]


def test_a_release_that_rests_on_it_opens_nothing_and_leaves_the_need_to_the_holder() -> None:
    one = make.need()
    one = replace(one, owner_sector="social")
    caught = unseen(one, "acr", state="completed", ended_at=MONDAY + 5 * HOUR, from_sector="social")
    made = make.knowing([one])
    made._involve("social", None, MONDAY, "asked", make.uuid4())
    make.hear(made, caught)

    make.release(made, "social", at=MONDAY + 6 * HOUR)

    assert made.involvement("health") is None
    assert readers(made) == {"employment"}
    assert make.catch_of(made, one) == "caught"
    assert answers_for(made, made.needs[one.id], make.actor("employment"))


def test_taken_back_it_takes_no_part_from_a_receiver_that_has_one_otherwise() -> None:
    one = make.need()
    made = knowing(one, unseen(one))
    made._involve("health", None, MONDAY, "daily-life", make.uuid4())
    (referral,) = made.referrals.values()

    made.hear_ended(referral.id, "cancelled", MONDAY + HOUR, make.uuid4())

    assert made.involvement("health") is not None


@pytest.mark.parametrize("scope", [None, "none", "caught-only", "dates-and-outcome"])
def test_its_story_says_that_it_was_sent_and_no_day_of_what_came_of_it(scope: str | None) -> None:
    one = make.need()
    referral = unseen(one, "acr", state="completed", ended_at=MONDAY + 5 * HOUR, return_scope=scope)

    told = [*heard_of({}, {referral.id: referral}), *attempted(referral, MONDAY + 3 * HOUR)]

    assert [(entry.kind, entry.parties) for entry in told] == [("referral-requested", ("employment",))]


def test_taken_back_it_says_so() -> None:
    one = make.need()
    referral = unseen(one, state="cancelled", ended_at=MONDAY + 2 * HOUR)

    told = list(heard_of({}, {referral.id: referral}))

    assert [entry.kind for entry in told] == ["referral-requested", "referral-cancelled"]


def test_no_alarm_of_it_stands_on_the_receivers_list() -> None:
    one = make.need()
    due = unseen(one, "a", deadline=make.day("2026-03-09"), deadline_told_at=MONDAY + 3 * HOUR)
    seen = replace(due, anonymous=False)

    def warned(referral: KnownReferral) -> set[str]:
        found = foreseen(knowing(one, referral))
        return {item.sector for item in found if item.kind in ("guarantee-at-risk", "first-contact-overdue")}

    assert warned(due) == {"employment"}
    assert warned(seen) == {"employment", "health"}


def test_what_is_missing_names_neither_the_receiver_nor_the_referral() -> None:
    """The receiver may have a part for another need, and read it."""
    one = make.need()
    made = knowing(one, unseen(one))

    missing = [unmet for unmet in made.gate("employment").unmet if unmet.need_id == one.id]

    assert make.codes(missing) == ["referral-not-accepted", "first-contact-missing", "receipt-missing"]
    assert {(unmet.waiting_for_sector, unmet.referral_id) for unmet in missing} == {("employment", None)}
    open_one = knowing(one, make.referral(one))
    assert "health" in {unmet.waiting_for_sector for unmet in open_one.gate("employment").unmet}


def test_no_list_names_the_referral() -> None:
    one = make.need()
    late = unseen(one, "a", deadline=MONDAY.date(), deadline_told_at=MONDAY + HOUR)

    items = foreseen(knowing(one, late))

    assert {"guarantee-at-risk", "first-contact-overdue"} <= {item.kind for item in items}
    assert {item.referral_id for item in items} == {None}
