"""What falls due of exemptions: the end of one is announced in good time, and one that outlasts its ground is ended.

Nothing here is counted from when the process runs. What was due while it was down is due still: it looks at days, and
what has been seen to is kept with the exemption. Each exemption is a transaction of its own, so that one that cannot be
seen to holds up no other.
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
from services.cases.repository.exemptions import ExemptionRepository, authorities_with_exemptions
from services.cases.use_cases.exemptions import announce_end, lapse_exemption

log = structlog.get_logger("helhed.cases.exemptions")

_LOOK_EVERY = 30.0
_AT_ONCE = 200
# An end that nobody was there to announce is told to who runs the town, as long as that can still be news.
_MISSED_FOR = timedelta(days=90)


async def watch_exemptions(place: Workplace, stop: asyncio.Event) -> None:
    """See to exemptions until told to stop."""
    while not stop.is_set():
        try:
            await see_to_exemptions(place.messenger, place.database, now())
        except Unavailable:
            log.warning("exemptions-wait")
        await pause(stop, _LOOK_EVERY)


async def see_to_exemptions(messenger: Database, database: Database, at: datetime) -> None:
    """One look at the exemptions of every authority."""
    async with messenger.transaction(None) as tx:
        authorities = await authorities_with_exemptions(tx, day_of(at) - _MISSED_FOR)
    for authority in authorities:
        await lapse(database, authority, at)
        await announce(database, authority, at)


async def lapse(database: Database, authority: str, at: datetime) -> None:
    """End what outlasts the legal basis or the enrolment it rests on: with notice, and never backwards."""
    today = day_of(at)
    async with database.transaction(authority) as tx:
        notice = (await PolicyRepository(tx).on(today)).exemption_notice_days
        noticed = today + timedelta(days=notice)
        found = await ExemptionRepository(tx).lapsing(today=today, noticed=noticed, most=_AT_ONCE)
    for one in found:
        try:
            async with database.transaction(authority) as tx:
                cases, exemptions = CaseRepository(tx), ExemptionRepository(tx)
                await lapse_exemption(cases, exemptions, one, notice_days=notice, now=at)
        except Unavailable:
            raise
        except Exception as broken:
            _stays(one.exemption_id, broken)


async def announce(database: Database, authority: str, at: datetime) -> None:
    """Announce the ends that lie as many days ahead as the authority's policy says, or fewer."""
    today = day_of(at)
    async with database.transaction(authority) as tx:
        notice = (await PolicyRepository(tx).on(today)).exemption_notice_days
        until = today + timedelta(days=notice)
        due = await ExemptionRepository(tx).to_announce(since=today - _MISSED_FOR, until=until, most=_AT_ONCE)
    for exemption_id in due:
        try:
            async with database.transaction(authority) as tx:
                seen_to = await announce_end(ExemptionRepository(tx), exemption_id, notice_days=notice, now=at)
        except Unavailable:
            raise
        except Exception as broken:
            _stays(exemption_id, broken)
        else:
            if seen_to and seen_to.announced_at is None:
                log.error("exemption-ended-unannounced", exemption=str(exemption_id))


def _stays(exemption_id: UUID, broken: Exception) -> None:
    log.error("exemption-broken", exemption=str(exemption_id), error=type(broken).__qualname__)
