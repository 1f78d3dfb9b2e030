"""What callers get while PostgreSQL or NATS is away: an honest "not now", and service again without a restart."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from helhed.demo.caller import Caller, History
from helhed.home import Home
from helhed.town import TOWN
from tests.faults.nemesis import unrest, until, until_awake, until_quiet
from tests.faults.people_who_call import AUTHORITY, Caseworker, client
from tests.support.towns import RunningTown

APPLICATIONS = [process.name for process in TOWN if process.module]
AWAY = 3.0

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer: when it came, how long it took, and what it was."""

    at: float
    took: float
    answer: httpx2.Response


Call = Callable[[], Awaitable[httpx2.Response]]


async def test_without_a_database_callers_are_told_when_to_come_back(restless: RunningTown, history: Path) -> None:
    await until_quiet(restless)
    before = {name: restless.pid(name) for name in APPLICATIONS}
    heard: dict[str, list[Heard]] = {}
    async with client(restless) as http:
        with History(history) as notes:
            calls = _one_of_each_kind(Caseworker(restless, http, notes, "away"))
            usual = {name: (await call()).status_code for name, call in calls.items()}
            asking = [
                asyncio.create_task(_keep_asking(call, heard.setdefault(name, []))) for name, call in calls.items()
            ]
            with gone(restless, "postgres"):
                await asyncio.sleep(AWAY)
            await until_awake(restless, "postgres")
            back = time.monotonic()
            await until(lambda: all(_served_since(back, answers) for answers in heard.values()), 60, or_else=str)
            served = time.monotonic()
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
    await until_quiet(restless)

    assert served - back < 15, "it took too long to find the way back"
    for name, answers in heard.items():
        refused = [one for one in answers if one.answer.status_code == 503]
        assert {one.answer.status_code for one in answers} == {usual[name], 503}, name
        assert {one.answer.headers.get("retry-after") for one in refused} == {"1"}, name
        assert max(one.took for one in answers) < 15, name
    assert {name: restless.pid(name) for name in APPLICATIONS} == before, "somebody had to be started again"


async def test_without_a_broker_writes_are_accepted_and_arrive_later(restless: RunningTown, history: Path) -> None:
    await until_quiet(restless)
    before = {name: restless.pid(name) for name in APPLICATIONS}
    async with client(restless) as http:
        with History(history) as notes:
            worker = Caseworker(restless, http, notes, "unheard")
            with gone(restless, "nats"):
                opened = [await worker.opens_a_case() for _ in range(10)]
                waiting = await asyncio.to_thread(unrest, restless)
                refused = await worker.refers(opened[-1].json())
            worker.patience = 60
            served = await worker.refers(opened[-1].json())
    await until_quiet(restless)

    assert {one.status_code for one in opened} == {201}
    assert waiting["cases: unpublished"] >= 20  # each case is opened, and its need registered
    assert refused.json()["type"] == "urn:helhed:problem:not-caught-up"
    assert served.status_code == 201, served.text
    assert {name: restless.pid(name) for name in APPLICATIONS} == before, "somebody had to be started again"


def _one_of_each_kind(worker: Caseworker) -> dict[str, Call]:
    """A write, reads of two services, and a public call of the third."""
    public = Caller(worker.http, patience=0, history=worker.notes)
    token = f"{AUTHORITY}.{'x' * 43}"
    return {
        "open a case": worker.opens_a_case,
        "list cases": lambda: worker.caller().send("GET", "/v1/cases"),
        "list referrals": lambda: worker.caller().send("GET", "/v1/referrals"),
        "begin a survey": lambda: public.send("POST", "/v1/survey-sessions", body={"token": token, "language": "da"}),
    }


async def _keep_asking(call: Call, heard: list[Heard]) -> None:
    while True:
        began = time.monotonic()
        answer = await call()
        heard.append(Heard(time.monotonic(), time.monotonic() - began, answer))
        await asyncio.sleep(0.05)


def _served_since(moment: float, heard: list[Heard]) -> bool:
    """Whether the last answers after that moment, three in a row, were other than "not now"."""
    late = [one.answer.status_code for one in heard if one.at - one.took > moment]
    return len(late) >= 3 and 503 not in late[-3:]


@contextmanager
def gone(town: RunningTown, server: str) -> Iterator[None]:
    """Kill a server, and hold the supervisor still so that nobody starts it again before the block ends."""
    supervisor = int(Home(town.home).read_register()["supervisor"])
    os.kill(supervisor, signal.SIGSTOP)
    try:
        town.kill(server)
        yield
    finally:
        os.kill(supervisor, signal.SIGCONT)
