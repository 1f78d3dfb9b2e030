"""Who stands on which side, and how much of the way back each side sees."""

from dataclasses import dataclass

import pytest

from chassis.actor import Actor
from services.referrals.domain.access import EVERYTHING, Part, may_see, may_wait, side_of, state_told, way_back
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.lifecycle import Side, State


@dataclass(frozen=True)
class Parties:
    """From employment to health, but for what a test says."""

    authority: str = "0101"
    from_sector: str = "employment"
    to_sector: str = "health"
    to_authority: str | None = None
    to_unit: str | None = None
    responsible_unit: str | None = None
    sender_has_part: bool = True
    need_owner: str | None = None
    owner_has_part: bool = True
    relied_on: bool = False
    anonymous: bool = False


def somebody(sector: str | None, unit: str | None = None, *units: str, authority: str = "0101") -> Actor:
    named = frozenset(filter(None, (unit, *units)))
    return Actor("s", "i", "c", authority=authority, units=named, sector=sector, unit=unit)


@pytest.mark.parametrize(
    ("actor", "side"),
    [
        (somebody("employment"), Side.SENDER),
        (somebody("employment", "jobcenter-nord"), Side.SENDER),
        (somebody("health"), Side.RECEIVER),
        (somebody("health", "alkohol"), Side.RECEIVER),
        (somebody("social"), None),
        (somebody(None), None),
        (somebody("health", authority="0147"), None),
        (somebody("employment", authority="0147"), None),
    ],
)
def test_a_side_is_a_sector_in_the_same_authority(actor: Actor, side: Side | None) -> None:
    assert side_of(actor, Parties()) is side
    assert may_see(actor, Parties()) is (side is not None)


@pytest.mark.parametrize(
    ("actor", "side"),
    [
        (somebody("health", "alkohol"), Side.RECEIVER),
        (somebody("health", "health:alkohol"), Side.RECEIVER),
        (somebody("health"), Side.RECEIVER),
        (somebody("health", "psykiatri"), Side.COLLEAGUE),
        (somebody("health", None, "psykiatri", "gigt"), Side.COLLEAGUE),
        (somebody("health", None, "psykiatri", "alkohol"), Side.RECEIVER),
    ],
)
def test_an_addressed_unit_acts_and_its_colleagues_look_on(actor: Actor, side: Side) -> None:
    assert side_of(actor, Parties(to_unit="alkohol")) is side


def test_the_unit_that_took_it_on_acts_beside_the_one_addressed() -> None:
    taken_on = Parties(to_unit="visitation", responsible_unit="alkohol")

    assert side_of(somebody("health", "alkohol"), taken_on) is Side.RECEIVER
    assert side_of(somebody("health", "visitation"), taken_on) is Side.RECEIVER
    assert side_of(somebody("health", "psykiatri"), taken_on) is Side.COLLEAGUE


def test_a_unit_of_another_sector_counts_for_nothing() -> None:
    both = Actor(
        "s", "i", "c", authority="0101", sectors=frozenset({"social", "health"}), units=frozenset({"social:bo"}),
        sector="health",
    )  # fmt: skip

    assert side_of(both, Parties(to_unit="alkohol")) is Side.RECEIVER


@pytest.mark.parametrize(
    ("actor", "side"),
    [
        (somebody("employment"), Side.SENDER),
        (somebody("health"), None),
        (somebody("social"), None),
        (somebody("health", authority="R1084"), Side.RECEIVER),
        (somebody("employment", authority="R1084"), None),
        (somebody("health", authority="0147"), None),
        (somebody(None, authority="R1084"), None),
    ],
)
def test_where_another_authority_was_asked_its_sector_is_the_receiver_and_the_namesake_nobody(
    actor: Actor, side: Side | None
) -> None:
    asked = Parties(to_authority="R1084")

    assert side_of(actor, asked) is side
    assert may_see(actor, asked) is (side is not None)


