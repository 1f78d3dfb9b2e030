"""A step said again with its old key, after the citizen took the consent back: told is what may be read today."""

import secrets

import pytest

from contracts.events import cases
from tests.referrals.handovers import ALL, WORDS, handed_over
from tests.referrals.world import BODIES, REASON, World

SECRET = (REASON, *WORDS.values())
STEPS = {
    "acceptance": (),
    "rejection": (),
    "questions": (),
    "claim": (),
    "redirection": (),
    "contact-attempts": ("acceptance",),
    "first-contact": ("acceptance",),
    "hold": ("acceptance",),
    "handover-receipt": ("acceptance", "first-contact"),
    "completion": ("acceptance", "first-contact", "handover-receipt"),
    "failure": ("acceptance",),
}
"""What the receiver does, and what it has done before."""


@pytest.mark.parametrize("step", STEPS)
async def test_what_the_consent_covered_is_not_told_again(world: World, step: str) -> None:
    case, path = await handed_over(world, *ALL)
    health = world.caller("health", "alkohol", subject="one-and-the-same")
    for earlier in STEPS[step]:
        assert (await health.post(f"{path}/{earlier}", BODIES[earlier])).is_success
    key = secrets.token_hex(16)
    first = await health.post(f"{path}/{step}", BODIES[step], Idempotency_Key=key)
    assert first.is_success, first.text

    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))
    again = await health.post(f"{path}/{step}", BODIES[step], Idempotency_Key=key)

    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (first.status_code, "true")
    assert again.json().keys() == first.json().keys()
    assert not [words for words in SECRET if words in again.text]


async def test_the_steps_say_those_words_while_the_consent_holds(world: World) -> None:
    """Else nothing above could fail."""
    _, path = await handed_over(world, *ALL)
    health, key = world.caller("health", subject="one-and-the-same"), secrets.token_hex(16)
    first = await health.post(f"{path}/acceptance", Idempotency_Key=key)

    again = await health.post(f"{path}/acceptance", Idempotency_Key=key)

    assert again.content == first.content
    assert [words for words in SECRET if words in again.text]
