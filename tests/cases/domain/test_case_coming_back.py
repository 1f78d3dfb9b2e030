"""Needs that come back, and citizens who go to another authority."""

from typing import Any
from uuid import UUID

import pytest

from services.cases.domain.case import Case
from services.cases.domain.errors import (
    AlreadyReceived,
    CaseIsClosed,
    CitizenHasNotMoved,
    NeedNotReopened,
    ReceivedInTheFuture,
)
from services.cases.domain.need import SettingAside
from services.cases.domain.screening import SCREENED
from services.cases.domain.watching import watch
from tests.cases.builders import (
    HOUR,
    MONDAY,
    TODAY,
    case,
    catch_of,
    closure,
    codes,
    hear,
    need,
    referral,
    release,
)
from tests.cases.letting_go import DAY, asked, heard, with_social

# -- needs that come back -----------------------------------------------------------------------------------------


def reopened(made: Case, need_id: UUID, at: Any = MONDAY + 9 * HOUR) -> None:
    made.events.clear()
    made.reopen_need(need_id, at)


def test_a_need_that_comes_back_alarms_who_handed_it_on_and_is_nobodys_catch() -> None:
    made = hear(case(one := need()), referral(one, steps="acr"))
    release(made)
    made.close_need(one.id, "met", None)

    reopened(made, one.id)

    [event] = made.events
    assert (event.need_id, event.owner_sector, event.last_holder) == (one.id, "health", "employment")  # type: ignore[union-attr]  # NeedReopened
    assert made.needs[one.id].state == "open"
    assert catch_of(made, one) == "uncaught"
    assert "need-not-referred" in codes(made.gate("health").unmet)


def test_a_need_whose_owner_has_gone_comes_back_to_the_holder() -> None:
    made = with_social()
    mine = need(owner_sector="social")
    made.register_need(mine)
    made.close_need(mine.id, "met", None)
    asked(made, *SCREENED)
    heard(made)
    release(made, "social")

    reopened(made, mine.id)

    assert made.needs[mine.id].owner_sector == "employment"


def test_a_need_set_aside_is_asked_about_again_and_set_aside_again_or_opened() -> None:
    made = case(one := need())
    made.set_need_aside(one.id, SettingAside("Ikke nu.", TODAY + DAY, "employment"), today=TODAY)
    made.set_need_aside(one.id, SettingAside("Stadig ikke.", TODAY + 9 * DAY, "social"), today=TODAY + DAY)
    assert made.needs[one.id].setting_aside == SettingAside("Stadig ikke.", TODAY + 9 * DAY, "social")

    reopened(made, one.id)

    assert (made.needs[one.id].state, made.needs[one.id].setting_aside) == ("open", None)


@pytest.mark.parametrize("outcome", ["duplicate", "registered-in-error"])
def test_what_was_never_a_need_does_not_come_back(outcome: Any) -> None:
    made = case(one := need())
    with pytest.raises(NeedNotReopened):
        made.reopen_need(one.id, MONDAY)
    made.close_need(one.id, outcome, None)

    with pytest.raises(NeedNotReopened):
        made.reopen_need(one.id, MONDAY)


def test_no_need_comes_back_in_a_closed_case() -> None:
    made = case(one := need())
    made.close_need(one.id, "met", None)
    made.close(closure())

    with pytest.raises(CaseIsClosed):
        made.reopen_need(one.id, MONDAY)


# -- to another authority -----------------------------------------------------------------------------------------


def moved(**told: Any) -> Case:
    made = case(need())
    made.close(closure("citizen-moved", to_authority="0147", **told))
    return made


def test_who_moved_is_watched_until_the_other_authority_confirms() -> None:
    made = moved(told="Ringet.")
    assert made.closure is not None
    assert made.closure.awaits_receipt

    made.confirm_arrival(TODAY, "2026-77", today=TODAY)

    assert not made.closure.awaits_receipt
    with pytest.raises(AlreadyReceived):
        made.confirm_arrival(TODAY, "2026-78", today=TODAY)
    assert made.closure.receipt == "2026-77"


def test_a_receipt_at_once_leaves_nothing_to_wait_for() -> None:
    made = moved(receipt="2026-77", received_on=TODAY)

    assert made.closure is not None
    assert not made.closure.awaits_receipt


def test_nobody_confirms_what_has_not_come() -> None:
    made = moved(told="Ringet.")
    with pytest.raises(ReceivedInTheFuture):
        made.confirm_arrival(TODAY + DAY, "2026-77", today=TODAY)
    with pytest.raises(ReceivedInTheFuture):
        moved(receipt="2026-77", received_on=TODAY + DAY)

    died = case(need())
    with pytest.raises(CitizenHasNotMoved):
        died.confirm_arrival(TODAY, "-", today=TODAY)
    died.close(closure("citizen-died"))
    with pytest.raises(CitizenHasNotMoved):
        died.confirm_arrival(TODAY, "-", today=TODAY)


def test_a_case_closed_by_override_asks_nobody() -> None:
    made = with_social()

    made.close(closure("override"))

    assert made.status == "closed"


def test_a_question_owed_when_the_case_closed_is_owed_still_and_can_be_settled() -> None:
    made = case(one := need(), other := need())
    made.set_need_aside(one.id, SettingAside("Ikke nu.", TODAY + 30 * DAY, "social"), today=TODAY)
    made.close_need(other.id, "met", None)
    made.close(closure())

    assert watch(made, MONDAY + 20 * DAY) == []
    [owed] = watch(made, MONDAY + 31 * DAY)
    assert (owed.kind, owed.sector, owed.need_id) == ("revisit-due", "employment", one.id)

    made.close_need(one.id, "withdrawn-by-citizen", "Nej tak.")

    assert watch(made, MONDAY + 31 * DAY) == []
    with pytest.raises(CaseIsClosed):
        made.close_need(other.id, "met", None)
