"""Time passes for the cases of a test, as the clock of the worker lets it pass."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.clock import now
from services.cases.repository import CaseRepository
from services.cases.repository.watching import WatchBook
from services.cases.tables import watch_items
from services.cases.use_cases.watching import look_again
from tests.cases.world import Json, World

DAY = timedelta(days=1)


async def time_passes(world: World, case: Json, days: float) -> datetime:
    """The clock looks at a case so many days from now; the moment it was then."""
    at = now() + days * DAY
    async with world.database.transaction(world.authority) as tx:
        await look_again(CaseRepository(tx), WatchBook(tx), UUID(case["id"]), now=at)
    return at


async def long_ago(world: World, case: Json, days: float) -> None:
    """Everything that was found in a case is so since that many days earlier."""
    async with world.database.transaction(world.authority) as tx:
        w = watch_items.c
        for row in await tx.all(select(watch_items).where(w.case_id == UUID(case["id"]))):
            since = row.since - days * DAY
            await tx.run(watch_items.update().where(w.id == row.id).values(since=since))


async def listed(world: World, *cases: Json) -> list[Any]:
    """What the table holds of these cases (of all, when none is named), in a fixed order."""
    statement = select(watch_items).order_by(watch_items.c.id)
    if cases:
        statement = statement.where(watch_items.c.case_id.in_([UUID(case["id"]) for case in cases]))
    async with world.database.transaction(world.authority) as tx:
        return [tuple(row) for row in await tx.all(statement)]


async def alarms_of(world: World, case: Json, sector: str, **who: Any) -> list[tuple[str, Any, Any]]:
    """The alarms of a case that somebody of a sector hears, oldest first: kind, addressee, need."""
    told = (await world.caller(sector, **who).read("/notifications"))["items"]
    return [(one["kind"], one["subject"], one["needId"]) for one in reversed(told) if one["caseId"] == case["id"]]
