"""Puts a message process together: the relay, one reader per source, and the service's own tasks."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette

from chassis.broker import Broker
from chassis.database import Database
from chassis.deliveries import CASES_AT_ONCE, Deliveries
from chassis.health import Health
from chassis.inbox import Consumer
from chassis.keys import Keyring
from chassis.logging import configure
from chassis.relay import Relay
from chassis.sealing import Sealer
from chassis.settings import MissingSetting, Settings
from chassis.sweeping import sweep
from chassis.workplace import Task, Workplace

FINISH_SECONDS = 5.0

log = structlog.get_logger("helhed.worker")


def build_worker(
    service: str, *, consumer: Consumer, tasks: Sequence[Task] = (), settings: Settings | None = None
) -> Starlette:
    """The worker of one service. Its only routes are `/livez` and `/readyz`."""
    configure(f"{service}-worker")
    health = Health()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        known = settings or Settings.from_environment(service)
        if not (known.database_url and known.messenger_database_url and known.nats_url):
            raise MissingSetting(f"{service}: database, messenger database and NATS URLs are all needed")
        place = Workplace(
            database=Database(
                known.database_url,
                name=f"{service}-worker",
                # Every case that is worked on at once needs one, and so may each task.
                pool_size=max(known.pool_size, len(consumer.sources) * CASES_AT_ONCE + len(tasks)),
                sealer=Sealer(Keyring(known.keys_dir).secret(service)),
            ),
            messenger=Database(known.messenger_database_url, name=f"{service}-messenger", pool_size=2),
            settings=known,
        )
        health.add(place.database.ping)
        stop = asyncio.Event()
        work = asyncio.create_task(_work(service, place, consumer, tasks, stop))
        work.add_done_callback(_leave_when_broken)
        try:
            yield
        finally:
            stop.set()
            await _end(work)
            await place.database.close()
            await place.messenger.close()

    app = Starlette(routes=list(health.routes()), lifespan=lifespan)
    app.state.health = health
    return app


async def _work(service: str, place: Workplace, consumer: Consumer, tasks: Sequence[Task], stop: asyncio.Event) -> None:
    assert place.settings.nats_url
    async with (
        Broker.connect(place.settings.nats_url, name=f"{service}-worker") as broker,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(Relay(service, place.messenger.url, broker).run(stop))
        for source in sorted(consumer.sources):
            group.create_task(Deliveries(consumer, source, broker=broker, database=place.database).run(stop))
        for task in (*tasks, sweep):
            group.create_task(task(place, stop))


async def _end(work: asyncio.Task[None]) -> None:
    """Let it finish what it has begun. Who waits for a broker that is away is not waited for: nothing is lost by it."""
    done, _ = await asyncio.wait({work}, timeout=FINISH_SECONDS)
    if not done:
        work.cancel()
        await asyncio.wait({work})


def _leave_when_broken(work: asyncio.Task[None]) -> None:
    """A worker with a dead task must not look alive: leave, so that whoever keeps us starts us anew."""
    error = work.exception() if not work.cancelled() else None
    if error is not None:
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
        log.error("worker-broken", error=type(inner).__qualname__)
        os._exit(70)
