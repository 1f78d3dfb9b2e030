"""Turning a programme on and off."""

import pytest

from chassis.errors import InvalidTransition
from services.surveys.domain.errors import ProgrammeNotActive
from services.surveys.domain.programme import Activation


def test_every_programme_is_off_until_somebody_turns_it_on() -> None:
    """Nobody is asked anything because software was installed."""
    untouched = Activation("0101", "who5-casework")

    assert untouched.allowed_actions == ["activation"]
    with pytest.raises(ProgrammeNotActive):
        untouched.require_active()


def test_a_programme_is_turned_on_and_off_again() -> None:
    """Each step opens the way for the other."""
    activation = Activation("0101", "who5-casework")

    activation.turn_on()
    on = (activation.active, activation.allowed_actions)
    activation.turn_off()

    assert on == (True, ["deactivation"])
    assert not activation.active


def test_turning_it_twice_the_same_way_is_refused() -> None:
    """A repeat and a mistake must not look alike; the refusal names the step there is."""
    activation = Activation("0101", "who5-casework", active=True)

    with pytest.raises(InvalidTransition) as refused:
        activation.turn_on()
    activation.turn_off()
    with pytest.raises(InvalidTransition):
        activation.turn_off()

    assert refused.value.facts == {"allowed": ["deactivation"]}
