"""The watch list is a cache of the rules: whatever happens, it says what they say, and it can be built from nothing."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.clock import day_of, now
from chassis.database import Database
from chassis.errors import Refusal
from services.cases.clocks import watching as clock
from services.cases.domain.attention import rank_of
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.need import SettingAside
from services.cases.domain.notifications import Ear, Notification
from services.cases.domain.watching import foreseen
from services.cases.queries.notifications import heard_by
from services.cases.repository import CaseRepository
from services.cases.repository.watching import WatchBook
from services.cases.tables import cases, notifications, watch_items, watched_cases
from tests.cases.store.test_case_readers_in_sql import Story, asking, stories
from tests.cases.watchers import DAY, alarms_of, listed, time_passes
from tests.cases.world import World, opening
from tests.support.profiles import few
from tests.support.servers import TestDatabases


@pytest.fixture
async def messenger(databases: TestDatabases) -> AsyncIterator[Database]:
    """Who sees what is due in every authority, and no more."""
    found = Database(databases["cases"].messenger_url, name="watch-in-tests", pool_size=1)
    yield found
    await found.close()


async def saved(world: World, told: Story, steps: list[tuple[str, int, str]], extra: int) -> None:
    """A case that went through these steps, saved after each, with the citizen's word and a "not now" among them."""
    async with world.database.transaction(told.case.authority) as tx:
        repository = CaseRepository(tx)
        told.case.number = await repository.next_number(told.at)
        await repository.add(told.case, asking(told.case.authority, "employment"), known_citizen=False, at=told.at)
        for number, step in enumerate(steps):
            try:
                told.step(*step)
                if number == extra:
                    alarm = CitizenAlarm(uuid4(), "Ingen.", None, "employment", None, told.at)
                    told.case.citizen_alarms[alarm.id] = alarm
                if number == extra + 1:
                    later = SettingAside("Ikke nu.", (told.at + 9 * DAY).date(), "social")
                    told.case.set_need_aside(next(iter(told.case.needs)), later, today=told.at.date())
            except Refusal:
                continue
            await repository.save(told.case, at=told.at)


async def rows(world: World, authority: str) -> list[Any]:
    """The list of an authority, in a fixed order."""
    async with world.database.transaction(authority) as tx:
        found = await tx.all(select(watch_items).order_by(watch_items.c.id))
    return [tuple(row) for row in found]


@settings(few(), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=stories, extra=st.integers(min_value=0, max_value=8))
async def test_built_from_nothing_the_list_is_what_it_was(
    world: World, steps: list[tuple[str, int, str]], extra: int
) -> None:
    authority = f"CVR{secrets.randbelow(10**8):08}"  # of this story alone: an authority is rebuilt as a whole
    told = Story(authority)
    await saved(world, told, steps, extra)
    before = await rows(world, authority)

    async with world.database.transaction(authority) as tx:
        await WatchBook(tx).forget()
    emptied = await rows(world, authority)
    await clock.rebuild(world.database, authority, told.at)

    assert (emptied, await rows(world, authority)) == ([], before)
    async with world.database.transaction(authority) as tx:
        loaded = await CaseRepository(tx).heard_of(told.case.id)
        row = await tx.one(select(cases.c.attention_rank, cases.c.version).where(cases.c.id == told.case.id))
    assert loaded is not None
    assert row is not None
    assert loaded.watched == foreseen(loaded) == told.case.watched
    assert (row.attention_rank, row.version) == (rank_of(loaded.watched, told.at), told.case.version)


async def test_building_anew_tells_nothing_twice(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    at = await time_passes(world, case, 8)
    told = await alarms_of(world, case, "employment")

    async with world.database.transaction(world.authority) as tx:
        await WatchBook(tx).forget()
    await clock.rebuild(world.database, world.authority, at)

    assert len(told) == 1
    assert await alarms_of(world, case, "employment") == told


async def test_a_case_that_was_changed_behind_the_lists_back_is_looked_at_again(world: World) -> None:
    case = await world.case()
    async with world.database.transaction(world.authority) as tx:
        w = watched_cases.c
        await tx.run(watched_cases.update().where(w.case_id == UUID(case["id"])).values(case_version=0))
        await tx.run(text("delete from watch_items where case_id = :id"), id=UUID(case["id"]))

    await clock.rebuild(world.database, world.authority, now())

    assert len(await listed(world, case)) == 1


async def test_another_policy_moves_what_lies_ahead(world: World) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    admin = world.caller(role="administrator", subject="rita")
    admin.headers["Access-Purpose"] = "quality-control"
    body = {"value": 2, "validFrom": day_of(now()).isoformat(), "reason": "Vi lover to dage."}
    answer = await admin.http.put(
        "/v1/policies/first-contact-within-days",
        headers=admin.headers | {"Idempotency-Key": "k" * 20, "If-None-Match": "*"},
        json=body,
    )
    assert answer.is_success, answer.text

    await clock.rebuild(world.database, world.authority, now())
    await time_passes(world, case, 2.1)

    assert [kind for kind, _, _ in await alarms_of(world, case, "employment")] == ["first-contact-overdue"]


# -- the clock -----------------------------------------------------------------------------------------------------


async def test_the_clock_sees_to_what_fell_due_while_it_was_down_and_does_it_once(
    world: World, messenger: Database
) -> None:
    case = await world.case()
    await world.referred(case, "requested", "accepted")
    much_later = now() + 60 * DAY

    for _ in range(2):
        await clock.see_to_cases(messenger, world.database, much_later)
    assert [kind for kind, _, _ in await alarms_of(world, case, "employment")] == ["first-contact-overdue"]

    for _ in range(2):
        await clock.see_to_notifications(messenger, world.database, much_later + 2 * DAY)
    told = [one["type"] for one in await world.announced(case["id"]) if "unacknowledged" in one["type"]]
    assert len(told) == 2  # one to the receiver, one to the sender

    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(cases.c.attention_rank).where(cases.c.id == UUID(case["id"])))
    assert row is not None
    assert row.attention_rank == 1


