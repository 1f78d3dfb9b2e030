"""A service's outbox and the broker it goes to, for the tests of the relay."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import nats
import psycopg

from chassis.broker import Broker
from chassis.clock import now
from chassis.database import Database
from chassis.outbox import announce
from chassis.relay import Relay
from helhed.databases import ServiceDatabase
from tests.chassis.told import ThingPaintedV1, until

AUTHORITY = "0101"


class Desk:
    """A service's outbox, seen from all sides: who writes, who looks, and the broker it goes to."""

    def __init__(self, urls: ServiceDatabase, nats_url: str) -> None:
        self.urls, self.nats_url = urls, nats_url
        self.database = Database(urls.app_url, name="desk")

    async def say(self, *cases: UUID) -> None:
        """One event for each of these cases, in one transaction."""
        async with self.database.transaction(AUTHORITY) as tx:
            for case_id in cases:
                await announce(tx, case_id, [ThingPaintedV1(colour="red")], at=now())

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the administrator sees."""
        with psycopg.connect(self.urls.admin_url, autocommit=True) as admin:
            done = admin.execute(query, values)
            return done.fetchall() if done.description else []

    def waiting(self) -> int:
        """How many rows have not left yet."""
        return int(self.ask("select count(*) from outbox where published_at is null")[0][0])

    async def drains(self, seconds: float = 40) -> None:
        """Wait until every row has left."""

        async def so() -> bool:
            return self.waiting() == 0

        await until(so, seconds)

    async def stream(self) -> list[tuple[UUID, int]]:
        """Every message in the stream, as case and number, in the stream's order."""
        client = await nats.connect(self.nats_url)
        try:
            js = client.jetstream()
            state = (await js.stream_info("SURVEYS")).state
            found = [await js.get_msg("SURVEYS", seq=number) for number in range(1, state.last_seq + 1)]
        finally:
            await client.close()
        return [(UUID(m.headers["ce-subject"]), int(m.headers["ce-sequence"])) for m in found if m.headers]

    async def all_came_in_order(self, events: int) -> None:
        """The stream has each event once, and each case's in order."""
        by_case: dict[UUID, list[int]] = defaultdict(list)
        stream = await self.stream()
        for case_id, number in stream:
            by_case[case_id].append(number)
        assert len(stream) == events
        for numbers in by_case.values():
            assert numbers == list(range(1, len(numbers) + 1))

    @asynccontextmanager
    async def relay(self) -> AsyncIterator["asyncio.Task[None]"]:
        """A relay at work; killed at the end, or before by the test."""
        async with Broker.connect(self.nats_url, name="relay") as broker:
            task = asyncio.create_task(Relay("surveys", self.urls.messenger_url, broker).run(asyncio.Event()))
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.wait({task})
                assert task.cancelled(), task.exception()

    async def leads(self, count: int = 1) -> None:
        """Wait until so many relays lead."""
        leaders = """
            select count(*) from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and application_name = 'surveys-relay' and datname = %s"""

        async def so() -> bool:
            return self.ask(leaders, self.urls.name) == [(count,)]

        await until(so)
