"""Who is between chairs: each kind of finding, from when it is so, on whose list it stands and who has to act."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest

from services.cases.domain.attention import CALM, URGENCY, Kind, for_the_case, next_change, rank_of
from services.cases.domain.case import Case
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.errors.watching import AlarmHasEnded
from services.cases.domain.need import SettingAside
from services.cases.domain.organisation import Absence
from services.cases.domain.policies import Policies
from services.cases.domain.watching import NOTHING, Around, Assessed, foreseen, rules_of, watch
from tests.cases.builders import HOUR, MONDAY, TODAY, case, closure, consent, hear, knowing, need, referral, release

DAY = timedelta(days=1)
MIDNIGHT = MONDAY.replace(hour=23) - DAY  # the Danish Monday began at 23:00 UTC on Sunday


def kinds(made: Case, at: Any, around: Around = NOTHING) -> list[str]:
    """What is so at a moment."""
    return [item.kind for item in watch(made, at, around)]


def test_every_kind_has_an_urgency_and_nothing_else_has_one() -> None:
    assert set(URGENCY) == set(get_args(Kind))
    assert all(0 <= rank < CALM for rank in URGENCY.values())


# -- first contact -------------------------------------------------------------------------------------------------


def test_first_contact_is_overdue_when_the_days_have_passed_and_not_before() -> None:
    one = need()
    sent = referral(one, steps="a", to_unit="alkohol")
    made = hear(case(one), sent)
    late = MONDAY + 2 * HOUR + 7 * DAY

    assert kinds(made, late - HOUR) == []
    found = watch(made, late)

    assert [(i.kind, i.sector, i.since, i.referral_id) for i in found] == [
        ("first-contact-overdue", "employment", late, sent.id),
        ("first-contact-overdue", "health", late, sent.id),
    ]
    assert {(i.responsible_unit, i.due_on) for i in found} == {("alkohol", TODAY + 7 * DAY)}
    assert len(for_the_case(found, "employment")) == 1


def test_the_days_to_a_first_contact_are_the_authoritys_choice() -> None:
    one = need()
    made = hear(case(one, policies=Policies(first_contact_within_days=2)), referral(one, steps="a"))

    assert kinds(made, MONDAY + 2 * HOUR + 2 * DAY) == ["first-contact-overdue"] * 2


@pytest.mark.parametrize("steps", ["", "ac", "acr"])
def test_no_first_contact_is_overdue_before_acceptance_or_after_the_contact(steps: str) -> None:
    one = need()
    made = hear(case(one), referral(one, steps=steps))

    assert "first-contact-overdue" not in [item.kind for item in foreseen(made)]


# -- consents ------------------------------------------------------------------------------------------------------


def test_a_consent_that_lapses_before_the_catch_is_done_is_watched_in_good_time() -> None:
    one = need()
    sent = referral(one, steps="a")
    made = hear(case(one), sent)
    lapses = TODAY + 60 * DAY
    agreed = consent(valid_until=lapses)
    made.consents = {agreed.id: agreed}

    (item,) = [item for item in foreseen(made) if item.kind == "consent-expiring"]

    assert (item.sector, item.referral_id, item.due_on) == ("employment", sent.id, lapses)
    assert item.since == MIDNIGHT + 46 * DAY - HOUR  # Danish summer time has begun
    assert item.responsible_subject == "anna"


@pytest.mark.parametrize(
    "why", ["caught", "unlimited", "withdrawn", "refused", "other-way", "lapsed-before", "other-unit"]
)
def test_a_consent_that_no_live_catch_rests_on_is_nobodys_worry(why: str) -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr" if why == "caught" else "a"))
    told: dict[str, Any] = {"valid_until": TODAY + 30 * DAY}
    told |= {
        "withdrawn": {"withdrawn_at": MONDAY},
        "refused": {"decision": "refused"},
        "other-way": {"from_sector": "health", "to_sector": "employment"},
        "lapsed-before": {"valid_until": TODAY - DAY},
        "other-unit": {"to_unit": "psykiatri"},
    }.get(why, {})
    agreed = [consent(**told)] + ([consent()] if why == "unlimited" else [])
    made.consents = {one.id: one for one in agreed}

    assert "consent-expiring" not in [item.kind for item in foreseen(made)]


# -- being asked again ---------------------------------------------------------------------------------------------


def aside(by: str = "employment") -> Case:
    """A case with a need set aside until tomorrow."""
    one = need().set_aside(SettingAside("Ikke nu.", TODAY + DAY, by), today=TODAY)
    return case(one)


def test_a_question_is_owed_from_the_first_minute_of_the_day() -> None:
    made = aside()

    assert kinds(made, MIDNIGHT + DAY - timedelta(seconds=1)) == []
    assert kinds(made, MIDNIGHT + DAY) == ["revisit-due"]


def test_a_sector_without_a_part_owes_the_question_and_the_holder_sees_to_it_that_it_is_asked() -> None:
    assert [item.sector for item in foreseen(aside("social"))] == ["employment", "social"]
    assert [item.sector for item in foreseen(aside("employment"))] == ["employment"]


# -- losing what was caught ----------------------------------------------------------------------------------------


def test_a_lost_catch_is_on_the_list_of_the_holder_and_of_who_answers_for_the_need() -> None:
    lost, kept = need(), need()
    gone = referral(lost, "social", steps="acr", takes=False)
    made = hear(case(lost, kept), gone, referral(kept, "health", steps="acr"))
    release(made)
    made.hear_ended(gone.id, "failed", MONDAY + 6 * HOUR, uuid4())

    found = [item for item in watch(made, MONDAY + 7 * HOUR) if item.kind == "caught-then-lost"]

    assert [(item.sector, item.need_id, item.referral_id) for item in found] == [
        ("health", lost.id, gone.id),
        ("social", lost.id, gone.id),
    ]


def test_what_its_owner_left_behind_is_on_the_holders_list() -> None:
    one = need(owner_sector="social")

    assert [item.sector for item in watch(knowing([one]), MONDAY)] == ["employment"]


def test_a_need_that_came_back_waits_from_when_it_came_back() -> None:
    one = need(reopened_at=MONDAY + 5 * DAY)

    assert [(i.kind, i.since) for i in watch(knowing([one]), MONDAY + 6 * DAY)] == [("need-uncaught", MONDAY + 5 * DAY)]


# -- the citizen's own word ----------------------------------------------------------------------------------------


def test_what_the_citizen_says_goes_before_what_the_records_say() -> None:
    one = need()
    made = hear(case(one), referral(one, steps="acr"))
    said = CitizenAlarm(uuid4(), "Ingen har ringet.", one.id, "employment", None, MONDAY + 8 * HOUR)
    made.citizen_alarms[said.id] = said

    (item,) = watch(made, MONDAY + 9 * HOUR)
    assert (item.kind, item.sector, item.about_id, item.need_id) == (
        "citizen-says-not-caught",
        "employment",
        said.id,
        one.id,
    )

    made.citizen_alarms[said.id] = said.end("Nu har de ringet.", "employment", MONDAY + 9 * HOUR)
    assert watch(made, MONDAY + 9 * HOUR) == []


def test_an_alarm_ends_once() -> None:
    ended = CitizenAlarm(uuid4(), "-", None, "social", None, MONDAY).end("Nu er det godt.", "social", MONDAY)

    with pytest.raises(AlarmHasEnded):
        ended.end("Igen.", "social", MONDAY)


# -- the coordinator -----------------------------------------------------------------------------------------------


def away(days: int | None, **changes: Any) -> Around:
    """The coordinator is away from Wednesday."""
    first = TODAY + 2 * DAY
    back = None if days is None else first + days * DAY
    return Around((Absence(uuid4(), "anna", first, back, None, MONDAY, **changes),))


def test_a_coordinator_who_is_away_and_whom_nobody_covers_is_watched_while_away() -> None:
    made, around = case(), away(5)

    assert kinds(made, MIDNIGHT + 2 * DAY - HOUR, around) == []
    assert kinds(made, MIDNIGHT + 2 * DAY, around) == ["coordinator-absent"]
    assert kinds(made, MIDNIGHT + 7 * DAY - HOUR, around) == ["coordinator-absent"]
    assert kinds(made, MIDNIGHT + 7 * DAY, around) == []


@pytest.mark.parametrize(("days", "watched"), [(1, False), (2, True), (None, True), (0, False)])
def test_one_day_off_alarms_nobody(days: int | None, watched: bool) -> None:
    assert ("coordinator-absent" in [item.kind for item in foreseen(case(), away(days))]) is watched


def test_a_covered_day_is_not_asked_for_and_the_next_change_is_the_day_of_return() -> None:
    items = foreseen(case(), away(5))

    assert next_change(items, MONDAY) == MIDNIGHT + 2 * DAY
    assert next_change(items, MIDNIGHT + 2 * DAY) == MIDNIGHT + 7 * DAY
    assert next_change(items, MIDNIGHT + 7 * DAY) is None


# -- selected by nothing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assessed", "found"),
    [
        ([], []),
        ([(False, "social")], ["not-selected-without-path"]),
        ([(False, None)], ["not-selected-without-path"]),
        ([(False, "employment")], []),
        ([(False, "social"), (True, None)], []),
        ([(False, "social"), (False, "employment")], []),
    ],
    ids=str,
)
def test_who_is_selected_by_no_set_needs_a_sector_that_is_there(
    assessed: list[tuple[bool, str | None]], found: list[str]
) -> None:
    around = Around(assessed=tuple(Assessed(uuid4(), MONDAY, selected, path) for selected, path in assessed))

    assert kinds(case(), MONDAY, around) == found


# -- closed cases --------------------------------------------------------------------------------------------------


def test_who_has_moved_is_watched_until_the_new_authority_confirms() -> None:
    made = case(need())
    made.close(closure("citizen-moved", to_authority="0147", told="Ringet."))

    (item,) = watch(made, MONDAY + 9 * HOUR)
    assert (item.kind, item.sector, item.since) == ("moved-not-received", "employment", MONDAY + 9 * HOUR)

    made.confirm_arrival(TODAY, "Brev af 2. marts.", today=TODAY)
    assert foreseen(made) == ()


@pytest.mark.parametrize(
    ("ground", "owed"),
    [("no-needs-left", 1), ("citizen-declined", 1), ("override", 1), ("citizen-died", 0), ("citizen-moved", 0)],
)
def test_a_question_is_owed_however_the_case_ended_unless_nobody_is_there_to_be_asked(ground: Any, owed: int) -> None:
    one = need(state="set-aside", setting_aside=SettingAside("Ikke nu.", TODAY + DAY, "employment"))
    made = case(one)
    made.close(closure(ground, to_authority="0147", told="Ringet.", receipt="1", received_on=TODAY))

    assert kinds(made, MONDAY + 9 * DAY) == ["revisit-due"] * owed


def test_nothing_else_is_watched_in_a_closed_case() -> None:
    made = case(need())
    made.close(closure("citizen-died"))

    assert foreseen(made, away(None)) == ()


# -- what is kept of it --------------------------------------------------------------------------------------------


def test_the_same_finding_has_the_same_id_and_two_findings_have_two() -> None:
    one, other = need(), need()
    made = hear(case(one, other), referral(one, steps="a"))
    items = foreseen(made)

    assert len({item.id_in(made.id) for item in items}) == len(items) == 3
    assert [item.id_in(made.id) for item in items] == [replace(item).id_in(made.id) for item in foreseen(made)]


def test_a_case_is_as_urgent_as_its_most_urgent_finding_that_is_so_now() -> None:
    one, other = need(), need()
    made = hear(case(one, other), referral(one, steps="a"))
    items = foreseen(made)

    assert rank_of(items, MONDAY + DAY) == URGENCY["need-uncaught"]
    assert rank_of(items, MONDAY + 9 * DAY) == URGENCY["first-contact-overdue"]
    assert rank_of((), MONDAY) == CALM


def test_other_policies_are_other_rules() -> None:
    assert rules_of(Policies()) == rules_of(Policies())
    assert rules_of(Policies()) != rules_of(Policies(first_contact_within_days=2))
