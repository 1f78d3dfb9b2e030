"""Referrals at a chosen time: the clock of the service is set, and the worker's is told."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import time_machine
from sqlalchemy import insert, select

from chassis.clock import DENMARK
from chassis.database import Database
from chassis.ids import new_id
from chassis.tables import TABLES
from services.referrals.tables import referral_clocks, referrals
from tests.referrals.world import World
from tests.support.servers import TestDatabases

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
DUE = MONDAY + 14 * DAY


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """This hour of that day in Denmark."""
    return datetime.combine(day, datetime.min.time(), DENMARK).replace(hour=hour, minute=minute)


@contextmanager
def it_is(day: date, hour: int = 12) -> Iterator[None]:
    """In here it is that day."""
    with time_machine.travel(at(day, hour), tick=True):
        yield


async def promised(world: World, *steps: str, on: date = MONDAY, **wish: Any) -> dict[str, Any]:
    """A referral of a citizen who asked for help that day, with a guarantee; as health sees it then."""
    with it_is(on):
        return await world.referral(*steps, **{"guarantee": "drug-treatment", "approachedOn": None, **wish})


async def notices(world: World, seen: dict[str, Any]) -> list[tuple[str, str]]:
    """What the town has heard of the deadlines of a case, in order: which, and the day."""
    events = await world.announced(UUID(seen["caseId"]))
    kinds = {"deadline-approaching": "near", "deadline-missed": "missed"}
    named = [(event["type"].split(".")[3], event["data"]) for event in events]
    return [(kinds[kind], data["dueOn"]) for kind, data in named if kind in kinds]


async def clock_rows(world: World, seen: dict[str, Any]) -> list[Any]:
    """The clocks of a referral as they lie in the database."""
    wanted = select(referral_clocks).where(referral_clocks.c.referral_id == UUID(seen["id"]))
    async with world.database.transaction(world.authority) as tx:
        return list(await tx.all(wanted.order_by(referral_clocks.c.guarantee)))


@asynccontextmanager
async def messenger_of(databases: TestDatabases) -> AsyncIterator[Database]:
    """Who sees whose clocks are due."""
    seeing = Database(databases["referrals"].messenger_url, name="referrals-messenger", pool_size=2)
    yield seeing
    await seeing.close()


async def many(world: World, number: int) -> list[UUID]:
    """So many referrals, each of a case of its own, whose clocks fall due the same day; their cases."""
    asked = await promised(world)
    async with world.database.transaction(world.authority) as tx:
        pattern = (await tx.all(select(referrals).where(referrals.c.id == asked["id"])))[0]._mapping
        ids = [{"id": new_id(), "case_id": new_id(), "need_id": new_id()} for _ in range(number)]
        await tx.run(insert(referrals), [{**pattern, **one} for one in ids])
        clock = (await tx.all(select(referral_clocks).where(referral_clocks.c.referral_id == asked["id"])))[0]._mapping
        await tx.run(insert(referral_clocks), [{**clock, "referral_id": one["id"]} for one in ids])
    return [UUID(asked["caseId"]), *(one["case_id"] for one in ids)]


async def missed_by_case(world: World) -> dict[UUID, int]:
    """How often the town has heard of a missed deadline, by case."""
    outbox = TABLES.outbox.c
    wanted = select(outbox.case_id).where(outbox.type == "dk.helhed.referrals.deadline-missed.v1")
    told: dict[UUID, int] = {}
    async with world.database.transaction(world.authority) as tx:
        for row in await tx.all(wanted):
            told[row.case_id] = told.get(row.case_id, 0) + 1
    return told
