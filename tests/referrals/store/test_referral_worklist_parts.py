"""A list that is put together of parts is the list: the same referrals in the same order, page by page, as asked for in
one go and sorted. And each part is found on an index that holds its order, under row-level security."""

import itertools
import random
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert, select, text

from chassis.actor import Actor
from chassis.clock import day_of, now
from chassis.ids import new_id
from chassis.paging import Paging
from services.referrals.domain.lifecycle import LIVE, State
from services.referrals.queries import Filters, Queries
from services.referrals.queries.found import NO_DAY, due_on, narrowed, referral_rows
from services.referrals.tables import referral_clocks, referrals
from tests.referrals.dated import DAY
from tests.referrals.world import MONDAY, World, let_go

UNITS = [None, "alkohol", "health:alkohol", "psykiatri", "health:psykiatri", "social:alkohol", "bo"]
ENDS = [("employment", "health"), ("social", "health"), ("health", "social"), ("employment", "social")]
TODAY = day_of(now())


@pytest.fixture
async def full(world: World) -> World:
    """Many referrals of all kinds: units written in both ways, taken on elsewhere, with and without a day, ended, of a
    sender that has let go."""
    dice = random.Random(14)
    kept, gone = await world.case(), await world.case()
    pattern = await world.referral(case=kept)
    await world.tell(gone.id, let_go())
    async with world.database.transaction(world.authority) as tx:
        of_one = select(referrals).where(referrals.c.id == UUID(pattern["id"]))
        row = dict((await tx.all(of_one))[0]._mapping)
        made = [_made(row, dice, dice.choice((kept.id, kept.id, gone.id))) for _ in range(90)]
        await tx.run(insert(referrals), [one for one, _ in made])
        await tx.run(insert(referral_clocks), [clock for _, clock in made if clock])
    return world


def _made(row: dict[str, Any], dice: random.Random, case_id: UUID) -> tuple[dict[str, Any], dict[str, Any] | None]:
    sender, receiver = dice.choice(ENDS)
    state = dice.choice([State.REQUESTED, State.ACCEPTED, State.IN_PROGRESS, State.CANCELLED])
    at, day = MONDAY + timedelta(minutes=dice.randrange(40)), dice.choice([None, TODAY - DAY, TODAY, TODAY + DAY])
    day = None if state is State.CANCELLED else day
    one = row | {
        "id": new_id(),
        "case_id": case_id,
        "need_id": new_id(),
        "from_sector": sender,
        "to_sector": receiver,
        "to_unit": dice.choice(UNITS),
        "responsible_unit": None if state is State.REQUESTED else dice.choice(UNITS),
        "need_owner": dice.choice([None, None, "social", "health", "employment"]),
        "relied_on": dice.random() < 0.2,
        "asked_unit": dice.choice([None, None, None, *UNITS]),
        "state": state,
        "requested_at": at,
        "due_on": day,
        "return_scope": dice.choice(["none", "caught-only", "dates"]),
        "claimed_by": (taken := dice.choice([None, "s-anna"])),
        "claimed_at": taken and at,
        "ended_at": at if state is State.CANCELLED else None,
    }
    met = {"first_contact_at": at, "first_contact_channel": "phone"}
    clock = {
        "authority": row["authority"],
        "referral_id": one["id"],
        "guarantee": "drug-treatment",
        "starts": dice.choice(["approach", "acceptance"]),
        "counting": "calendar",
        "lead_days": 4,
        "started_on": date(2026, 1, 1),
        "due_on": day,
        "state": "running",
    }
    return one | (met if state is State.IN_PROGRESS else {}), clock if day else None


def reader(world: World, sector: str, *units: str) -> Actor:
    """Somebody of a sector, who acts for its first unit where they have one."""
    return Actor(
        subject="s-anna",
        issuer="test",
        client="test",
        authority=world.authority,
        sectors=frozenset({sector}),
        units=frozenset(units),
        roles=frozenset({"caseworker"}),
        sector=sector,
        unit=units[0] if len(units) == 1 else None,
        purpose="casework",
    )


