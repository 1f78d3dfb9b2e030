"""The rules of one-referral links, without a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import InvalidTransition, NotFound
from chassis.ids import new_id
from services.referrals.domain.errors import OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.partner_links import (
    LinkValidityOutOfRange,
    PartnerLinkNotUsable,
    ReferralHasEnded,
)
from services.referrals.domain.lifecycle import LIVE, Side, State
from services.referrals.domain.partner_links import (
    LinkState,
    PartnerLink,
    PartnerSession,
    last_day,
    require_keeper,
    require_maker,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LATER = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


@dataclass
class Asked:
    """A referral as far as its link must know it."""

    state: State = State.REQUESTED
    to_unit: str | None = "alkohol"


def a_link() -> PartnerLink:
    """A link that is good until the end of March."""
    return PartnerLink(
        id=new_id(),
        authority="0101",
        referral_id=new_id(),
        to_sector="health",
        to_unit="alkohol",
        made_at=NOW,
        made_by="anna",
        valid_until=date(2026, 3, 31),
    )


@pytest.mark.parametrize("state", State)
def test_a_link_is_as_alive_as_its_referral(state: State) -> None:
    seen = a_link().state_on(TODAY, Asked(state))

    assert seen == (LinkState.OPEN if state in LIVE else LinkState.USED_UP)


@pytest.mark.parametrize(("day", "state"), [(date(2026, 3, 31), LinkState.OPEN), (date(2026, 4, 1), LinkState.EXPIRED)])
def test_a_link_is_good_to_the_end_of_its_last_day(day: date, state: LinkState) -> None:
    assert a_link().state_on(day, Asked()) is state


def test_a_link_does_not_follow_the_referral_to_another_unit() -> None:
    assert a_link().state_on(TODAY, Asked(to_unit="psykiatri")) is LinkState.USED_UP
    with pytest.raises(PartnerLinkNotUsable):
        a_link().use(Asked(to_unit="psykiatri"), at=NOW)


def test_what_was_taken_back_opens_nothing_and_is_taken_back_once() -> None:
    link = a_link()
    link.revoke(at=NOW)

    assert (link.state_on(TODAY, Asked()), link.actions_on(TODAY)) == (LinkState.REVOKED, [])
    with pytest.raises(PartnerLinkNotUsable):
        link.use(Asked(), at=NOW)
    with pytest.raises(InvalidTransition):
        link.revoke(at=NOW)


def test_what_had_expired_was_not_taken_back() -> None:
    link = a_link()
    with pytest.raises(InvalidTransition):
        link.revoke(at=LATER)
    link.make_room(at=LATER)

    assert link.state_on(LATER.date(), Asked()) is LinkState.EXPIRED


def test_a_use_is_remembered() -> None:
    link = a_link()
    link.use(Asked(), at=NOW)

    assert link.last_used_at == NOW


def test_who_holds_a_link_is_the_addressed_unit_and_nobody_by_name() -> None:
    link = a_link()

    assert (link.holder.subject, link.holder.sector, link.holder.unit) == (f"link:{link.id}", "health", "alkohol")
    assert (link.holder.authority, link.holder.roles) == ("0101", frozenset())


def test_a_session_ends() -> None:
    session = PartnerSession(new_id(), "0101", new_id(), NOW)
    session.require_live(NOW - timedelta(seconds=1))

    with pytest.raises(PartnerLinkNotUsable):
        session.require_live(NOW)


@pytest.mark.parametrize(
    ("side", "state", "refused"),
    [
        (None, State.REQUESTED, NotFound),
        (Side.RECEIVER, State.REQUESTED, OnlyTheSender),
        (Side.COLLEAGUE, State.REQUESTED, OnlyTheSender),
        (Side.FORMER_SENDER, State.REQUESTED, SectorHasLetGo),
        (Side.SENDER, State.COMPLETED, ReferralHasEnded),
    ],
)
def test_only_the_sender_of_what_goes_on_makes_one(side: Side | None, state: State, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        require_maker(side, state)
    require_maker(Side.SENDER, State.REQUESTED)


def test_who_has_let_go_may_still_take_back_what_it_gave_out() -> None:
    require_keeper(Side.FORMER_SENDER)


@pytest.mark.parametrize(
    ("wanted", "day"), [(None, date(2026, 4, 1)), (TODAY, TODAY), (date(2026, 8, 29), date(2026, 8, 29))]
)
def test_the_last_day(wanted: date | None, day: date) -> None:
    assert last_day(wanted, today=TODAY) == day


@pytest.mark.parametrize("wanted", [date(2026, 3, 1), date(2026, 8, 30)], ids=str)
def test_a_last_day_that_cannot_be(wanted: date) -> None:
    with pytest.raises(LinkValidityOutOfRange):
        last_day(wanted, today=TODAY)
