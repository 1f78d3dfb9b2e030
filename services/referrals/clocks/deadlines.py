"""Days that come near and days that have gone by: told once each, in batches, and never acted upon.

Nothing is counted from when the process runs. What was due while it was down is due still, and of a clock whose last
day has gone by meanwhile only that is told. What has been told is kept with the clock, in the transaction that tells
it; of two workers each takes what the other has not in hand.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from chassis.clock import now
from chassis.database import Database
from chassis.problems import Unavailable
from chassis.workplace import Workplace, pause
from services.referrals.domain.clocks import DueClock
from services.referrals.repository import Clocks
from services.referrals.repository.clocks import authorities_with_due_clocks

log = structlog.get_logger("helhed.referrals.deadlines")

AT_ONCE = 200
"""How many are told in one transaction: enough to be quick, few enough to keep nobody waiting for a row."""
_LOOK_EVERY = 1.0
_BROKEN_FOR = timedelta(hours=1)  # one that cannot be told is tried again, and lets others pass


async def watch_deadlines(place: Workplace, stop: asyncio.Event) -> None:
    """See to deadlines until told to stop."""
    while not stop.is_set():
        try:
            await see_to_deadlines(place.messenger, place.database, now(), stop)
        except Unavailable:
            log.warning("deadlines-wait")
        await pause(stop, _LOOK_EVERY)


async def see_to_deadlines(
    messenger: Database, database: Database, at: datetime, stop: asyncio.Event | None = None
) -> int:
    """Tell all that is due, a batch of each authority in turn; how many notices that made."""
    told = 0
    async with messenger.transaction(None) as tx:
        waiting = await authorities_with_due_clocks(tx, at)
    while waiting and not (stop and stop.is_set()):
        full = []
        for authority in waiting:
            found, notices = await tell_batch(database, authority, at)
            told += notices
            if found == AT_ONCE:
                full.append(authority)
        waiting = full
    return told


async def tell_batch(database: Database, authority: str, at: datetime) -> tuple[int, int]:
    """One batch of one authority, in one transaction: how many clocks it found, and how many notices they made."""
    due: list[DueClock] = []
    try:
        async with database.transaction(authority) as tx:
            clocks = Clocks(tx)
            due = await clocks.due(at, AT_ONCE)
            return len(due), await clocks.tell(due, at)
    except Unavailable:
        raise
    except Exception as broken:
        log.error("deadline-batch-broken", error=type(broken).__qualname__)
        return len(due), await _one_by_one(database, authority, due, at)


async def _one_by_one(database: Database, authority: str, due: list[DueClock], at: datetime) -> int:
    """What can be told of a batch that was broken off: one clock in it is wrong, and the others are not to wait."""
    told = 0
    for one in due:
        try:
            async with database.transaction(authority) as tx:
                clocks = Clocks(tx)
                again = await clocks.due_still(one, at)
                told += await clocks.tell(again, at)
        except Unavailable:
            raise
        except Exception as broken:
            log.error("deadline-broken", referral=str(one.referral_id), error=type(broken).__qualname__)
            async with database.transaction(authority) as tx:
                await Clocks(tx).put_off(one, at + _BROKEN_FOR)
    return told
