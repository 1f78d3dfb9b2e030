"""The clock sees to exemptions: an end is announced once and in good time, and none outlasts what it rests on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from structlog.testing import capture_logs

from chassis.clock import DENMARK
from chassis.database import Database
from chassis.settings import Settings
from chassis.workplace import Workplace
from services.cases.clocks.exemptions import announce, lapse, see_to_exemptions, watch_exemptions
from services.cases.tables import exemptions
from tests.cases.exempting import (
    DAY,
    Enrolled,
    basis_ends,
    enrolled,
    exempted,
    in_days,
    leaves,
    notice_of,
    row_of,
    today,
)
from tests.cases.world import Json, World
from tests.support.servers import TestDatabases


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


@pytest.fixture
async def messenger(databases: TestDatabases) -> AsyncIterator[Database]:
    """Who sees whose exemptions last."""
    seeing = Database(databases["cases"].messenger_url, name="cases-messenger", pool_size=1)
    yield seeing
    await seeing.close()


def at(days: int, hour: int = 12, minute: int = 0) -> datetime:
    """So many days from today, at this hour in Denmark."""
    return datetime.combine(today() + days * DAY, datetime.min.time(), DENMARK).replace(hour=hour, minute=minute)


async def announced(world: World, case: Json) -> list[Any]:
    """The ends that the town has heard of."""
    return [e["data"]["validTo"] for e in await world.announced(case["id"]) if "exemption-ending" in e["type"]]


# -- announcing ------------------------------------------------------------------------------------------------------


async def test_the_end_is_announced_as_many_days_ahead_by_the_danish_day_and_once(world: World, case: Json) -> None:
    made = await exempted(world, case, to=in_days(100))

    await announce(world.database, world.authority, at(71, 23, 59))
    before = await announced(world, case)
    for when in (at(72, 0), at(72, 0, 1), at(80), at(100), at(101)):
        await announce(world.database, world.authority, when)

    assert before == []
    assert await announced(world, case) == [in_days(100)]
    kept = await row_of(world, made["id"])
    assert (kept.announced_at, kept.announced_to, kept.version) == (at(72, 0), today() + 100 * DAY, 2)
    seen = await world.caller().read(f"/cases/{case['id']}/exemptions/{made['id']}")
    assert datetime.fromisoformat(seen["endAnnouncedAt"]) == at(72, 0)


@pytest.mark.parametrize("back_after", [73, 95, 100])
async def test_a_process_that_was_down_that_day_announces_when_it_is_back(
    world: World, case: Json, back_after: int
) -> None:
    await exempted(world, case, to=in_days(100))

    await announce(world.database, world.authority, at(back_after))

    assert await announced(world, case) == [in_days(100)]


async def test_an_end_that_nobody_could_announce_is_an_error_and_no_untruth(world: World, case: Json) -> None:
    made = await exempted(world, case, to=in_days(100))

    with capture_logs() as said:
        await announce(world.database, world.authority, at(101, 0))
        await announce(world.database, world.authority, at(102))

    assert await announced(world, case) == []
    assert [(line["event"], line["exemption"]) for line in said] == [("exemption-ended-unannounced", made["id"])]
    assert (await row_of(world, made["id"])).announced_at is None


async def test_how_far_ahead_is_the_authoritys_policy(world: World, case: Json) -> None:
    await exempted(world, case, to=in_days(100))
    await notice_of(world, 60)

    await announce(world.database, world.authority, at(39))
    before = await announced(world, case)
    await announce(world.database, world.authority, at(40))

    assert (before, await announced(world, case)) == ([], [in_days(100)])


async def test_one_that_lasts_no_longer_than_the_notice_is_announced_at_once(world: World, case: Json) -> None:
    await exempted(world, case, to=in_days(5))

    await announce(world.database, world.authority, at(0))

    assert await announced(world, case) == [in_days(5)]


async def test_a_decision_to_end_it_sooner_is_its_own_announcement_and_each_day_has_one(
    world: World, case: Json
) -> None:
    made = await exempted(world, case, to=in_days(100))
    await announce(world.database, world.authority, at(75))
    ending = f"/cases/{case['id']}/exemptions/{made['id']}/ending"
    await world.caller().does(ending, {"on": in_days(50), "reasonCode": "assessment-changed"})

    for when in (at(30), at(50), at(80)):
        await announce(world.database, world.authority, when)

    assert await announced(world, case) == [in_days(100), in_days(50)]


async def test_what_was_cancelled_before_it_began_is_not_announced(world: World, case: Json) -> None:
    made = await exempted(world, case, **{"from": in_days(60), "to": in_days(100)})
    ending = f"/cases/{case['id']}/exemptions/{made['id']}/ending"
    await world.caller().does(ending, {"on": in_days(30), "reasonCode": "registered-in-error"})

    await announce(world.database, world.authority, at(59))

    assert await announced(world, case) == [in_days(59)]  # by the decision itself


async def test_two_workers_announce_once(world: World, case: Json) -> None:
    await exempted(world, case, to=in_days(100))

    await asyncio.gather(*(announce(world.database, world.authority, at(80)) for _ in range(4)))

    assert await announced(world, case) == [in_days(100)]


# -- lapsing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def part(world: World, case: Json) -> Enrolled:
    """The citizen in a trial, exempt from today for 200 days."""
    found = await enrolled(world, case)
    await world.caller().does(f"/cases/{case['id']}/exemptions", found.asking(0, 200))
    return found


async def of_case(world: World, case: Json) -> Json:
    """The one exemption of the case."""
    (one,) = (await world.caller().read(f"/cases/{case['id']}/exemptions"))["items"]
    return dict(one)


async def test_while_basis_and_enrolment_last_nothing_lapses(world: World, case: Json, part: Enrolled) -> None:
    await basis_ends(world, part, 200)
    await leaves(world, part, 250)

    await lapse(world.database, world.authority, at(1))

    assert ((await of_case(world, case))["to"], await announced(world, case)) == (in_days(200), [])


@pytest.mark.parametrize(
    ("ends", "seen_on", "last"),
    [(100, 1, 100), (29, 1, 29), (28, 1, 29), (5, 1, 29), (1, 1, 29), (-3, 1, 29), (40, 35, 63)],
)
async def test_a_legal_basis_that_ends_sooner_takes_the_exemption_with_it_and_never_without_notice(
    world: World, case: Json, part: Enrolled, ends: int, seen_on: int, last: int
) -> None:
    await basis_ends(world, part, ends)

    for _ in range(2):
        await lapse(world.database, world.authority, at(seen_on))

    found = await of_case(world, case)
    assert (found["to"], found["grantedTo"]) == (in_days(last), in_days(200))
    assert (found["ending"]["reasonCode"], found["version"]) == ("legal-basis-ended", 2)
    assert await announced(world, case) == [in_days(last)]
    assert (await world.caller().read(f"/cases/{case['id']}"))["exemptUntil"] == in_days(last)


@pytest.mark.parametrize(("seen_on", "last"), [(0, 28), (3, 28), (28, 28), (30, 30)])
async def test_who_leaves_the_trial_stays_exempt_until_the_day_they_were_told(
    world: World, case: Json, part: Enrolled, seen_on: int, last: int
) -> None:
    await leaves(world, part, 28)

    await lapse(world.database, world.authority, at(seen_on))
    await announce(world.database, world.authority, at(seen_on))

    found = await of_case(world, case)
    assert (found["to"], found["ending"]["reasonCode"]) == (in_days(last), "enrolment-ended")
    assert await announced(world, case) == [in_days(last)]


async def test_an_exemption_by_ordinary_law_rests_on_no_trial(world: World, case: Json, part: Enrolled) -> None:
    made = await exempted(world, case, provisions=["availability"])
    await basis_ends(world, part, 1)

    await lapse(world.database, world.authority, at(0))

    kept = await world.caller().read(f"/cases/{case['id']}/exemptions/{made['id']}")
    assert (kept["to"], kept["version"]) == (in_days(150), 1)


async def test_in_a_closed_case_it_lapses_too(world: World, case: Json, part: Enrolled) -> None:
    await world.caller().does(
        f"/cases/{case['id']}/closure",
        {"ground": "citizen-declined", "reason": "Vil ikke.", "citizenStatement": "Jeg vil ikke mere."},
    )
    await basis_ends(world, part, 90)

    await lapse(world.database, world.authority, at(0))

    assert (await of_case(world, case))["to"] == in_days(90)


# -- the task --------------------------------------------------------------------------------------------------------


async def test_one_look_sees_to_every_authority_and_one_that_cannot_be_seen_to_holds_up_no_other(
    world: World, messenger: Database, case: Json
) -> None:
    broken = await exempted(world, case, to=in_days(20))
    other = await world.case()
    await exempted(world, other, to=in_days(21))
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(exemptions).where(exemptions.c.id == broken["id"]).values(version=2**31 - 1))

    with capture_logs() as said:
        await see_to_exemptions(messenger, world.database, at(0))

    assert (await announced(world, case), await announced(world, other)) == ([], [in_days(21)])
    assert [line["exemption"] for line in said if line["event"] == "exemption-broken"] == [broken["id"]]


async def test_the_task_runs_until_it_is_told_to_stop(
    world: World, messenger: Database, case: Json, tmp_path: Path
) -> None:
    await exempted(world, case, to=in_days(5))
    settings = Settings(
        service="cases",
        mode="development",
        home=tmp_path,
        keys_dir=world.keys,
        issuers_file=world.keys / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
    )
    stop = asyncio.Event()

    task = asyncio.create_task(watch_exemptions(Workplace(world.database, messenger, settings), stop))
    async with asyncio.timeout(120):
        while not await announced(world, case):
            assert not task.done(), task
            await asyncio.sleep(0.05)
        stop.set()
        await task

    assert await announced(world, case) == [in_days(5)]


async def test_the_messenger_sees_whose_exemptions_last_and_nothing_of_them(
    world: World, messenger: Database, case: Json
) -> None:
    await exempted(world, case)

    async with messenger.transaction(None) as tx:
        rows = await tx.all(text("select authority from exemptions where valid_to > current_date"))
    assert world.authority in {row.authority for row in rows}
    for column in ("case_id", "reason", "legal_basis_id", "id"):
        with pytest.raises(Exception, match="permission denied"):
            async with messenger.transaction(None) as tx:
                await tx.all(text(f"select {column} from exemptions"))


def test_a_day_is_a_danish_day() -> None:
    assert at(0, 0).utcoffset() in (timedelta(hours=1), timedelta(hours=2))
