"""Who may see a case, work in it, let go of it: one decision, shown and enforced alike."""

from typing import Any

import pytest

from services.cases.domain.access import (
    allowed_actions,
    answers_for,
    may_read,
    must_hold,
    must_read,
    must_work,
    need_actions,
    readers,
)
from services.cases.domain.errors import CaseNotFound, HolderOnly, SectorNotInvolved
from services.cases.domain.need import SettingAside
from tests.cases.builders import HOUR, MONDAY, TODAY, actor, case, closure, day, hear, need, referral, release

WORK = [
    "addExternalReference", "linkDocument", "makeAppointment", "makeOffer", "recordBudgetEntry", "recordContact",
    "recordNote", "registerNeed", "updateCase", "writePlan",
]  # fmt: skip
HOLDING = ["addIdentifier", "assignCoordinator", "stateParty"]
JUDGED = ["assessCriteria", "raiseCitizenAlarm", "recordConsent", "recordHearing", "recordScreening", "releaseSector"]


@pytest.mark.parametrize(
    ("state", "steps", "reads"),
    [
        ("requested", "", True),
        ("accepted", "a", True),
        ("in-progress", "ac", True),
        ("completed", "", False),
        ("rejected", "", False),
        ("failed", "", False),
        ("cancelled", "", False),
    ],
)
def test_a_receiver_reads_while_its_referral_is_under_way(state: Any, steps: str, reads: bool) -> None:
    one = need()
    made = case(one)
    sent = referral(one, steps=steps, state=state)
    made.hear_requested(sent)

    assert ("health" in readers(made)) is reads


def test_holder_and_involved_read_and_nobody_else() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    assert readers(made) == {"employment", "health"}

    release(made)

    assert readers(made) == {"health"}


def test_a_closed_case_is_read_by_who_held_it_last() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="a", state="failed"))
    made.close(closure("citizen-died"))

    assert readers(made) == {"employment"}


def test_absent_and_not_yours_are_one_answer() -> None:
    made = case()

    assert must_read(made, actor()) is made
    for case_or_none, who in ((None, actor()), (made, actor("social")), (made, actor(authority="0147"))):
        with pytest.raises(CaseNotFound) as refused:
            must_read(case_or_none, who)
        assert refused.value.facts == {}
    assert not may_read(made, actor(None))
    assert not may_read(made, actor(authority=None))


def test_who_may_only_read_does_not_work_and_who_works_does_not_hold() -> None:
    one, other = need(), need()
    made = hear(case(one, other), referral(one), referral(other, "social", steps="a"))

    must_work(made, actor("social"))
    must_hold(made, actor("employment"))
    with pytest.raises(SectorNotInvolved):
        must_work(made, actor("health"))
    with pytest.raises(HolderOnly):
        must_hold(made, actor("social"))


def test_the_actions_shown_are_the_actions_allowed() -> None:
    one, other = need(), need()
    made = hear(case(one, other), referral(one), referral(other, "social", steps="a"))

    assert allowed_actions(made, actor("employment")) == sorted(
        [*WORK, *HOLDING, *JUDGED, "involveSector", "closeCase"]
    )
    assert allowed_actions(made, actor("social")) == sorted([*WORK, *JUDGED])
    assert allowed_actions(made, actor("health")) == []
    assert allowed_actions(made, actor("employment", role="integration")) == sorted([*WORK, *HOLDING])
    made.close(closure("citizen-died"))
    assert allowed_actions(made, actor("employment")) == []


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        ("open", ["closeNeed", "setNeedAside"]),
        ("handed-on", ["closeNeed", "setNeedAside"]),
        ("set-aside", ["closeNeed", "reopenNeed", "setNeedAside"]),
        ("met", ["reopenNeed"]),
        ("withdrawn", ["reopenNeed"]),
    ],
)
def test_a_needs_owner_may_do_with_it_what_its_state_allows(state: Any, actions: list[str]) -> None:
    one = need(state=state)
    made = case(one)

    assert need_actions(made, one, actor()) == actions
    assert need_actions(made, one, actor("social")) == []
    made.close(closure("citizen-died"))
    assert need_actions(made, one, actor()) == (["closeNeed"] if state == "set-aside" else [])


def test_a_need_whose_owner_has_left_is_the_holders_to_see_to() -> None:
    held, left = need(), need()
    made = hear(case(held, left), referral(held, steps="acr"))
    made.set_need_aside(left.id, SettingAside("Ikke nu.", day("2027-01-01"), "employment"), today=TODAY)
    assert answers_for(made, left, actor("employment"))

    release(made)

    assert not answers_for(made, left, actor("employment"))
    assert answers_for(made, left, actor("health"))
    assert need_actions(made, made.needs[left.id], actor("health")) == ["closeNeed", "reopenNeed", "setNeedAside"]


def test_a_released_sector_works_no_more() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    release(made, at=MONDAY + 6 * HOUR)

    with pytest.raises(SectorNotInvolved):
        must_work(made, actor("employment"))
