"""An import is worked off to the end whoever dies in between: nothing is lost, nothing comes twice, nothing stays."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import Database
from chassis.problems import Unavailable
from chassis.workplace import Workplace
from services.cases.clocks import imports, work_off, work_off_imports
from services.cases.domain.operation import ABANDONED_AFTER
from services.cases.tables import cases, operation_lines, operation_parts, operations, planned_records
from tests.cases.importing import Importer, case_line, closed_line, coordinating, ndjson, stretch
from tests.cases.world import NAME, Json, World
from tests.support.servers import TestDatabases


def mixed(most: int) -> list[Any]:
    """Lines as they come: a third are new, the others were told before, are of people told before, or are faulty."""
    lines: list[Any] = []
    for place in range(0, most, 3):
        first = case_line() if place % 5 else closed_line()
        faults = [
            case_line(responsibility=[stretch(since="2022-01-01T00:00:00Z"), coordinating()]),
            '{"openedAt": ',
            case_line(citizen={"identifiers": [{"system": "cpr", "value": "310261-1234"}]}),
            case_line(citizen=first["citizen"]),
        ]
        lines += [first, first, faults[place % 4]]
    return lines[:most]


def in_parts(lines: list[Any], at_once: int) -> list[bytes]:
    """The lines as a file in parts."""
    return [ndjson(*lines[start : start + at_once]) for start in range(0, len(lines), at_once)]


async def told(importer: Importer, operation: Json) -> list[tuple[Any, ...]]:
    """What became of every line, but for ids."""
    return [(one["line"], one["outcome"], one["code"], one["pointer"]) for one in await importer.outcomes(operation)]


async def state(world: World) -> tuple[Any, ...]:
    """How many cases there are, by how they stand."""
    counted = select(cases.c.status, func.count().label("n")).group_by(cases.c.status).order_by(cases.c.status)
    async with world.database.transaction(world.authority) as tx:
        return tuple((row.status, row.n) for row in await tx.all(counted))


async def one_step(world: World, operation: Json) -> bool:
    """One batch, as a worker does it."""
    return await work_off(world.database, UUID(operation["id"]), world.authority)


async def test_a_thousand_lines_with_faults_and_a_worker_that_dies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer, lines = Importer(world), mixed(1000)
    rehearsed = await importer.work_off(await importer.submitted(*in_parts(lines, 300), dry=True))
    assert await state(world) == ()

    operation = await importer.submitted(*in_parts(lines, 300))
    take, taken = imports._take, 0

    async def dies(*args: Any) -> Any:
        nonlocal taken
        taken += 1
        if taken in (70, 333, 500):
            raise asyncio.CancelledError
        return await take(*args)

    monkeypatch.setattr(imports, "_take", dies)
    deaths = 0
    while True:
        try:
            if not await one_step(world, operation):
                break
        except asyncio.CancelledError:
            deaths += 1
    first = await importer.caller.read(f"/operations/{operation['id']}")
    became = await told(importer, first)
    after = await state(world)

    assert deaths == 3
    assert [line for line, *_ in became] == list(range(1, 1001))
    assert (first["state"], first["done"], sum(first["outcomes"].values())) == ("done", 1000, 1000)
    # A dry run foretold all of it.
    assert await told(importer, rehearsed) == became
    assert rehearsed["outcomes"] == first["outcomes"]
    codes = {code for _, _, code, _ in became}
    assert codes == {None, "open-case-exists", "holding-not-continuous", "json-invalid", "malformed-cpr"}
    # The same file once more changes nothing: what was created is unchanged now, what was refused is refused.
    again = await importer.work_off(await importer.submitted(*in_parts(lines, 1000)))
    assert (again["outcomes"]["created"], await state(world)) == (0, after)
    assert again["outcomes"]["refused"] == first["outcomes"]["refused"]
    assert sum(n for _, n in after) == first["outcomes"]["created"]


async def test_two_workers_on_one_import_do_it_once(world: World) -> None:
    importer = Importer(world)
    operation = await importer.submitted(ndjson(*(case_line() for _ in range(120))))

    async def worker() -> None:
        for _ in range(8):
            await one_step(world, operation)

    await asyncio.gather(worker(), worker(), worker())
    done = await importer.work_off(operation)

    assert done["outcomes"] == {"created": 120, "unchanged": 0, "refused": 0}
    assert await state(world) == (("open", 120),)


async def test_what_was_sent_is_sealed_and_gone_when_it_is_done(world: World) -> None:
    importer, line = Importer(world), case_line()
    operation = await importer.submitted(ndjson(line), dry=True)
    number = line["citizen"]["identifiers"][0]["value"]

    async def kept() -> list[Any]:
        async with world.database.transaction(world.authority) as tx:
            return list(await tx.all(select(operation_parts.c.content, operation_parts.c.digest)))

    waiting = bytes((await kept())[0].content)
    await importer.work_off(operation)

    assert number.encode() not in waiting
    assert NAME.encode() not in waiting
    assert [row.content for row in await kept()] == [None]
    async with world.database.transaction(world.authority) as tx:
        planned = await tx.all(select(planned_records.c.key, planned_records.c.record_id))
        outcome = await tx.all(select(operation_lines))
    assert planned
    assert {(row.key, row.record_id) for row in planned} == {(None, None)}
    assert number not in str(outcome)


async def test_a_dry_run_writes_nothing_and_says_nothing(world: World) -> None:
    importer, line = Importer(world), case_line()

    became = await importer.brought(line, line, case_line(citizen=line["citizen"]), dry=True)

    assert became == [("created", None), ("unchanged", None), ("refused", "open-case-exists")]
    assert await state(world) == ()
    assert (await world.caller().does("/cases/_search", {"identifier": line["citizen"]["identifiers"][0]}))[
        "items"
    ] == []
    assert await importer.brought(line) == [("created", None)]


async def test_a_line_that_meets_a_defect_of_ours_stops_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, calls = imports._take, 0

    async def broken(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise LookupError("010203-1234")
        return await take(*args)

    monkeypatch.setattr(imports, "_take", broken)

    became = await Importer(world).brought(case_line(), case_line(), case_line())

    assert became == [("created", None), ("refused", "internal-error"), ("created", None)]


async def test_a_database_that_has_no_time_now_is_no_reason_to_refuse(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer = Importer(world)
    operation = await importer.submitted(ndjson(case_line(), case_line()))
    take, calls = imports._take, 0

    async def away(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Unavailable()
        return await take(*args)

    monkeypatch.setattr(imports, "_take", away)
    with pytest.raises(Unavailable):
        await one_step(world, operation)

    assert (await importer.work_off(operation))["outcomes"]["created"] == 2


@pytest.fixture
async def place(world: World, databases: TestDatabases) -> Any:
    """A worker's place of work: the service's own database, and the messenger who sees what there is to do."""
    messenger = Database(databases["cases"].messenger_url, name="cases-messenger-in-tests", pool_size=1)
    yield Workplace(world.database, messenger, world.app.state.house)  # the task asks for no settings
    await messenger.close()


async def test_the_worker_finds_what_is_submitted_and_gives_up_what_never_was(world: World, place: Workplace) -> None:
    importer = Importer(world)
    operation = await importer.submitted(ndjson(case_line()))
    forgotten = await importer.caller.does("/imports", {"kind": "cases"})
    await importer.send(forgotten, 1, ndjson(case_line()))
    fresh = await importer.caller.does("/imports", {"kind": "cases"})
    async with world.database.transaction(world.authority) as tx:
        long_ago = now() - ABANDONED_AFTER * 2
        changed = operations.update().where(operations.c.id == forgotten["id"]).values(requested_at=long_ago)
        await tx.run(changed)

    stop = asyncio.Event()
    task = asyncio.create_task(work_off_imports(place, stop))
    states: list[str] = []
    async with asyncio.timeout(60):
        while states[:2] != ["done", "given-up"]:
            found = [await importer.caller.read(f"/operations/{one['id']}") for one in (operation, forgotten, fresh)]
            states = [one["state"] for one in found]
            await asyncio.sleep(0.05)
    stop.set()
    await task

    assert states == ["done", "given-up", "receiving"]
    async with world.database.transaction(world.authority) as tx:
        kept = operation_parts.c.operation_id == forgotten["id"]
        assert [row.content for row in await tx.all(select(operation_parts.c.content).where(kept))] == [None]
