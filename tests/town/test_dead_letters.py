"""Events that were put aside: shown without what they say, tried again on request."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from typer.testing import CliRunner, Result

from chassis.database import Database
from chassis.envelope import Envelope, data_of
from chassis.ids import new_id
from chassis.inbox import Outcome
from chassis.keys import make_missing
from contracts.event import Event
from contracts.events.cases import CaseOpenedV1, NeedRegisteredV1
from helhed.cli import app
from helhed.databases import ServiceDatabase
from helhed.town import SERVICES
from services.referrals.consumes import consumer
from tests.support.servers import TestDatabases
from tests.support.towns import RunningTown

AUTHORITY, CANARY = "0101", "karen-0102031234"
OPENED = CaseOpenedV1(opened_by_sector="employment", case_number="2026-004217", origin="registered")


@pytest.fixture
def urls(databases: TestDatabases, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, ServiceDatabase]:
    """An installation of this test's own, as its environment describes it."""
    made = {service: databases.fresh(service) for service in SERVICES}
    make_missing(tmp_path / "keys", "production")
    monkeypatch.setenv("HELHED_MODE", "production")
    monkeypatch.setenv("HELHED_HOME", str(tmp_path))
    for service, database in made.items():
        monkeypatch.setenv(f"HELHED_{service.upper()}_DATABASE_URL", database.app_url)
        monkeypatch.setenv(f"HELHED_{service.upper()}_MESSENGER_DATABASE_URL", database.messenger_url)
    return made


def helhed(*words: str) -> Result:
    """Call the command."""
    return CliRunner().invoke(app, ["dead-letters", *words], catch_exceptions=False)


def told(case_id: UUID, sequence: int, event: Event) -> Envelope:
    """What cases would tell."""
    moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return Envelope(new_id(), event.event_type, "cases", AUTHORITY, case_id, sequence, moment, data_of(event))


def need() -> NeedRegisteredV1:
    """One more need."""
    return NeedRegisteredV1(need_id=uuid4(), owner_sector="employment")


def with_referrals(urls: dict[str, ServiceDatabase], do: Callable[[Database], Awaitable[None]]) -> None:
    """Do it with the database of referrals."""

    async def done() -> None:
        database = Database(urls["referrals"].app_url, name="tests")
        await do(database)
        await database.close()

    asyncio.run(done())


def park(urls: dict[str, ServiceDatabase], *letters: tuple[Envelope, str, str]) -> None:
    """Put these aside in referrals."""

    async def lay_aside(database: Database) -> None:
        for envelope, reason, error in letters:
            await consumer.park(database, envelope, reason=reason, error=error, deliveries=6)

    with_referrals(urls, lay_aside)


def hear(urls: dict[str, ServiceDatabase], envelope: Envelope) -> None:
    """Let referrals take one in."""

    async def take_in(database: Database) -> None:
        assert await consumer.apply(database, envelope) is Outcome.APPLIED

    with_referrals(urls, take_in)


def spoil_outbox(urls: dict[str, ServiceDatabase], case_id: UUID) -> None:
    """An event that surveys' relay has given up on."""
    with psycopg.connect(urls["surveys"].admin_url) as admin:
        admin.execute(
            "insert into outbox (id, authority, case_id, sequence, type, event, occurred_at, attempts, parked_at,"
            " error_class) values (%s, '0101', %s, 1, 'dk.helhed.surveys.response-submitted.v1', %s, now(), 5,"
            " now() - interval '3 hours', 'Refused')",
            [uuid4(), case_id, Jsonb({"data": CANARY})],
        )


def test_where_nothing_is_put_aside_it_says_so(urls: dict[str, ServiceDatabase]) -> None:
    shown, tried = helhed("list"), helhed("replay", "referrals")

    assert (shown.exit_code, shown.output) == (0, "Nothing is put aside.\n")
    assert (tried.exit_code, tried.output) == (0, "Nothing of referrals is put aside.\n")


def test_what_is_put_aside_is_shown_and_nothing_of_what_it_says(urls: dict[str, ServiceDatabase]) -> None:
    case_id, other = uuid4(), uuid4()
    broken = told(case_id, 1, OPENED)
    broken.data["caseNumber"] = CANARY
    park(urls, (broken, "failed", "ValidationError"), (told(case_id, 2, need()), "waits-behind", ""))
    spoil_outbox(urls, other)

    shown = helhed("list")

    rows = [[cell.strip() for cell in re.split("[│┃|]", line)[1:-1]] for line in shown.output.splitlines()]
    rows = [row[1:] for row in rows if len(row) == 8 and row[1] in SERVICES]
    assert shown.exit_code == 0
    assert rows == [
        ["referrals", "cases.case-opened", "1", str(case_id), "failed ValidationError", "6", "0 min"],
        ["referrals", "cases.need-registered", "2", str(case_id), "waits-behind", "6", "0 min"],
        ["surveys", "surveys.response-submitted", "1", str(other), "not-carried Refused", "5", "3 h"],
    ]
    assert "3 put aside in 2 cases" in shown.output
    assert CANARY not in shown.output
    assert "surveys" not in helhed("list", "--service", "referrals").output


