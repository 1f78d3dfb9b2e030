"""A message process lives only as a whole, and leaves when told to, whoever is away."""

import asyncio
import secrets
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from chassis import worker, workplace
from chassis.clock import now
from chassis.database import Database
from chassis.inbox import Consumer
from chassis.settings import MissingSetting, Settings
from chassis.sweeping import sweep
from chassis.worker import build_worker
from chassis.workplace import Task, Workplace
from helhed.databases import ServiceDatabase
from tests.chassis.processes import served
from tests.chassis.things import settings_for
from tests.chassis.told import until
from tests.support.servers import TestDatabases

NOWHERE = "nats://helhed:secret@127.0.0.1:1"


@pytest.fixture
def urls(databases: TestDatabases) -> ServiceDatabase:
    """A database of this test's own."""
    return databases.fresh("surveys")


@pytest.fixture
def settings(urls: ServiceDatabase, keys: Path, fresh_nats_url: str) -> Settings:
    """What a worker is told of its surroundings."""
    urls_of = {"messenger_database_url": urls.messenger_url, "nats_url": fresh_nats_url}
    return settings_for(urls.app_url, keys, **urls_of)


def test_a_worker_with_a_dead_task_leaves_and_says_why(settings: Settings, tmp_path: Path) -> None:
    told = {
        "HELHED_SURVEYS_DATABASE_URL": settings.database_url or "",
        "HELHED_SURVEYS_MESSENGER_DATABASE_URL": settings.messenger_database_url or "",
        "HELHED_NATS_URL": settings.nats_url or "",
        "HELHED_KEYS_DIR": str(settings.keys_dir),
    }
    with served("dying_worker", tmp_path / "log", **told) as process:
        assert process.ends() == 70

        assert '"worker-broken"' in process.words()
        assert "LookupError" in process.words()
        assert "karen" not in process.words()


async def run_and_leave(settings: Settings, *tasks: Task) -> float:
    """Start a worker, see it ready, tell it to leave; how long that took."""
    app = build_worker("surveys", consumer=Consumer("surveys"), tasks=tasks, settings=settings)
    async with app.router.lifespan_context(app):
        assert await app.state.health.ready()
        began = time.monotonic()
    return time.monotonic() - began


async def test_told_to_leave_a_worker_ends_its_tasks(settings: Settings) -> None:
    ended = False

    async def task(place: Workplace, stop: asyncio.Event) -> None:
        nonlocal ended
        await stop.wait()
        ended = True

    await run_and_leave(settings, task)

    assert ended


async def test_a_worker_leaves_though_its_broker_is_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FINISH_SECONDS", 0.2)

    assert await run_and_leave(replace(settings, nats_url=NOWHERE)) < 5


async def test_a_worker_leaves_though_a_task_does_not_listen(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FINISH_SECONDS", 0.2)

    async def hang(place: Workplace, stop: asyncio.Event) -> None:
        await asyncio.sleep(3600)

    assert await run_and_leave(settings, hang) < 10


@pytest.mark.parametrize("missing", ["database_url", "messenger_database_url", "nats_url"])
async def test_a_worker_that_is_not_told_enough_does_not_start(settings: Settings, missing: str) -> None:
    with pytest.raises(MissingSetting):
        await run_and_leave(replace(settings, **{missing: None}))


async def test_answers_are_swept_when_their_time_is_over(urls: ServiceDatabase, settings: Settings) -> None:
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        for days in (-1, 1):
            admin.execute(
                "insert into idempotency_keys values (%s, '0101', ''::bytea, 200, '{}', ''::bytea, %s)",
                [secrets.token_bytes(32), now() + timedelta(days=days)],
            )
        messenger, database = Database(urls.messenger_url, name="m"), Database(urls.app_url, name="d")
        stop = asyncio.Event()
        sweeping = asyncio.create_task(sweep(Workplace(database, messenger, settings), stop))

        async def one_is_left() -> bool:
            return admin.execute("select expires_at > now() from idempotency_keys").fetchall() == [(True,)]

        await until(one_is_left)
        stop.set()
        await asyncio.wait_for(sweeping, 10)
        await messenger.close()
        await database.close()


async def test_a_pause_ends_with_its_time_or_when_told() -> None:
    stop = asyncio.Event()
    await asyncio.wait_for(workplace.pause(stop, 0.01), 10)
    asyncio.get_running_loop().call_later(0.01, stop.set)
    await asyncio.wait_for(workplace.pause(stop, 600), 10)
