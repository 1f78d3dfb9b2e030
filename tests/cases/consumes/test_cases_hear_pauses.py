"""What cases makes of a pause that referrals tells of: kept with its day, and on two lists when the day has passed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import day_of, now
from chassis.ids import new_id
from chassis.inbox import Outcome
from contracts.events import referrals as r
from tests.cases.world import Json, World

YESTERDAY = day_of(now()) - timedelta(days=1)


@pytest.fixture
async def paused(world: World) -> Any:
    """A case, and what every moment tells of its one referral, which was accepted: by a unit, three weeks ago."""
    case, three_weeks = await world.case(), timedelta(days=21)
    common = {
        "referral_id": new_id(),
        "need_id": UUID(case["needs"][0]["id"]),
        "from_sector": "employment",
        "to_sector": "health",
    }
    for event in (r.ReferralRequestedV1(**common), r.ReferralAcceptedV1(**common, responsible_unit="alkohol")):
        await told(world, case, event, before=three_weeks)
    return case, common


async def told(world: World, case: Json, event: Any, *, before: timedelta) -> None:
    """The next event of the case, from some time ago."""
    stream = UUID(case["id"]), event.service
    world.told[stream] += 1
    envelope = world.envelope(stream[0], event, world.told[stream], now() - before)
    assert await world.hear(envelope) is Outcome.APPLIED


async def lists(world: World) -> dict[str, list[tuple[str, str | None]]]:
    """What stands on the lists of the sender and of the receiver."""
    found = {sector: await world.caller(sector).read("/watch-list") for sector in ("employment", "health")}
    return {sector: [(one["kind"], one["dueOn"]) for one in listed["items"]] for sector, listed in found.items()}


@pytest.mark.parametrize("until", [YESTERDAY, None], ids=["until a day", "open"])
async def test_a_pause_that_has_lasted_as_long_as_was_meant_is_on_both_lists(
    world: World, paused: tuple[Json, Any], until: date | None
) -> None:
    case, common = paused
    overdue = [("first-contact-overdue", (day_of(now()) - timedelta(days=14)).isoformat())]
    assert await lists(world) == {"employment": overdue, "health": overdue}

    days = 20 if until else 40
    await told(world, case, r.ReferralPutOnHoldV1(**common, until=until), before=timedelta(days=days))
    over = [("hold-over", (until or day_of(now()) - timedelta(days=12)).isoformat())]
    assert await lists(world) == {"employment": over, "health": over}

    seen = (await world.caller().read(f"/cases/{case['id']}"))["attention"]
    assert [one["kind"] for one in seen] == ["hold-over"]


async def test_a_pause_that_is_over_gives_its_days(world: World, paused: tuple[Json, Any]) -> None:
    case, common = paused

    await told(world, case, r.ReferralPutOnHoldV1(**common, until=YESTERDAY), before=timedelta(days=20))
    await told(world, case, r.ReferralResumedV1(**common), before=timedelta(days=1))

    assert await lists(world) == {"employment": [], "health": []}
    (need,) = (await world.caller().read(f"/cases/{case['id']}"))["needs"]
    assert need["dueOn"] == (day_of(now()) + timedelta(days=5)).isoformat()


async def test_which_day_is_promised_after_it_the_referral_says(world: World, paused: tuple[Json, Any]) -> None:
    case, common = paused
    near, later = day_of(now()) + timedelta(days=3), day_of(now()) + timedelta(days=30)
    await told(world, case, r.DeadlineApproachingV1(**common, due_on=near), before=timedelta(days=20))

    await told(world, case, r.ReferralPutOnHoldV1(**common), before=timedelta(days=19))
    during = (await lists(world))["employment"]
    await told(world, case, r.ReferralResumedV1(**common, due_on=later), before=timedelta(days=1))

    assert during == []
    risk = [("guarantee-at-risk", later.isoformat())]
    assert await lists(world) == {"employment": risk, "health": risk}
