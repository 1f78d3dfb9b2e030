"""Letters to the citizen: claimed once, sent with a link of the moment, settled once; nothing is sent from within a
transaction, so a crash in between sends again."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from chassis.clock import now
from chassis.database import Database
from chassis.settings import Settings
from chassis.worker import Workplace
from services.cases.clocks import deliver, deliver_letters, post_office
from services.cases.domain.citizen import Contact
from services.cases.domain.letters import LEASE, MOST_ATTEMPTS
from services.cases.sends import LetterFiles, Links, NotSentNow
from services.cases.tables import cases, deliveries
from tests.cases.use_cases.letters import FULL, Crash, LinksInMemory, Office, Surveys, listening
from tests.cases.world import NAME, Json, World, cpr
from tests.support.servers import TestDatabases

PHONE = {"phone": "12345678", "language": "en"}


@pytest.fixture
def office() -> Office:
    """Where letters are handed over."""
    return Office()


async def case_of(world: World, contact: Json | None) -> Json:
    """A case of somebody who can be reached like this."""
    person: Json = {"identifiers": [{"system": "cpr", "value": cpr()}], "name": NAME}
    return await world.case(citizen=person | ({"contact": contact} if contact else {}))


async def letter(world: World, contact: Json | None = PHONE) -> tuple[Json, UUID]:
    """A letter that is due; its case and its invitation."""
    case = await case_of(world, contact)
    return case, await world.invited(case)


async def row_of(world: World, invitation_id: UUID) -> Any:
    """The letter as kept."""
    async with world.database.transaction(world.authority) as tx:
        return await tx.one(select(deliveries).where(deliveries.c.invitation_id == invitation_id))


async def make_due(world: World, invitation_id: UUID, **also: Any) -> None:
    """Let the time of the next attempt come."""
    async with world.database.transaction(world.authority) as tx:
        mine = deliveries.c.invitation_id == invitation_id
        await tx.run(update(deliveries).where(mine).values(next_attempt_at=text("now() - interval '1 s'"), **also))


async def told(world: World, case: Json) -> list[Any]:
    """What the town heard of letters of the case."""
    events = await world.announced(case["id"])
    return [(e["type"].split(".")[3], e["data"]) for e in events if ".invitation-" in e["type"]]


# -- one letter ----------------------------------------------------------------------------------------------------


async def test_a_letter_is_delivered_once_with_the_link_of_the_moment(
    world: World, links: Links, surveys: Surveys, office: Office
) -> None:
    case, invitation_id = await letter(world)

    for _ in range(3):
        await deliver(world.database, links, office, invitation_id, world.authority)

    assert (await row_of(world, invitation_id)).state == "delivered"
    (sent,) = office.sent
    assert (sent["channel"], sent["contact"].language) == ("sms", "en")
    assert list(surveys.given.values()) == [sent["link"]]
    assert await told(world, case) == [("invitation-delivered", {"invitationId": str(invitation_id), "channel": "sms"})]


async def test_two_workers_send_one_letter_once(world: World, links: Links, office: Office) -> None:
    case, invitation_id = await letter(world)

    tries = (deliver(world.database, links, office, invitation_id, world.authority) for _ in range(4))
    await asyncio.gather(*tries)

    assert len(office.sent) == len(await told(world, case)) == 1


async def test_a_crash_before_settling_sends_again_with_the_link_that_was_lost(
    world: World, links: Links, surveys: Surveys, office: Office
) -> None:
    case, invitation_id = await letter(world)
    office.fails = Crash()

    with pytest.raises(Crash):
        await deliver(world.database, links, office, invitation_id, world.authority)
    claimed = await row_of(world, invitation_id)
    office.fails = None
    await deliver(world.database, links, office, invitation_id, world.authority)
    assert office.sent == []  # still claimed by the one that died
    await make_due(world, invitation_id)
    await deliver(world.database, links, office, invitation_id, world.authority)

    assert (claimed.state, claimed.attempts) == ("pending", 0)
    assert now() < claimed.next_attempt_at < now() + LEASE
    assert [sent["link"] for sent in office.sent] == list(surveys.given.values())
    assert len(await told(world, case)) == 1


@pytest.mark.parametrize("trouble", ["surveys", "office"])
async def test_what_fails_now_is_tried_later_with_another_link(
    world: World, links: Links, surveys: Surveys, office: Office, trouble: str
) -> None:
    case, invitation_id = await letter(world)
    if trouble == "surveys":
        surveys.leave()
    else:
        office.fails = FULL

    await deliver(world.database, links, office, invitation_id, world.authority)
    waiting = await row_of(world, invitation_id)
    surveys.answers, office.fails = None, None
    await make_due(world, invitation_id)
    await deliver(world.database, links, office, invitation_id, world.authority)

    assert (waiting.state, waiting.attempts) == ("pending", 1)
    assert waiting.next_attempt_at > now()
    assert [sent["link"] for sent in office.sent] == [surveys.given[f"letter-{invitation_id}-1"]]
    assert len(await told(world, case)) == 1


async def test_an_invitation_that_is_over_is_not_tried_again(
    world: World, links: Links, surveys: Surveys, office: Office
) -> None:
    case, invitation_id = await letter(world)
    surveys.end()

    await deliver(world.database, links, office, invitation_id, world.authority)

    assert (await row_of(world, invitation_id)).state == "undeliverable"
    assert await told(world, case) == [undeliverable(invitation_id, "invitation-ended")]


@pytest.mark.parametrize("contact", [None, {"language": "da"}, {"preferredChannel": "sms"}])
async def test_without_a_way_to_the_citizen_no_link_is_made(
    world: World, surveys: Surveys, office: Office, contact: Json | None
) -> None:
    case, invitation_id = await letter(world, contact)

    await deliver(world.database, LinksInMemory(surveys), office, invitation_id, world.authority)

    assert (surveys.given, office.sent) == ({}, [])
    assert await told(world, case) == [undeliverable(invitation_id, "no-contact-data")]


async def test_nobody_writes_to_the_citizen_of_a_closed_case(world: World, surveys: Surveys, office: Office) -> None:
    case, invitation_id = await letter(world)
    await world.caller().does(f"/cases/{case['id']}/closure", {"ground": "citizen-died", "reason": "Død."})

    await deliver(world.database, LinksInMemory(surveys), office, invitation_id, world.authority)

    assert (surveys.given, office.sent) == ({}, [])
    assert (await row_of(world, invitation_id)).state == "undeliverable"


@pytest.mark.parametrize("lacks", ["links", "office"])
async def test_where_nothing_is_sent_the_town_hears_that_it_is_not(
    world: World, surveys: Surveys, office: Office, lacks: str
) -> None:
    case, invitation_id = await letter(world)
    ways = (None, office) if lacks == "links" else (LinksInMemory(surveys), None)

    await deliver(world.database, *ways, invitation_id, world.authority)

    assert await told(world, case) == [undeliverable(invitation_id, "no-delivery-channel")]


async def test_after_a_day_of_trying_a_letter_is_given_up(world: World, surveys: Surveys, office: Office) -> None:
    case, invitation_id = await letter(world)
    await make_due(world, invitation_id, attempts=MOST_ATTEMPTS)

    await deliver(world.database, LinksInMemory(surveys), office, invitation_id, world.authority)

    assert office.sent == []
    assert await told(world, case) == [undeliverable(invitation_id, "gave-up")]


def undeliverable(invitation_id: UUID, why: str) -> tuple[str, Json]:
    return "invitation-undeliverable", {"invitationId": str(invitation_id), "reasonCode": why}


# -- the clock -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def place(world: World, databases: TestDatabases, tmp_path: Path) -> AsyncIterator[Workplace]:
    """Where the worker's tasks work."""
    messenger = Database(databases["cases"].messenger_url, name="cases-messenger", pool_size=1)
    settings = Settings(
        service="cases",
        mode="development",
        home=tmp_path,
        keys_dir=world.keys,
        issuers_file=world.keys / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
    )
    yield Workplace(database=world.database, messenger=messenger, settings=settings)
    await messenger.close()