def test_a_sector_asks_the_one_of_its_name_in_another_authority_and_each_stays_on_its_side() -> None:
    asked = Parties(from_sector="health", to_authority="R1084", to_unit="psykiatri")

    assert side_of(somebody("health", "psykiatri"), asked) is Side.SENDER
    assert side_of(somebody("health", "psykiatri", authority="R1084"), asked) is Side.RECEIVER
    assert side_of(somebody("health", "alkohol", authority="R1084"), asked) is Side.COLLEAGUE


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (ReturnScope.NONE, set()),
        (ReturnScope.CAUGHT_ONLY, {Part.CATCH}),
        (ReturnScope.DATES, {Part.CATCH, Part.DATES}),
        (ReturnScope.DATES_AND_OUTCOME, {Part.CATCH, Part.DATES, Part.OUTCOME}),
    ],
)
def test_the_sender_sees_of_the_way_back_what_the_scope_allows(scope: ReturnScope, seen: set[Part]) -> None:
    assert way_back(Side.SENDER, scope) == seen


def test_a_sender_that_has_let_go_is_a_side_of_its_own() -> None:
    let_go = Parties(sender_has_part=False)

    assert side_of(somebody("employment"), let_go) is Side.FORMER_SENDER
    assert side_of(somebody("health"), let_go) is Side.RECEIVER
    assert may_see(somebody("employment"), let_go)


def test_a_sender_whose_release_rested_on_the_catch_stays_a_former_one() -> None:
    come_back = Parties(sender_has_part=True, relied_on=True)

    assert side_of(somebody("employment"), come_back) is Side.FORMER_SENDER
    assert side_of(somebody("employment"), Parties(relied_on=True, need_owner="social")) is Side.FORMER_SENDER
    assert side_of(somebody("employment"), Parties(relied_on=True, need_owner="employment")) is Side.SENDER


@pytest.mark.parametrize(
    ("moved", "side"),
    [
        (Parties(need_owner="social"), Side.SENDER),
        (Parties(need_owner="social", to_authority="R1084"), Side.SENDER),
        (Parties(need_owner="social", owner_has_part=False), None),
        (Parties(need_owner="social", anonymous=True), None),
        (Parties(need_owner="health"), None),
    ],
    ids=["moved", "asked elsewhere", "let go too", "anonymous", "another's"],
)
def test_whose_need_it_has_become_stands_where_the_sender_stood(moved: Parties, side: Side | None) -> None:
    assert side_of(somebody("social"), moved) is side
    assert may_see(somebody("social"), moved) is (side is not None)
    assert side_of(somebody("social", authority="R1084"), moved) is None


def test_whoever_was_asked_stays_the_receiver_though_the_need_is_theirs_now() -> None:
    here, away = Parties(need_owner="health"), Parties(need_owner="health", to_authority="R1084")

    assert side_of(somebody("health"), here) is Side.RECEIVER
    assert side_of(somebody("health"), Parties(need_owner="health", anonymous=True)) is None
    assert side_of(somebody("health"), away) is Side.SENDER
    assert side_of(somebody("health", authority="R1084"), away) is Side.RECEIVER


def test_of_an_anonymous_referral_only_its_sender_waits_for_news() -> None:
    unseen = Parties(anonymous=True)

    assert may_wait(somebody("employment"), unseen)
    assert not may_wait(somebody("health", "alkohol"), unseen)
    assert not may_wait(somebody("employment", authority="0147"), unseen)
    assert not may_wait(None, unseen)
    assert may_wait(somebody("health"), Parties())


@pytest.mark.parametrize("scope", list(ReturnScope))
def test_a_sender_that_has_let_go_sees_nothing_of_the_way_back(scope: ReturnScope) -> None:
    parts = way_back(Side.FORMER_SENDER, scope)

    assert parts == frozenset()
    assert {state_told(state, Side.FORMER_SENDER, parts) for state in State} == {None}


def test_where_the_catch_is_not_told_no_state_tells_of_the_citizen() -> None:
    told = {state: state_told(state, Side.SENDER, frozenset()) for state in State}
    changed = {state for state in State if told[state] is not state}

    assert changed == {State.IN_PROGRESS, State.ON_HOLD, State.COMPLETED}
    assert {told[state] for state in changed} == {State.ACCEPTED}
    assert all(state_told(state, Side.SENDER, frozenset({Part.CATCH})) is state for state in State)


@pytest.mark.parametrize("scope", list(ReturnScope))
@pytest.mark.parametrize("side", [Side.RECEIVER, Side.COLLEAGUE])
def test_the_receiving_side_sees_all(side: Side, scope: ReturnScope) -> None:
    assert way_back(side, scope) == EVERYTHING
