"""Kills the processes of a town without warning, one after the other, and sees to it that it has come to rest after."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import psycopg

from helhed.embedded import Nats
from helhed.home import Home
from helhed.town import SERVICES, TOWN
from helhed.up import is_ready
from tests.faults.checker import LISTENS
from tests.faults.collected import admin
from tests.support.towns import RunningTown

VICTIMS = tuple(process.name for process in TOWN)
MERCY = 0.8


class Nemesis:
    """Every process in turn, in a new order each round, at random moments.

    Mostly it lets the town come to itself first, so that there is work to interrupt; sometimes it does not, so that two
    are down at once or one is killed while it starts.
    """

    def __init__(self, town: RunningTown, *, seed: int, shortest: float, longest: float) -> None:
        self.town = town
        self.killed: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._pauses = (shortest, longest)

    async def strike(self, rounds: int) -> None:
        """Kill each process once a round."""
        for _ in range(rounds):
            for name in self._dice.sample(VICTIMS, len(VICTIMS)):
                if self._dice.random() < MERCY:
                    await until_awake(self.town)
                await asyncio.sleep(self._dice.uniform(*self._pauses))
                await self._kill(name)

    async def _kill(self, name: str) -> None:
        """Kill it once it lives: the one before may not have been replaced yet."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.town.kill(name, signal.SIGKILL)
            except ProcessLookupError:
                assert time.monotonic() < deadline, f"{name} was not started again"
                await asyncio.sleep(0.05)
            else:
                self.killed[name] += 1
                return


async def until(what: Callable[[], object], seconds: float, *, or_else: Callable[[], str]) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(what):
        assert time.monotonic() < deadline, or_else()
        await asyncio.sleep(0.1)


async def until_awake(town: RunningTown, *names: str, seconds: float = 120) -> None:
    """Wait until these processes (all when none is named) can be used."""
    for name in names or VICTIMS:
        await until(partial(awake, town, name), seconds, or_else=partial(_last_words, town, name))


def _last_words(town: RunningTown, name: str) -> str:
    return f"{name} did not come back:\n{town.log(name)[-2000:]}"


def awake(town: RunningTown, name: str) -> bool:
    """Whether a process of the town, or one of its servers, can be used."""
    if name == "postgres":
        try:
            admin(town, "postgres").close()
        except psycopg.OperationalError:
            return False
        return True
    if name == "nats":
        return Nats(Home(town.home), town.port("nats")).greets()
    return is_ready(town.port(name), "/readyz")


async def until_quiet(town: RunningTown, seconds: float = 180) -> None:
    """Wait until nothing is on its way any more: outboxes empty, everybody has heard everything, no letter is due."""
    await until_awake(town)
    await until(lambda: not unrest(town), seconds, or_else=lambda: f"no rest: {unrest(town)}")


def unrest(town: RunningTown) -> dict[str, int]:
    """What is still on its way, by where, and how much of it."""
    found: Counter[str] = Counter()
    said: dict[str, int] = {}
    for service in SERVICES:
        with admin(town, f"helhed_{service}") as connection:
            row = connection.execute(
                "select count(*) as said, count(*) filter (where published_at is null) as waiting from outbox"
            ).fetchone()
            assert row
            said[service] = row["said"]
            found[f"{service}: unpublished"] = row["waiting"]
    for service, sources in LISTENS.items():
        with admin(town, f"helhed_{service}") as connection:
            heard = connection.execute("select source, count(*) as heard from inbox group by source").fetchall()
            counts = {row["source"]: row["heard"] for row in heard}
            for source in sources:
                found[f"{service}: not heard from {source}"] = said[source] - counts.get(source, 0)
            parked = connection.execute("select count(*) as parked from dead_letters").fetchone()
            if parked and parked["parked"]:
                return {}  # it will never come to rest; the checker says why
    with admin(town, "helhed_cases") as connection:
        due = "select count(*) as due from deliveries where state = 'pending' and next_attempt_at < now()"
        row = connection.execute(due).fetchone()
        assert row
        found["letters due"] = row["due"]
    return {what: count for what, count in found.items() if count}
