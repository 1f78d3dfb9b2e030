"""What a caller may, as far as the token says it."""

import pytest

from chassis.actor import Actor


@pytest.mark.parametrize(
    ("scopes", "permitted"),
    [
        (set(), True),
        ({"openid", "profile"}, True),
        ({"openid", "cases:write"}, True),
        ({"openid", "cases:read"}, False),
        ({"cases:read", "cases:write"}, True),
    ],
)
def test_a_scope_with_a_colon_narrows_and_no_other_does(scopes: set[str], permitted: bool) -> None:
    actor = Actor(subject="a-1", issuer="i", client="c", scopes=frozenset(scopes))

    assert actor.permits("cases:write") is permitted
