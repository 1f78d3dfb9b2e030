"""When a code is good, what confirming it makes of the referral, and who may know."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.actor import Actor
from chassis.errors import NotFound
from chassis.ids import secret_code
from services.referrals.domain.access import is_addressed, may_see, side_of
from services.referrals.domain.catch import catch_state
from services.referrals.domain.catch_codes import (
    GOOD_FOR,
    CatchCode,
    CodeState,
    as_kept,
    as_said,
    catch_unseen,
    require_usable,
)
from services.referrals.domain.codes import CatchState, ReturnScope
from services.referrals.domain.errors.handover import CatchCodeNotUsable
from services.referrals.domain.events import HandoverReceived, ReferralAccepted
from services.referrals.domain.lifecycle import Action, State
from services.referrals.domain.referral import Referral
from services.referrals.domain.sharing import NOTHING_SHARED

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
ASKED, TODAY = date(2026, 3, 2), date(2026, 3, 10)
UNIT = "alkohol"


def somebody(sector: str = "health", *units: str, authority: str = "0101") -> Actor:
    unit = units[0] if units else None
    return Actor(
        "nurse",
        "i",
        "c",
        authority=authority,
        sector=sector,
        unit=unit,
        units=frozenset(units),
        roles=frozenset({"caseworker"}),
    )


def anonymous(**changes: Any) -> Referral:
    """A referral that its receiver does not see, a week old."""
    told: dict[str, Any] = {
        "id": uuid4(),
        "authority": "0101",
        "case_id": uuid4(),
        "need_id": uuid4(),
        "from_sector": "employment",
        "from_unit": None,
        "requested_by": "s",
        "to_sector": "health",
        "to_unit": UNIT,
        "basis": NOTHING_SHARED,
        "return_scope": ReturnScope.CAUGHT_ONLY,
        "approached_on": ASKED,
        "requested_at": NOW - timedelta(days=7),
        "anonymous": True,
    }
    return Referral(**{**told, **changes})


def code_for(referral: Referral, **changes: Any) -> CatchCode:
    return replace(CatchCode.issue(uuid4(), referral.id, at=NOW - timedelta(days=1)), **changes)


def usable(code: CatchCode | None, referral: Referral | None, by: Actor | None = None, on: date = TODAY) -> bool:
    try:
        require_usable(code, referral, by=by or somebody("health", UNIT), attended_on=on, at=NOW)
    except CatchCodeNotUsable:
        return False
    return True


def test_a_live_code_is_good_at_the_unit_it_is_for() -> None:
    referral = anonymous()
    assert usable(code_for(referral), referral)
    assert usable(code_for(referral), referral, somebody("health", f"health:{UNIT}"))
    assert usable(code_for(referral), referral, somebody("health"))


@pytest.mark.parametrize(
    "by",
    [
        somebody("health", "psykiatri"),
        somebody("social", UNIT),
        somebody("employment"),
        somebody("health", UNIT, authority="0147"),
    ],
    ids=["another unit", "another sector", "the sender", "another authority"],
)
def test_it_is_good_nowhere_else(by: Actor) -> None:
    referral = anonymous()
    assert not usable(code_for(referral), referral, by)


@pytest.mark.parametrize(
    "changes",
    [
        {"used_at": NOW},
        {"replaced_at": NOW},
        {"expires_at": NOW},
        {"expires_at": NOW - timedelta(days=1)},
    ],
    ids=["used", "replaced", "just expired", "expired"],
)
def test_a_spent_code_is_good_for_nothing(changes: dict[str, Any]) -> None:
    referral = anonymous()
    assert not usable(code_for(referral, **changes), referral)


def test_an_unknown_code_is_answered_as_a_spent_one() -> None:
    assert not usable(None, None)
    assert not usable(None, anonymous())


@pytest.mark.parametrize("state", sorted(set(State) - {State.REQUESTED}))
def test_a_referral_that_waits_no_longer_is_not_caught_by_a_code(state: State) -> None:
    referral = anonymous(state=state)
    assert not usable(code_for(referral), referral)


def test_a_referral_that_is_seen_is_not_caught_by_a_code() -> None:
    referral = anonymous(anonymous=False)
    assert not usable(code_for(referral), referral)


@pytest.mark.parametrize(
    ("on", "good"),
    [(ASKED, True), (ASKED - timedelta(days=1), False), (TODAY, True)],
)
def test_nobody_attended_before_they_asked(on: date, good: bool) -> None:
    referral = anonymous()
    assert usable(code_for(referral), referral, on=on) is good


def test_without_a_day_of_approach_the_day_of_the_request_counts() -> None:
    referral = anonymous(approached_on=None)
    assert usable(code_for(referral), referral, on=date(2026, 3, 3))
    assert not usable(code_for(referral), referral, on=date(2026, 3, 2))


@pytest.mark.parametrize(
    ("changes", "at", "state"),
    [
        ({}, NOW, CodeState.LIVE),
        ({}, NOW + GOOD_FOR, CodeState.EXPIRED),
        ({"used_at": NOW}, NOW + GOOD_FOR, CodeState.USED),
        ({"replaced_at": NOW}, NOW, CodeState.REPLACED),
    ],
)
def test_how_it_stands_with_a_code(changes: dict[str, Any], at: datetime, state: CodeState) -> None:
    assert code_for(anonymous(), **changes).state_at(at) is state


def test_confirming_takes_the_referral_to_its_end_step_by_step() -> None:
    referral = anonymous()
    taken = list(catch_unseen(referral, by=somebody("health", UNIT), attended_on=TODAY, receipt_id=uuid4(), at=NOW))

    assert taken == [Action.ACCEPTANCE, Action.FIRST_CONTACT, Action.HANDOVER_RECEIPT, Action.COMPLETION]
    assert referral.state is State.COMPLETED
    assert catch_state(referral.state, contact_held=True, receipt_given=True) is CatchState.CAUGHT
    assert referral.first_contact is not None
    assert (referral.first_contact.channel, referral.first_contact.present) == (None, ())
    assert referral.first_contact.at.date() == TODAY


def test_it_never_takes_holding_and_names_nobody() -> None:
    referral = anonymous()
    events = []
    for _ in catch_unseen(referral, by=somebody("health", UNIT), attended_on=TODAY, receipt_id=uuid4(), at=NOW):
        events += referral.events
        referral.events.clear()

    accepted, _, received, _ = events
    assert accepted == ReferralAccepted(None)
    assert isinstance(received, HandoverReceived)
    assert (received.takes_holding, received.unit, received.coordinator) == (False, None, None)
    assert referral.receipt is not None
    assert (referral.receipt.unit, referral.receipt.coordinator, referral.responsible_unit) == (None, None, None)
    assert [step.by and step.by.unit for step in referral.steps] == [None] * 4


def test_the_receiver_sees_nothing_of_it_and_can_do_nothing() -> None:
    referral, nurse = anonymous(), somebody("health", UNIT)

    assert not may_see(nurse, referral)
    assert side_of(nurse, referral) is None
    assert is_addressed(nurse, referral)
    with pytest.raises(NotFound):
        referral.accept(by=nurse, responsible_unit=None, at=NOW)
    assert may_see(somebody("employment"), referral)


@pytest.mark.parametrize("_", range(20))
def test_a_code_can_be_written_down_and_read_aloud(_: int) -> None:
    secret = secret_code()
    said = as_said(secret)

    assert len(secret) == 12
    assert not set(secret) & set("ILOU")
    assert [len(group) for group in said.split("-")] == [4, 4, 4]
    assert as_kept(said) == as_kept(said.lower()) == as_kept(f"  {secret[:5]} {secret[5:]} ") == secret


def test_lookalikes_are_what_they_look_like() -> None:
    assert as_kept("oO-iIlL-7") == "0011117"


def test_a_code_has_sixty_bits() -> None:
    seen = {letter for _ in range(400) for letter in secret_code()}
    assert len(seen) == 32
