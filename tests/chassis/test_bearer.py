"""Tokens that open something for whoever shows them: one set of rules, whichever service they are for."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.bearer import BearerToken, require_live
from chassis.errors import NotFound
from chassis.ids import secret_token

SECRET = "s" * 43
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Unusable(NotFound):
    """A service's own refusal."""

    slug = "unusable"


@pytest.mark.parametrize("authority", ["0101", "R1084", "CVR12345678"])
def test_a_token_says_in_whose_rows_to_look(authority: str) -> None:
    token = BearerToken.make(authority, secret_token())

    assert BearerToken.read(token.text, refusal=Unusable) == token
    assert token.authority == authority


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "x",
        "0101",
        f"0101{SECRET}",
        f".{SECRET}",
        f"101.{SECRET}",
        f"0101.{SECRET}s",
        f"0101.{SECRET[1:]}",
        f"0101.{SECRET[1:]}/",
        f"0101.{SECRET}\n",
        f"01 1.{SECRET}",
        f"public.{SECRET}",
        f"0101'--.{SECRET}",
        f"0101.{SECRET[1:]}é",
        f"٠١٠١.{SECRET}",
    ],
)
def test_what_cannot_be_a_token_gets_the_answer_of_an_unknown_one(text: str) -> None:
    """A guesser learns nothing from the form of the refusal."""
    with pytest.raises(Unusable):
        BearerToken.read(text, refusal=Unusable)


def test_a_sitting_is_over_at_its_end() -> None:
    require_live(NOON, NOON - timedelta(seconds=1), refusal=Unusable)

    with pytest.raises(Unusable):
        require_live(NOON, NOON, refusal=Unusable)