async def test_a_case_that_cannot_be_looked_at_waits_and_lets_others_pass(
    world: World, messenger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await world.case(), await world.case()
    for case in (bad, good):
        await world.referred(case, "requested", "accepted")
    real = clock.look_again

    async def look_again(cases: Any, book: Any, case_id: UUID, **how: Any) -> None:
        if case_id == UUID(bad["id"]):
            raise ZeroDivisionError
        await real(cases, book, case_id, **how)

    monkeypatch.setattr(clock, "look_again", look_again)
    await clock.see_to_cases(messenger, world.database, now() + 8 * DAY)

    assert await alarms_of(world, bad, "employment") == []
    assert len(await alarms_of(world, good, "employment")) == 1


async def test_the_clock_knows_every_authority_and_nothing_else_of_a_case(world: World, messenger: Database) -> None:
    await world.case()

    async with messenger.transaction(None) as tx:
        assert world.authority in await clock.authorities(tx)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with messenger.transaction(None) as tx:
            await tx.all(text("select number from cases"))
    with pytest.raises(DBAPIError, match="permission denied"):
        async with messenger.transaction(None) as tx:
            await tx.all(text("select cause from notifications"))


# -- what the database holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "delete from notifications",
        "update notifications set told_at = now()",
        "update notifications set subject = 'somebody-else'",
        "delete from timeline_entries",
        "update timeline_entries set kind = 'nothing'",
        "delete from citizen_alarms",
    ],
)
async def test_what_was_told_and_what_happened_cannot_be_unmade(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(statement))


async def test_an_alarm_that_ended_says_so_in_the_citizens_words(world: World) -> None:
    case = await world.case()
    await world.caller().does(f"/cases/{case['id']}/citizen-alarms", {"statement": "Ingen."})

    with pytest.raises(DBAPIError, match="ended_by_the_citizen"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text("update citizen_alarms set ended_at = now(), ended_by_sector = 'employment'"))


async def test_the_citizens_words_are_sealed(world: World) -> None:
    case = await world.case()
    await world.caller().does(f"/cases/{case['id']}/citizen-alarms", {"statement": "Ingen har ringet."})

    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(text("select statement from citizen_alarms"))
    assert row is not None
    assert b"ringet" not in bytes(row.statement)


# -- who hears -----------------------------------------------------------------------------------------------------

SECTORS = st.sampled_from(["employment", "health"])
UNITS = st.sampled_from([None, "east", "west"])
PEOPLE = st.sampled_from(["anna", "bodil"])


@settings(few(), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.tuples(SECTORS, UNITS, st.none() | PEOPLE, st.booleans()),
    ear=st.builds(Ear, SECTORS | st.none(), UNITS, PEOPLE, st.booleans()),
)
async def test_the_condition_finds_exactly_what_the_decision_lets_somebody_hear(
    world: World, told: tuple[str, str | None, str | None, bool], ear: Ear
) -> None:
    sector, unit, subject, further = told
    case = await world.caller("social", subject="carl").does("/cases", opening())
    at = now()
    value = Notification(
        uuid4(),
        UUID(case["id"]),
        case["caseNumber"],
        "need-reopened",
        None,
        None,
        sector,
        unit,
        subject,
        at,
        at,
        at + timedelta(hours=24),
        at if further else None,
    )
    row = {name: getattr(value, name) for name in Notification.__dataclass_fields__}
    async with world.database.transaction(world.authority) as tx:
        await tx.run(notifications.insert(), [row | {"authority": world.authority, "occurrence": uuid4()}])
        n = notifications.c
        found = await tx.all(select(n.id).where(n.id == value.id, heard_by(ear)))

    assert bool(found) is ear.hears(value)


async def test_the_clock_runs_until_told_to_stop_and_fills_an_empty_list(world: World, messenger: Database) -> None:
    case = await world.case()
    async with world.database.transaction(world.authority) as tx:
        await WatchBook(tx).forget()
    place: Any = SimpleNamespace(database=world.database, messenger=messenger)
    stop = asyncio.Event()

    running = asyncio.gather(clock.keep_watch(place, stop), clock.keep_list(place, stop))
    while not await listed(world, case):
        pass
    stop.set()
    await asyncio.wait_for(running, timeout=30)

    assert len(await listed(world, case)) == 1
