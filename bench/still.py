"""Whether the copies are as the service would have made them: if not, its worker would make them so during the run."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from bench.copies import OTHER_AUTHORITY, Filling
from bench.measure import WrongAnswer
from bench.operations import AUTHORITY, nth
from bench.town import BenchTown
from chassis.clock import day_of, now
from chassis.database import Database
from chassis.keys import Keyring
from chassis.sealing import Sealer
from services.cases import tables as t
from services.cases.repository import CaseRepository, PolicyRepository
from services.cases.repository.notifications import unacknowledged
from services.cases.repository.watching import WatchBook, due_cases

_KEPT = select(t.watch_items.c.id).where(t.watch_items.c.case_id == bindparam("of_case"))
LOOKED_AT = 10  # copies of each original


def still(town: BenchTown, filling: Filling) -> dict[str, Any]:
    """How long the worker takes to see that nothing is behind.

    Raises:
        WrongAnswer: something is.
    """
    found, wrong = asyncio.run(_looked(town, filling))
    if wrong:
        raise WrongAnswer(f"the copies are not as the service would have made them: {'; '.join(wrong)}")
    return found


async def _looked(town: BenchTown, filling: Filling) -> tuple[dict[str, Any], list[str]]:
    sealer = Sealer(Keyring(Path(town.home.keys)).secret("cases"))
    urls = town.databases["cases"]
    database = Database(urls.app_url, name="bench", sealer=sealer)
    messenger = Database(urls.messenger_url, name="bench")
    try:
        wrong = await _due(messenger)
        begun = time.perf_counter()
        for authority in (AUTHORITY, OTHER_AUTHORITY):
            if await _stale(database, authority):
                wrong.append(f"the list of {authority} is behind")
        took = time.perf_counter() - begun
        return {"seeing_that_nothing_is_behind_ms": took * 1000}, wrong + await _differing(database, filling)
    finally:
        await database.close()
        await messenger.close()


async def _due(messenger: Database) -> list[str]:
    async with messenger.transaction(None) as tx:
        due = {"cases are due": await due_cases(tx, now(), 1), "alarms are due": await unacknowledged(tx, now(), 1)}
    return [what for what, which in due.items() if which]


async def _stale(database: Database, authority: str) -> bool:
    async with database.transaction(authority) as tx:
        return bool(await WatchBook(tx).stale(await PolicyRepository(tx).on(day_of(now())), None, 1))


async def _differing(database: Database, filling: Filling) -> list[str]:
    """Copies, spread over all of an authority's, in which the rules find something else than stands on the list."""
    wrong = []
    async with database.transaction(AUTHORITY) as tx:
        for original, copies in filling:
            for number in _spread(copies.own):
                case = await CaseRepository(tx).heard_of(nth(original.case, number))
                if case is None:
                    wrong.append(f"there is no copy {number}")
                    continue
                kept = {row.id for row in await tx.all(_KEPT, of_case=case.id)}
                before = set(case.watched)
                await WatchBook(tx).look(case, now())
                if set(case.watched) != before or {item.id_in(case.id) for item in case.watched} != kept:
                    wrong.append(f"copy {number} has {len(before)} findings of {len(case.watched)}, or others")
    return wrong


def _spread(own: int) -> Iterator[int]:
    return iter(sorted({1 + (own - 1) * part // LOOKED_AT for part in range(LOOKED_AT + 1)}))
