"""A client may choose the id of a referral, and learns by it of nobody else's."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.ids import new_id
from services.referrals.domain.chosen_ids import FRESH_FOR, fresh
from services.referrals.domain.errors.steps import IdNotFresh
from tests.referrals.abroad import Abroad
from tests.referrals.world import World, slug, wish_for

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def made_at(at: datetime) -> UUID:
    """A UUIDv7 that says that it was made then."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | uuid4().int & (1 << 62) - 1)


@pytest.mark.parametrize("away", [-FRESH_FOR, timedelta(), FRESH_FOR], ids=["late", "now", "early"])
def test_an_id_of_about_now_is_taken(away: timedelta) -> None:
    chosen = made_at(NOW + away)

    assert fresh(chosen, at=NOW) == chosen


@pytest.mark.parametrize(
    "chosen",
    [
        made_at(NOW - FRESH_FOR - timedelta(seconds=1)),
        made_at(NOW + FRESH_FOR + timedelta(seconds=1)),
        UUID("01a20038-0000-4000-8000-00000000f00d"),
        UUID(int=0),
        UUID(int=(1 << 128) - 1),
        UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"),
    ],
    ids=["old", "to come", "random", "nil", "max", "no calendar"],
)
def test_any_other_is_refused(chosen: UUID) -> None:
    with pytest.raises(IdNotFresh):
        fresh(chosen, at=NOW)


async def test_who_knows_an_id_of_another_authority_learns_nothing_by_it(world: World) -> None:
    there = Abroad(world)
    home, case = await world.case(), await there.case()
    old, free = made_at(datetime.now(UTC) - timedelta(days=1)), made_at(datetime.now(UTC) - timedelta(days=1))
    asked = await world.referral(case=home)

    answers = [
        await world.caller("employment").post("/referrals", wish_for(case, id=str(id), toAuthority=there.authority))
        for id in (old, free)
    ]
    taken = await world.caller("employment").post(
        "/referrals", wish_for(case, id=asked["id"], toAuthority=there.authority)
    )

    assert [(answer.status_code, slug(answer), answer.json()["field"]) for answer in answers] == [
        (400, "id-not-fresh", "id")
    ] * 2
    assert slug(taken) == "already-exists", "of about now, and so nobody's but the caller's own"


async def test_a_fresh_id_is_the_referrals(world: World) -> None:
    chosen = str(new_id())

    assert (await world.referral(id=chosen))["id"] == chosen


async def test_a_successors_id_is_fresh_too(world: World) -> None:
    seen = await world.referral()
    onward = {"toSector": "health", "toUnit": "psykiatri", "reasonCode": "wrong-service"}

    refused = await world.caller("health").post(f"/referrals/{seen['id']}/redirection", {**onward, "id": str(uuid4())})

    assert slug(refused) == "id-not-fresh"