def test_a_replay_applies_what_can_be_applied_by_now(urls: dict[str, ServiceDatabase]) -> None:
    case_id = uuid4()
    park(urls, (told(case_id, 1, OPENED), "failed", "KeyError"), (told(case_id, 2, need()), "waits-behind", ""))

    tried = helhed("replay", "referrals")

    assert tried.exit_code == 0, tried.output
    assert re.search(rf"{case_id}\W+cases\W+2\W", tried.output)
    assert helhed("list").output == "Nothing is put aside.\n"
    with psycopg.connect(urls["referrals"].admin_url) as admin:
        heard = admin.execute("select sequence from inbox where case_id = %s order by sequence", [case_id]).fetchall()
    assert heard == [(1,), (2,)]


def test_what_still_fails_stays_is_named_and_makes_the_command_fail(urls: dict[str, ServiceDatabase]) -> None:
    case_id, other = uuid4(), uuid4()
    broken = told(case_id, 2, need())
    broken.data["ownerSector"] = CANARY.upper()
    park(
        urls,
        (told(case_id, 1, OPENED), "failed", "KeyError"),
        (broken, "failed", "ValidationError"),
        (told(case_id, 3, need()), "waits-behind", ""),
        (told(other, 2, need()), "gap", ""),
    )

    tried = helhed("replay", "referrals")

    assert tried.exit_code == 1
    assert re.search(rf"{case_id}\W+cases\W+1\W+ValidationError", tried.output)
    assert re.search(rf"{other}\W+cases\W+0\W+an event that has not come", tried.output)
    assert "3 still put aside" in tried.output
    assert CANARY.upper() not in tried.output


def test_one_of_several_may_be_tried_alone(urls: dict[str, ServiceDatabase]) -> None:
    one, other = uuid4(), uuid4()
    park(urls, (told(one, 1, OPENED), "failed", "KeyError"), (told(other, 1, OPENED), "failed", "KeyError"))
    name = _name_of(helhed("list"), one)

    tried = helhed("replay", "referrals", name)

    assert tried.exit_code == 0, tried.output
    assert str(one) not in (left := helhed("list").output)
    assert str(other) in left


@pytest.mark.parametrize("name", ["00000000", "", "nonsense"])
def test_a_name_that_fits_none_changes_nothing(urls: dict[str, ServiceDatabase], name: str) -> None:
    park(urls, (told(uuid4(), 1, OPENED), "failed", "KeyError"))

    tried = helhed("replay", "referrals", name)

    assert tried.exit_code == 1
    assert "names 0 events" in tried.output
    assert "1 put aside" in helhed("list").output


def test_what_could_not_be_carried_is_given_back_to_the_relay(urls: dict[str, ServiceDatabase]) -> None:
    spoil_outbox(urls, uuid4())

    tried = helhed("replay", "surveys")

    assert tried.exit_code == 0, tried.output
    assert "1 given back to the relay" in tried.output
    with psycopg.connect(urls["surveys"].admin_url) as admin:
        row = admin.execute("select parked_at, next_attempt_at, attempts, error_class from outbox").fetchone()
    assert row == (None, None, 0, None)


def test_a_service_there_is_not_is_said(urls: dict[str, ServiceDatabase]) -> None:
    for words in (("list", "--service", "payments"), ("replay", "payments")):
        answer = helhed(*words)

        assert answer.exit_code == 1
        assert "there is no service payments" in answer.output


def test_a_database_that_is_away_is_said(urls: dict[str, ServiceDatabase], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELHED_CASES_MESSENGER_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/nowhere")

    answer = helhed("list")

    assert answer.exit_code == 1
    assert "the database of cases" in answer.output
    assert "secret" not in answer.output


def test_without_a_town_there_is_nothing_to_look_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HELHED_MODE", "development")
    monkeypatch.setenv("HELHED_HOME", str(tmp_path))

    answer = helhed("list")

    assert answer.exit_code == 1
    assert "no town runs" in answer.output


def test_the_town_that_runs_is_asked(town: RunningTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELHED_MODE", "development")
    monkeypatch.setenv("HELHED_HOME", str(town.home))

    answer = helhed("list")

    assert answer.exit_code == 0, answer.output
    assert "put aside" in answer.output


def _name_of(shown: Result, case_id: UUID) -> str:
    line = next(line for line in shown.output.splitlines() if str(case_id) in line)
    return re.split("[│┃|]", line)[1].strip()
