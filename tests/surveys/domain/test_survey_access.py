"""Who may see the surveys of a case."""

from uuid import uuid4

import pytest

from chassis.actor import Actor
from services.surveys.domain.access import allowed_actions, may_see, reach_of, turns
from services.surveys.domain.errors import SurveyedCaseClosed
from services.surveys.domain.known_case import KnownCase
from services.surveys.domain.programme import Activation
from services.surveys.domain.purpose import Purpose
from tests.surveys.builders import NOON, caseworker, invitation, sending_service


def _case() -> KnownCase:
    return KnownCase(id=uuid4(), authority="0101", holding_sector="employment", involved={"health"})


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (caseworker("employment"), True),
        (caseworker("health"), True),
        (caseworker("social"), False),
        (caseworker(None), False),
        (caseworker("employment", authority="0201"), False),
        (caseworker("employment", authority=None), False),
        (sending_service("0101"), True),
        (sending_service("0201"), False),
    ],
)
def test_those_who_hold_the_case_or_take_part_see_it_and_nobody_else(actor: Actor, sees: bool) -> None:
    """Nor does another municipality, whatever its sector."""
    assert may_see(actor, _case()) is sees


def test_a_sector_acted_for_counts_and_not_all_that_the_token_names() -> None:
    """Who works in two sectors reads as one of them at a time."""
    actor = caseworker("social", sectors=frozenset({"social", "employment"}))

    assert not may_see(actor, _case())


def test_casework_reaches_no_evaluation() -> None:
    """What was answered to find out whether the help works never comes back to the case."""
    reach = reach_of(caseworker())

    assert reach is not None
    assert reach.purposes == {Purpose.CASEWORK}


@pytest.mark.parametrize("transfer_first", [True, False])
def test_reading_follows_the_responsibility(transfer_first: bool) -> None:
    """Transfer and release are told in one breath; whichever is heard first, the sector that let go reads no more."""
    case = _case()
    steps = [lambda: case.transfer("health"), lambda: case.release("employment")]

    for step in steps if transfer_first else reversed(steps):
        step()

    assert case.sectors == {"health"}


def test_a_released_sector_that_only_took_part_reads_no_more() -> None:
    """The holder still does."""
    case = _case()

    case.release("health")

    assert case.sectors == {"employment"}


def test_the_last_holder_alone_reads_a_closed_case_and_nobody_is_invited_on_it() -> None:
    """Somebody must be able to read what was answered."""
    case = _case()

    case.close()

    assert may_see(caseworker("employment"), case)
    assert not may_see(caseworker("health"), case)
    with pytest.raises(SurveyedCaseClosed):
        case.require_open()


def test_what_one_may_do_with_an_invitation() -> None:
    """The sender gets links, casework revokes; nobody does anything with one that is over."""
    waiting, over = invitation(), invitation()
    over.revoke(at=NOON)

    assert allowed_actions(caseworker(), waiting, NOON) == ["revocation"]
    assert allowed_actions(sending_service(), waiting, NOON) == ["link"]
    assert allowed_actions(caseworker(), over, NOON) == []


def test_a_token_narrowed_to_reading_is_offered_nothing_to_do() -> None:
    """What is offered and what is refused are one decision."""
    reader = caseworker(scopes=frozenset({"surveys:read"}))
    writer = caseworker(scopes=frozenset({"surveys:read", "surveys:write"}))

    assert allowed_actions(reader, invitation(), NOON) == []
    assert allowed_actions(writer, invitation(), NOON) == ["revocation"]


def test_who_may_turn_a_programme() -> None:
    """Administrators, unless their token was narrowed to reading."""
    off = Activation("0101", "who5-casework")
    administrator = frozenset({"administrator"})

    assert turns(caseworker(roles=administrator), off) == ["activation"]
    assert turns(caseworker(roles=administrator, scopes=frozenset({"surveys:read"})), off) == []
    assert turns(caseworker(), off) == []
