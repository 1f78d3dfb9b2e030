"""Puts a message process together: the relay, one reader per source, and the service's own tasks."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette

from chassis.broker import Broker
from chassis.database import Database
from chassis.deliveries import Deliveries
from chassis.health import Health
from chassis.inbox import Consumer
from chassis.logging import configure
from chassis.relay import Relay
from chassis.settings import MissingSetting, Settings

Task = Callable[[Database, asyncio.Event], Awaitable[None]]

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
        database = Database(known.database_url, name=f"{service}-worker", pool_size=known.pool_size)
        health.add(database.ping)
        stop = asyncio.Event()
        work = asyncio.create_task(_work(service, known, database, consumer, tasks, stop))
        work.add_done_callback(_leave_when_broken)
        try:
            yield
        finally:
            stop.set()
            await work
            await database.close()

    app = Starlette(routes=list(health.routes()), lifespan=lifespan)
    app.state.health = health
    return app


async def _work(
    service: str,
    settings: Settings,
    database: Database,
    consumer: Consumer,
    tasks: Sequence[Task],
    stop: asyncio.Event,
) -> None:
    assert settings.nats_url
    assert settings.messenger_database_url
    async with Broker.connect(settings.nats_url, name=f"{service}-worker") as broker, asyncio.TaskGroup() as group:
        group.create_task(Relay(service, settings.messenger_database_url, broker).run(stop))
        for source in sorted(consumer.sources):
            group.create_task(Deliveries(consumer, source, broker=broker, database=database).run(stop))
        for task in tasks:
            group.create_task(_run(task, database, stop))


async def _run(task: Task, database: Database, stop: asyncio.Event) -> None:
    await task(database, stop)


def _leave_when_broken(work: asyncio.Task[None]) -> None:
    """A worker with a dead task must not look alive: leave, so that whoever keeps us starts us anew."""
    error = work.exception() if not work.cancelled() else None
    if error is not None:
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
        log.error("worker-broken", error=type(inner).__qualname__)
        os._exit(70)
