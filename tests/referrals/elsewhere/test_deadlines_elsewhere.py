"""Clocks of a referral to another authority: the sender's promises, told at home, in the order of the inbox there."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from services.referrals.clocks.deadlines import tell_batch
from services.referrals.tables import received_referrals, referrals
from tests.referrals.abroad import WITHIN_REACH, Abroad
from tests.referrals.dated import DAY, DUE, MONDAY, at, clock_rows, it_is, notices
from tests.referrals.world import World


@pytest.fixture
def abroad(world: World) -> Abroad:
    return Abroad(world)


async def due_on(world: World, abroad: Abroad, referral_id: str) -> tuple[date | None, date | None]:
    """The day that presses, as it lies at home and as the receiver finds it by."""
    which = UUID(referral_id)
    async with world.database.transaction(world.authority) as tx:
        home = await tx.one(select(referrals.c.due_on).where(referrals.c.id == which))
    async with world.database.transaction(abroad.authority) as tx:
        there = await tx.one(select(received_referrals.c.due_on).where(received_referrals.c.id == which))
    assert home is not None
    assert there is not None
    return home.due_on, there.due_on


async def test_a_missed_day_is_told_at_home_with_who_was_asked(world: World, abroad: Abroad) -> None:
    with it_is(MONDAY):
        seen = await abroad.referral(guarantee="drug-treatment", approachedOn=None)
    await tell_batch(world.database, world.authority, at(DUE + DAY))
    told_there, _ = await tell_batch(world.database, abroad.authority, at(DUE + DAY))

    assert (await notices(world, seen), told_there) == ([("missed", DUE.isoformat())], 0)
    missed = (await world.announced(UUID(seen["caseId"])))[-1]
    assert (missed["source"], missed["data"]["toAuthority"]) == (
        f"/authorities/{world.authority}/referrals",
        abroad.authority,
    )


async def test_the_receiver_starts_the_senders_promises_of_a_first_contact(world: World, abroad: Abroad) -> None:
    """Whose citizen it is has promised it: what the receiver's own authority promises is its own citizens'."""
    with it_is(MONDAY):
        seen = await abroad.referral("acceptance")

    (clock,) = await clock_rows(world, seen)
    assert (clock.authority, clock.guarantee, clock.due_on) == (world.authority, "first-contact", MONDAY + 7 * DAY)


async def test_what_presses_there_is_what_presses_at_home(world: World, abroad: Abroad) -> None:
    with it_is(MONDAY):
        seen = await abroad.referral("acceptance", guarantee="drug-treatment")
        before = await due_on(world, abroad, seen["id"])
        hold = {**WITHIN_REACH["hold"], "until": (MONDAY + 30 * DAY).isoformat()}
        assert (await abroad.caller("health").post(f"/referrals/{seen['id']}/hold", hold)).is_success
    paused = await due_on(world, abroad, seen["id"])
    with it_is(MONDAY + 3 * DAY):
        assert (await abroad.caller("health").post(f"/referrals/{seen['id']}/resumption")).is_success
        resumed = await due_on(world, abroad, seen["id"])
        met = {**WITHIN_REACH["first-contact"], "at": at(MONDAY + 3 * DAY, 8).isoformat()}
        assert (await abroad.caller("health").post(f"/referrals/{seen['id']}/first-contact", met)).is_success
    after = await due_on(world, abroad, seen["id"])

    assert before == (MONDAY + 7 * DAY,) * 2
    assert paused == (None, None)
    assert resumed == (MONDAY + 10 * DAY,) * 2
    assert after == (None, None)
