"""Every process of the town is killed again and again while the demo tells its stories. Nothing is lost, nothing
happens twice, and at no instant is anybody without somebody who is responsible."""

import asyncio
import io
import os
from collections import Counter
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from helhed.demo.caller import Caller, History
from helhed.demo.main import Demo, pages, play
from helhed.demo.people import MUNICIPALITIES, UNITS
from tests.faults import history as written
from tests.faults.checker import examine
from tests.faults.collected import Collected, collect
from tests.faults.nemesis import VICTIMS, Nemesis, until_quiet
from tests.faults.people_who_call import AUTHORITY
from tests.faults.plants import PLANTS
from tests.faults.verdict import CHECKS
from tests.support.towns import RunningTown

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
# The demo plays in acts, at least so many and until the killing is over. Deep: 23 rounds of 9 processes are 207 kills.
CITIZENS, ACTS, ROUNDS, SHORTEST, LONGEST = (50, 4, 23, 0.1, 4.0) if DEEP else (20, 2, 2, 0.1, 1.0)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600 if DEEP else 600)]


async def test_whatever_is_killed_nothing_is_lost(
    restless: RunningTown, history: Path, subtests: pytest.Subtests
) -> None:
    nemesis = Nemesis(restless, seed=2, shortest=SHORTEST, longest=LONGEST)
    acts = 0
    async with asyncio.TaskGroup() as group:
        killing = group.create_task(nemesis.strike(ROUNDS))
        while acts < ACTS or not killing.done():
            acts += 1
            table = await an_act(restless, history, seed=acts)
            assert f"{CITIZENS}/{CITIZENS}" in table
    await until_quiet(restless)

    data = await collect(restless, written.read(history), await said(restless))
    verdict = examine(data)

    assert set(nemesis.killed) == set(VICTIMS)
    assert not verdict.violations, str(verdict)
    assert all(verdict.looked_at[check] for check in CHECKS), verdict.looked_at
    await the_table_reads_back(restless, data)
    for plant in PLANTS:
        with subtests.test(plant.name, noticed_by=plant.noticed_by):
            assert (missed := plant.missed_by(data)) is None, f"instead: {missed}"


async def an_act(town: RunningTown, history: Path, seed: int) -> str:
    """The demo for a few citizens, to its end; the table it prints."""
    words = io.StringIO()
    console = Console(file=words, width=120)
    await play(
        town.gateway_url, town.home, citizens=CITIZENS, history=history, seed=seed, console=console, patience=300
    )
    return words.getvalue()


def test_each_check_has_been_seen_to_fail() -> None:
    assert {plant.noticed_by for plant in PLANTS} == set(CHECKS)


async def said(town: RunningTown) -> dict[str, str]:
    """How far each need is caught, as the API tells whoever may read the case."""
    told: dict[str, str] = {}
    async with httpx2.AsyncClient(base_url=town.gateway_url, timeout=30, trust_env=False) as http:
        for authority in (*MUNICIPALITIES, AUTHORITY):
            for sector in UNITS:
                token = town.token(authority=authority, sector=sector, role="team-lead")
                async for case in pages(Caller(http, token), "/v1/cases"):
                    told |= {need["id"]: need["catchState"] for need in case["needs"]}
    return told


async def the_table_reads_back(town: RunningTown, data: Collected) -> None:
    """What the demo counts through the API in the end is what the rows say."""
    async with httpx2.AsyncClient(base_url=town.gateway_url, timeout=30, trust_env=False) as http:
        cases, referrals, caught, _ = await Demo(town.gateway_url, town.home, http, History(), seed=2).count()

    mine = [row for row in data.rows["cases"]["cases"] if row["authority"] in MUNICIPALITIES]
    asked = [row for row in data.rows["referrals"]["referrals"] if row["authority"] in MUNICIPALITIES]
    assert cases == Counter(row["status"] for row in mine)
    assert referrals == Counter(row["state"] for row in asked)
    assert caught == Counter(data.said.values())["caught"]
