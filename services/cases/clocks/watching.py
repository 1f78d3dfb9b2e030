"""What time alone brings about in cases: what comes true, alarms nobody acknowledged, and a list that is behind.

The list itself is never late, because it knows what is to come; the clock tells of it. Nothing is counted from when the
process runs: what was due while it was down is due still, and what has been told is kept, so that it is told once.
Each case is a transaction of its own, so that one that cannot be looked at holds up no other.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from chassis.clock import day_of, now
from chassis.database import Database
from chassis.problems import Unavailable
from chassis.workplace import Workplace, pause
from services.cases.repository import CaseRepository, PolicyRepository
from services.cases.repository.notifications import NotificationRepository, unacknowledged
from services.cases.repository.watching import WatchBook, authorities, due_cases
from services.cases.use_cases.watching import look_again

log = structlog.get_logger("helhed.cases.watching")

_LOOK_EVERY = 1.0
_CATCH_UP_EVERY = 600.0
_AT_ONCE = 100
_BROKEN_FOR = timedelta(hours=1)  # a case that cannot be looked at is tried again, and lets others pass


async def keep_watch(place: Workplace, stop: asyncio.Event) -> None:
    """See to what falls due until told to stop."""
    while not stop.is_set():
        try:
            at = now()
            await see_to_cases(place.messenger, place.database, at)
            await see_to_notifications(place.messenger, place.database, at)
        except Unavailable:
            log.warning("watch-waits")
        await pause(stop, _LOOK_EVERY)


async def keep_list(place: Workplace, stop: asyncio.Event) -> None:
    """See, at the start and now and then, to cases that the list lacks. A task of its own: after a change of the rules
    that is every case, and what falls due meanwhile must not wait for it."""
    while not stop.is_set():
        try:
            await catch_up(place.messenger, place.database, now(), stop)
        except Unavailable:
            log.warning("watch-list-waits")
        await pause(stop, _CATCH_UP_EVERY)


async def see_to_cases(messenger: Database, database: Database, at: datetime) -> None:
    """Look again at every case in which something comes true or ends by the passing of time."""
    while True:
        async with messenger.transaction(None) as tx:
            due = await due_cases(tx, at, _AT_ONCE)
        for case_id, authority in due:
            await _look(database, authority, case_id, at)
        if len(due) < _AT_ONCE:
            return


async def see_to_notifications(messenger: Database, database: Database, at: datetime) -> None:
    """Take further what nobody acknowledged in time."""
    while True:
        async with messenger.transaction(None) as tx:
            waiting = await unacknowledged(tx, at, _AT_ONCE)
        for notification_id, authority in waiting:
            await _take_further(database, authority, notification_id, at)
        if len(waiting) < _AT_ONCE:
            return


async def catch_up(messenger: Database, database: Database, at: datetime, stop: asyncio.Event) -> None:
    """Look at cases that the list lacks: after it was emptied, or the rules or an authority's policies have changed."""
    async with messenger.transaction(None) as tx:
        known = await authorities(tx)
    for authority in known:
        await rebuild(database, authority, at, stop)


async def rebuild(database: Database, authority: str, at: datetime, stop: asyncio.Event | None = None) -> None:
    """Bring the list of one authority up to its cases. Emptied before (`WatchBook.forget`), it is built anew."""
    after: UUID | None = None
    while stop is None or not stop.is_set():
        async with database.transaction(authority) as tx:
            policies = await PolicyRepository(tx).on(day_of(at))
            stale = await WatchBook(tx).stale(policies, after, _AT_ONCE)
        for case_id in stale:
            await _look(database, authority, case_id, at)
        if len(stale) < _AT_ONCE:
            return
        after = stale[-1]


async def _take_further(database: Database, authority: str, notification_id: UUID, at: datetime) -> None:
    async with database.transaction(authority) as tx:
        await NotificationRepository(tx).take_further(notification_id, at)


async def _look(database: Database, authority: str, case_id: UUID, at: datetime) -> None:
    try:
        async with database.transaction(authority) as tx:
            await look_again(CaseRepository(tx), WatchBook(tx), case_id, now=at)
    except Unavailable:
        raise
    except Exception as broken:
        log.error("watch-broken", case=str(case_id), error=type(broken).__qualname__)
        async with database.transaction(authority) as tx:
            await WatchBook(tx).soon([case_id], at + _BROKEN_FOR)
