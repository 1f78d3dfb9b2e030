"""A referral posted right after its case is never told that there is no such case, however slow the news travels."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from helhed.demo.caller import History
from tests.faults.nemesis import until_awake
from tests.faults.people_who_call import Caseworker, client
from tests.support.towns import RunningTown

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
TIMES = 500 if DEEP else 120
LANES = 5

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800 if DEEP else 600)]


async def test_a_referral_right_after_its_case_is_never_refused(restless: RunningTown, history: Path) -> None:
    await until_awake(restless)
    waited: list[float] = []

    async def lane(number: int) -> None:
        for _ in range(TIMES // LANES):
            worker = Caseworker(restless, http, notes, f"prompt-{number}", patience=60)
            opened = await worker.opens_a_case()
            began = time.monotonic()
            referred = await worker.refers(opened.json())
            waited.append(time.monotonic() - began)
            assert (opened.status_code, referred.status_code) == (201, 201), referred.text

    async with client(restless) as http, slowed(restless, "referrals-worker"):
        with History(history) as notes:
            async with asyncio.TaskGroup() as group:
                for number in range(LANES):
                    group.create_task(lane(number))

    assert len(waited) == TIMES
    assert max(waited) > 0.2, "the worker was not slowed, so nothing was shown"


async def test_a_service_that_hears_nothing_says_so_and_serves_once_it_hears(
    restless: RunningTown, history: Path
) -> None:
    await until_awake(restless)
    key = str(uuid4())
    async with client(restless) as http:
        with History(history) as notes:
            worker = Caseworker(restless, http, notes, "patient")
            with stopped(restless.pid("referrals-worker")):
                case = (await worker.opens_a_case()).json()
                async with client(restless, restless.service_url("referrals")) as past_the_gateway:
                    unaware = await Caseworker(restless, past_the_gateway, notes, "patient").refers(case)
                began = time.monotonic()
                refused = await worker.refers(case, key)
                took = time.monotonic() - began

            worker.patience = 60
            served = await worker.refers(case, key)

    assert unaware.status_code == 404, "without a Sync-Token it would have been a false 404: that is the danger"
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:helhed:problem:not-caught-up"
    assert refused.headers["retry-after"] == "1"
    assert took < 10
    assert served.status_code == 201, served.text


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Hold a process still."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def slowed(town: RunningTown, name: str) -> AsyncIterator[None]:
    """Let a process work in short moments only, with longer pauses between them."""
    dice = random.Random(1)

    async def pulse() -> None:
        pid = town.pid(name)
        while True:
            with stopped(pid):
                await asyncio.sleep(dice.uniform(0.05, 0.6))
            await asyncio.sleep(dice.uniform(0.02, 0.2))

    beating = asyncio.create_task(pulse())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
