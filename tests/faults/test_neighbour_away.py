"""What a treatment unit sees while cases is dead, or hangs: its referrals, without names that are not there."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helhed.demo.caller import Caller, History, Json
from helhed.home import Home
from tests.faults.nemesis import until_awake, until_quiet
from tests.faults.people_who_call import AUTHORITY, Caseworker, client
from tests.support.towns import RunningTown

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@contextmanager
def away(town: RunningTown, manner: signal.Signals) -> Iterator[None]:
    """cases is killed, or frozen in the middle of what it does; the supervisor holds still until the block ends."""
    supervisor = int(Home(town.home).read_register()["supervisor"])
    os.kill(supervisor, signal.SIGSTOP)
    process = town.kill("cases", manner)
    try:
        yield
    finally:
        if manner is signal.SIGSTOP:
            os.kill(process, signal.SIGCONT)
        os.kill(supervisor, signal.SIGCONT)


@pytest.mark.parametrize("manner", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "frozen"])
async def test_the_inbox_is_there_without_cases_and_says_what_it_lacks(
    restless: RunningTown, history: Path, manner: signal.Signals
) -> None:
    await until_quiet(restless)
    async with client(restless) as http:
        with History(history) as notes:
            worker = Caseworker(restless, http, notes, f"inbox-{manner.name.lower()}", patience=60)
            case = (await worker.opens_a_case()).json()
            asked = (await worker.refers(case)).json()["id"]
            await until_quiet(restless)
            unit = "health:rusmiddelcenter"
            token = restless.token(authority=AUTHORITY, sector="health", unit=unit, subject=worker.name)
            health = Caller(http, token, patience=0, history=notes)

            assert (await _until_told(health, case))["citizenPart"] == "ok"
            with away(restless, manner):
                began = time.monotonic()
                without = await _line(health, case)
                took = time.monotonic() - began
            await until_awake(restless, "cases")
            back = await _until_told(health, case)

    assert (without["id"], without["citizenPart"]) == (asked, "unavailable")
    assert (without["citizen"], without["needDomain"]) == (None, None)
    assert took < 10
    assert (back["citizenPart"], back["needDomain"]) == ("ok", "substance-use")


async def _until_told(caller: Caller, case: Json) -> Json:
    """The line once it says whom it is about: who could not ask rests for a moment before it asks again."""
    for _ in range(100):
        if (line := await _line(caller, case))["citizenPart"] == "ok":
            break
        await asyncio.sleep(0.2)
    return line


async def _line(caller: Caller, case: Json) -> Json:
    answer = await caller.send("GET", f"/v1/referrals?caseId={case['id']}")
    assert answer.status_code == 200, answer.text
    (line,) = answer.json()["items"]
    return dict(line)