FILTERS = [
    Filters(),
    *(
        Filters(to_units=units)
        for units in (("alkohol",), ("health:alkohol",), ("bo", "psykiatri"), ("social:alkohol",))
    ),
    Filters(to_units=("me",)),
    Filters(to_units=("me", "bo")),
    Filters(states=tuple(LIVE)),
    Filters(states=(State.ACCEPTED, State.CANCELLED), to_units=("me",)),
    Filters(states=(State.REQUESTED,), to_units=("alkohol",)),
    Filters(overdue=True),
    Filters(overdue=True, to_units=("me",)),
    Filters(claimed_by="me"),
    Filters(to_sectors=("health",), from_sectors=("social", "employment")),
    Filters(from_sectors=("health",)),
    Filters(to_sectors=("health", "social"), to_units=("alkohol",)),
]
READERS = [
    ("health",),
    ("health", "alkohol"),
    ("health", "health:psykiatri", "alkohol"),
    ("employment",),
    ("social", "bo"),
]


@pytest.mark.parametrize("who", READERS, ids=str)
async def test_the_parts_put_together_are_the_list(full: World, who: tuple[str, ...]) -> None:
    actor = reader(full, *who)
    for filters, by_due_day in itertools.product(FILTERS, (False, True)):
        asked = Filters(**{name: getattr(filters, name) for name in Filters.__slots__} | {"by_due_day": by_due_day})
        assert await paged(full, actor, asked, 11) == await in_one_go(full, actor, asked), asked


async def in_one_go(world: World, actor: Actor, filters: Filters) -> list[UUID]:
    """The list as the rules have it: every row that passes, sorted."""
    async with world.database.transaction(world.authority) as tx:
        wanted = narrowed(referral_rows(actor), filters, actor, TODAY).add_columns(due_on(actor).label("day"))
        rows = list(await tx.all(wanted))
    rows.sort(key=lambda row: (row.requested_at, row.id), reverse=True)
    if filters.by_due_day:
        rows.sort(key=lambda row: row.day or NO_DAY)
    return [row.id for row in rows]


async def paged(world: World, actor: Actor, filters: Filters, limit: int) -> list[UUID]:
    """The list as it is read."""
    found: list[UUID] = []
    cursor = None
    while True:
        async with world.database.transaction(world.authority) as tx:
            page = await Queries(tx, actor).page(filters, Paging(limit, cursor, key=b"k" * 32, binding="test"), None)
        found += [item.id for item in page.items]
        if (cursor := page.page.next) is None:
            return found
        assert len(page.items) == limit


@pytest.mark.parametrize(
    ("filters", "way"),
    [
        (Filters(to_units=("me",), by_due_day=True), {"ix_referrals_unit_due", "ix_referrals_acting_due"}),
        (Filters(to_units=("me",)), {"ix_referrals_unit", "ix_referrals_acting"}),
        (Filters(to_units=("me",), states=tuple(LIVE)), {"ix_referrals_unit_live", "ix_referrals_acting_live"}),
        (Filters(from_sectors=("social",), by_due_day=True), {"ix_referrals_received_due"}),
    ],
    ids=["by-day", "newest", "live", "sector-by-day"],
)
async def test_each_part_is_read_on_the_index_that_holds_its_order(
    full: World, filters: Filters, way: set[str]
) -> None:
    """With everything else ruled out: what row-level security lets nobody use, no setting brings about."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    actor = reader(full, "health", "alkohol")
    engine = full.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        async with full.database.transaction(full.authority) as tx:
            await Queries(tx, actor).page(filters, Paging(5, None, key=b"k" * 32, binding="test"), None)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, values = next(one for one in asked if "FROM referrals" in one[0])
    async with full.database.transaction(full.authority) as tx:
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
            await tx.run(text(f"set local {setting} = off"))
        said = await tx._connection.exec_driver_sql(f"explain {statement}", values)
        plan = "\n".join(row[0] for row in said)

    # Of an index and its part for what is live, either has the order; over a few rows the planner does not care which.
    used = set(re.findall(r"using (\w+) on", plan))
    assert {index for index in way if used & {index, index.removesuffix("_live")}} == way, plan
    assert "Seq Scan" not in plan
