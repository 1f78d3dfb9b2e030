"""The short life of a need: registered, set aside in the citizen's words, ended."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.cases.domain.errors import (
    CitizensWordsMissing,
    NeedExists,
    NeedIsSettled,
    OwnerNotInvolved,
    RevisitInThePast,
)
from services.cases.domain.need import Outcome, SettingAside
from tests.cases.builders import MONDAY, TODAY, case, happened, hear, need, referral

LATER = SettingAside("Ikke nu.", TODAY + timedelta(days=30), "social")


def test_a_need_is_never_written_over() -> None:
    one = need()
    made = case(one)

    with pytest.raises(NeedExists):
        made.register_need(need(id=one.id, owner_sector="employment", domain="housing"))

    assert made.needs == {one.id: one}


def test_a_need_belongs_to_a_sector_that_knows_of_it() -> None:
    one = need()
    made = case(one)

    with pytest.raises(OwnerNotInvolved):
        made.register_need(need(owner_sector="health"))
    hear(made, referral(one, steps="a"))
    made.register_need(need(owner_sector="health"))

    assert happened(made) == ["NeedRegistered"]


def test_a_need_is_set_aside_in_the_citizens_words_until_a_day_to_come() -> None:
    one = need()
    made = case(one)

    made.set_need_aside(one.id, LATER, today=TODAY)

    aside = made.needs[one.id]
    assert (aside.state, aside.setting_aside, aside.settled) == ("set-aside", LATER, True)
    assert happened(made) == ["NeedSetAside"]


@pytest.mark.parametrize("days", [0, -1])
def test_a_day_that_is_not_to_come_is_refused(days: int) -> None:
    because = SettingAside("Ikke nu.", TODAY + timedelta(days=days), "social")

    with pytest.raises(RevisitInThePast):
        need().set_aside(because, today=TODAY)


@pytest.mark.parametrize(
    ("outcome", "words", "state"),
    [
        ("met", None, "met"),
        ("withdrawn-by-citizen", "Nej tak.", "withdrawn"),
        ("duplicate", None, "withdrawn"),
        ("registered-in-error", None, "withdrawn"),
    ],
)
@pytest.mark.parametrize("before", ["open", "handed-on", "set-aside"])
def test_every_need_that_has_not_ended_may_end(before: str, outcome: Outcome, words: str | None, state: str) -> None:
    one = need()
    if before == "handed-on":
        one = one.hand_on(uuid4(), from_sector="employment", to_sector="health", at=MONDAY)
    if before == "set-aside":
        one = one.set_aside(LATER, today=TODAY)

    ended = one.close(outcome, words)

    assert (ended.state, ended.outcome, ended.citizen_statement, ended.settled) == (state, outcome, words, True)
    # What was said before is kept beside what is said now.
    assert (ended.setting_aside, ended.handed_on) == (one.setting_aside, one.handed_on)


@pytest.mark.parametrize("words", [None, ""])
def test_silence_is_no_withdrawal(words: str | None) -> None:
    with pytest.raises(CitizensWordsMissing):
        need().close("withdrawn-by-citizen", words)


@pytest.mark.parametrize("state", ["met", "withdrawn"])
def test_an_ended_need_is_not_set_aside_and_an_ended_one_not_ended_again(state: Any) -> None:
    settled = need(state=state)

    with pytest.raises(NeedIsSettled) as refused:
        settled.set_aside(LATER, today=TODAY)
    assert refused.value.facts == {"state": state}
    with pytest.raises(NeedIsSettled):
        settled.close("met", None)
