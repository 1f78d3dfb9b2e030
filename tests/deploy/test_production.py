"""compose.yaml, run without an engine: its commands, environment and mounted files are enough, and none too many."""

import json
import re
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import nats
import pytest

from chassis.keys import development_token, make_missing, service_token
from tests.deploy.broker import broker
from tests.deploy.compose_file import ROOT, load
from tests.deploy.production import Production
from tests.support.run import Run

PREPARE = runpy.run_path(str(ROOT / "deploy" / "prepare.py"), run_name="prepare")
COMPOSE = load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def town(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The whole town, on a PostgreSQL of its own: the migration sets passwords of roles, which a server shares.

    One worker's at a time, should these tests be shared out: the next one sets other passwords.
    """
    folder = tmp_path_factory.mktemp("production")
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    with run.alone("production-in-use"):
        (secrets / "administrator_database_url").write_text(_postgres(run), encoding="utf-8")
        PREPARE["prepare_secrets"](secrets)
        with broker(secrets, folder) as nats_port:
            _point_at(secrets, nats_port)
            town = Production(COMPOSE, secrets, folder)
            assert town.run_to_the_end("migrate") == 0, town.log("migrate")
            with town.running() as processes:
                _wait_until_ready(town, processes)
                yield town
                _all_leave_when_asked(processes)


def _postgres(run: Run) -> str:
    folder = run.folder / "production-servers"
    found = folder / "servers.json"
    command = [sys.executable, "-m", "tests.support.servers", str(folder)]
    run.keep("production-servers", command, until=found.exists, environment={}, seconds=60)
    return str(json.loads(found.read_text(encoding="utf-8"))["postgres"])


def _point_at(secrets: Path, nats_port: int) -> None:
    """Put this machine's addresses where the containers' names stand."""
    address = urlsplit((secrets / "administrator_database_url").read_text(encoding="utf-8"))
    for path in secrets.glob("*_url"):
        path.chmod(0o600)
        text = path.read_text(encoding="utf-8").replace("@postgres:5432", f"@{address.hostname}:{address.port}")
        path.write_text(text.replace("@nats:4222", f"@127.0.0.1:{nats_port}"), encoding="utf-8")


def _wait_until_ready(town: Production, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + 240
    waiting = set(town.ports)
    while waiting and time.monotonic() < deadline and not any(process.poll() for process in processes.values()):
        waiting -= {name for name in waiting if _says_ready(town.url(name, "/readyz"))}
        time.sleep(0.1)
    assert not waiting, "\n".join(f"{name}:\n{town.log(name)[-2000:]}" for name in sorted(waiting))


def _says_ready(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=3).status_code == 200
    except httpx2.TransportError:
        return False


def _all_leave_when_asked(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        process.send_signal(signal.SIGTERM)
    left = {name: process.wait(timeout=40) for name, process in processes.items()}
    assert set(left.values()) == {0}, left


def test_the_gateway_answers_and_knows_what_it_is(town: Production) -> None:
    document = httpx2.get(town.url("gateway", "/v1/openapi.json"), timeout=10).json()

    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) > 10


def test_a_development_token_is_worth_nothing_here(town: Production, tmp_path: Path) -> None:
    make_missing(tmp_path, "development")
    token = development_token(tmp_path, authority="0101", sectors=["employment"], roles=["caseworker"])

    answer = _get(town, "gateway", "/v1/cases", token)

    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["surveys", "gateway"])
def test_a_services_own_token_reaches_its_database_directly_and_through_the_gateway(
    town: Production, name: str
) -> None:
    token = service_token(town.secrets, "cases", authority="0101")

    answer = _get(town, name, "/v1/survey-programmes", token)

    assert answer.status_code == 200, answer.text


async def test_the_brokers_rules_let_every_worker_do_its_work(town: Production) -> None:
    url = (town.secrets / "cases_nats_url").read_text(encoding="utf-8")
    client = await nats.connect(url)
    try:
        stream = client.jetstream()
        listening = {
            source: {consumer.name for consumer in await stream.consumers_info(source.upper())}
            for source in ("cases", "referrals", "surveys")
        }
    finally:
        await client.close()

    assert {"referrals-on-cases", "surveys-on-cases"} <= listening["cases"]
    assert "cases-on-referrals" in listening["referrals"]
    assert "cases-on-surveys" in listening["surveys"]


def test_no_process_writes_where_it_stands(town: Production) -> None:
    for name in town.ports:
        written = [path for path in (town.folder / name).iterdir() if path.name not in ("run", "etc")]

        assert written == [], name


def _get(town: Production, name: str, path: str, token: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}", "Access-Purpose": "system-integration"}
    return httpx2.get(town.url(name, path), headers=headers, timeout=10)


def test_what_the_page_says_of_dead_letters_works_where_it_says(town: Production) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ *docker compose exec (\S+) (helhed dead-letters .+)$", page, re.MULTILINE)

    assert {command.split()[2] for _, command in commands} == {"list", "replay"}
    for where, command in commands:
        done = town.exec(where, *command.split())
        assert (done.returncode, "put aside" in done.stdout) == (0, True), done.stderr + done.stdout


def test_a_worker_does_not_show_what_another_service_has_put_aside(town: Production) -> None:
    done = town.exec("referrals-worker", "helhed", "dead-letters", "list", "--service", "cases")

    assert done.returncode != 0
    assert "HELHED_CASES_DATABASE_URL" in done.stderr + done.stdout
