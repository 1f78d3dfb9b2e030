"""Caught is contact held and receipt given: neither alone, and not in the wrong state."""

import pytest

from services.referrals.domain.catch import catch_state
from services.referrals.domain.lifecycle import State

BY_HAND = [
    # state, contact, receipt → catch state
    ("requested", False, False, "uncaught"),
    ("rejected", False, False, "uncaught"),
    ("accepted", False, False, "accepted"),
    ("accepted", False, True, "receipt"),
    ("in-progress", True, False, "contact-held"),
    ("in-progress", True, True, "caught"),
    ("on-hold", False, False, "accepted"),
    ("on-hold", True, True, "caught"),
    ("completed", True, True, "caught"),
    ("completed", True, False, "contact-held"),
    ("failed", False, False, "uncaught"),
    ("failed", True, False, "uncaught"),
    ("failed", False, True, "uncaught"),
    ("failed", True, True, "caught-then-lost"),
    ("cancelled", True, True, "caught-then-lost"),
    ("cancelled", False, False, "uncaught"),
    ("entered-in-error", True, True, "caught-then-lost"),
    ("draft", False, False, "uncaught"),
]


@pytest.mark.parametrize(("state", "contact", "receipt", "expected"), BY_HAND)
def test_how_far_the_catch_has_come(state: str, contact: bool, receipt: bool, expected: str) -> None:
    assert catch_state(State(state), contact_held=contact, receipt_given=receipt) == expected


@pytest.mark.parametrize(
    ("contact", "receipt", "expected"),
    [(True, True, "caught"), (True, False, "contact-held"), (False, True, "receipt"), (False, False, "uncaught")],
)
def test_a_catch_is_not_lost_when_the_case_itself_ends(contact: bool, receipt: bool, expected: str) -> None:
    found = catch_state(State.CANCELLED, contact_held=contact, receipt_given=receipt, ended_with_case=True)

    assert found == expected