async def test_due_letters_are_delivered_and_one_that_cannot_be_tried_stops_no_other(
    world: World, place: Workplace, surveys: Surveys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_case, broken = await letter(world)
    async with world.database.transaction(world.authority) as tx:
        await tx.run(update(cases).where(cases.c.id == broken_case["id"]).values(details=b"not a seal"))
    _, sound = await letter(world)
    stop = asyncio.Event()

    async with listening(surveys) as address:
        monkeypatch.setenv("HELHED_SURVEYS_URL", address)
        monkeypatch.setenv("HELHED_OUTGOING_DIR", str(tmp_path / "out"))
        clock = asyncio.create_task(deliver_letters(place, stop))
        async with asyncio.timeout(120):
            while (await row_of(world, sound)).state == "pending" or (await row_of(world, broken)).attempts == 0:
                assert not clock.done(), clock
                await asyncio.sleep(0.05)
        stop.set()
        await clock

    written = json.loads((tmp_path / "out" / f"{sound}.json").read_text())
    assert (written["channel"], written["language"]) == ("sms", "en")
    assert written["link"] in surveys.given.values()
    put_off = await row_of(world, broken)
    assert (put_off.state, put_off.attempts) == ("pending", 1)
    assert put_off.next_attempt_at > now()


async def test_letters_lie_in_files_on_a_laptop_only_and_only_their_owner_reads_them(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    monkeypatch.setenv("HELHED_OUTGOING_DIR", str(folder))
    production = Workplace(place.database, place.messenger, replace(place.settings, mode="production"))
    invitation_id = uuid4()

    office = post_office(place)
    assert office is not None
    await office.send(invitation_id, channel="sms", contact=Contact(phone="1"), link="https://l", at=now())

    (file,) = folder.iterdir()
    assert (file.name, file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (
        f"{invitation_id}.json",
        0o600,
        0o700,
    )
    assert post_office(production) is None


async def test_a_letter_that_cannot_be_written_is_tried_later(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")

    with pytest.raises(NotSentNow):
        await LetterFiles(tmp_path / "out").send(uuid4(), channel="sms", contact=Contact(), link="-", at=now())
