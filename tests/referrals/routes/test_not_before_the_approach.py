"""Nobody meets a citizen, or tries to, before that citizen asked for help: such a contact would meet every promise."""

from typing import Any

import pytest

from tests.referrals.dated import DAY, MONDAY, clock_rows, it_is, promised
from tests.referrals.partners import Partner, offered
from tests.referrals.world import BODIES, World, slug

STEPS = ("first-contact", "contact-attempts")
EVE = "2026-02-19T22:59:59Z"
"""The last second of 19 February in Denmark."""
MORNING = "2026-02-19T23:00:00Z"
"""And the first of the 20th, which in UTC is the 19th still."""


def told(step: str, at: str) -> dict[str, Any]:
    return {**BODIES[step], "at": at}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("at", ["2001-01-01T12:00:00Z", EVE], ids=["years", "a-second"])
async def test_before_the_approach_nothing_was_done_for_the_citizen(world: World, step: str, at: str) -> None:
    seen = await promised(world, "acceptance", approachedOn="2026-02-20")
    path = f"/referrals/{seen['id']}"

    with it_is(MONDAY):
        health = world.caller("health")
        refused = await health.post(f"{path}/{step}", told(step, at))
        after = (await health.get(path)).json()

    assert (refused.status_code, slug(refused), refused.json()["field"]) == (400, "before-the-approach", "at")
    assert (after["state"], after["attempts"]["count"], after["version"]) == ("accepted", 0, seen["version"])
    assert {row.state for row in await clock_rows(world, seen)} == {"running"}


@pytest.mark.parametrize("step", STEPS)
async def test_the_day_of_the_approach_is_a_danish_day(world: World, step: str) -> None:
    seen = await promised(world, "acceptance", approachedOn="2026-02-20")

    with it_is(MONDAY):
        took = await world.caller("health").post(f"/referrals/{seen['id']}/{step}", told(step, MORNING))

    assert took.is_success, took.text


async def test_where_nobody_said_when_the_citizen_asked_it_is_the_day_of_the_request(world: World) -> None:
    seen = await promised(world, "acceptance", approachedOn=None)
    path = f"/referrals/{seen['id']}/first-contact"

    with it_is(MONDAY + DAY):
        health = world.caller("health")
        before = await health.post(path, told("first-contact", "2026-03-01T22:59:00Z"))
        that_night = await health.post(path, told("first-contact", "2026-03-01T23:00:00Z"))

    assert (slug(before), that_night.status_code) == ("before-the-approach", 200)


async def test_whose_step_it_is_not_is_told_that_and_nothing_of_the_day(world: World) -> None:
    seen = await promised(world, "acceptance", approachedOn="2026-02-20")
    path = f"/referrals/{seen['id']}/first-contact"

    with it_is(MONDAY):
        answers = [await world.caller(who).post(path, told("first-contact", EVE)) for who in ("employment", "social")]

    assert [slug(one) for one in answers] == ["only-the-receiver", "not-found-or-not-yours"]


@pytest.mark.parametrize("step", STEPS)
async def test_nor_by_link(world: World, step: str) -> None:
    service = await offered(world)
    seen = await promised(world, "acceptance", approachedOn="2026-02-20", toServiceId=service)

    with it_is(MONDAY):
        partner = await Partner.of(world, seen["id"])
        await partner.open()
        refused = await partner.answer(step, **told(step, EVE))
        taken = await partner.answer(step, **told(step, MORNING))

    assert (refused.status_code, slug(refused), taken.status_code) == (400, "before-the-approach", 201)
