"""How a process leaves: not ready at once, serving for a while yet, then finishing what it has begun."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import orjson
import pytest

from chassis.keys import development_token, make_missing
from helhed.databases import ServiceDatabase
from tests.chassis.processes import Served, served


@pytest.fixture
def surroundings(shop_database: ServiceDatabase, keys: Path) -> dict[str, str]:
    """What the process is told of its surroundings."""
    make_missing(keys, "development")
    return {"HELHED_SURVEYS_DATABASE_URL": shop_database.app_url, "HELHED_KEYS_DIR": str(keys)}


@pytest.fixture
def shop_process(surroundings: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    """The small service as a process that drains for six seconds."""
    with served("shop", tmp_path / "log", **surroundings, HELHED_DRAIN_SECONDS="6") as process:
        yield process.until(200)


@pytest.fixture
def headers(keys: Path) -> dict[str, str]:
    """Somebody who may ask."""
    token = development_token(keys, authority="0101", sectors=["employment"], roles=["caseworker"])
    return {"Authorization": f"Bearer {token}", "Access-Purpose": "casework"}


def test_told_to_leave_it_says_so_serves_on_finishes_and_ends_well(
    shop_process: Served, headers: dict[str, str]
) -> None:
    with ThreadPoolExecutor() as elsewhere:
        slow = elsewhere.submit(httpx2.get, f"{shop_process.url}/v1/slowness/9", headers=headers, timeout=60)
        while "slowness" not in str(slow) and not slow.running():
            time.sleep(0.01)
        httpx2.get(f"{shop_process.url}/v1/menu", headers=headers)  # the slow one is under way when this one is done

        told = time.monotonic()
        shop_process.tell(signal.SIGTERM)
        shop_process.until(503)
        meanwhile = httpx2.get(f"{shop_process.url}/v1/menu", headers=headers)
        looked = time.monotonic() - told

        answer = slow.result(60)
        status = shop_process.ends()

    assert looked < 6
    assert meanwhile.status_code == 200
    assert (answer.status_code, answer.json()) == (200, {"told": "at last"})
    assert status == 0
    assert shop_process.ready() is None


def test_told_twice_it_does_not_wait_for_callers_to_look_away(surroundings: dict[str, str], tmp_path: Path) -> None:
    with served("shop", tmp_path / "log", **surroundings, HELHED_DRAIN_SECONDS="600") as process:
        process.until(200)
        process.tell(signal.SIGTERM)
        process.until(503)

        process.tell(signal.SIGTERM)

        assert process.ends() == 0


def test_a_process_that_cannot_start_ends_badly(tmp_path: Path) -> None:
    with served("shop", tmp_path / "log", HELHED_KEYS_DIR=str(tmp_path / "nothing")) as process:
        assert process.ends() != 0


def test_without_its_database_it_lives_is_not_ready_and_ends_at_ctrl_c(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    away = surroundings | {"HELHED_SURVEYS_DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nowhere"}
    with served("shop", tmp_path / "log", **away, HELHED_DRAIN_SECONDS="600") as process:
        process.until(503)
        assert httpx2.get(f"{process.url}/livez").status_code == 200

        process.tell(signal.SIGINT)

        assert process.ends() == 0
        assert "Traceback" not in process.words()


def test_no_line_of_the_log_says_what_people_sent(shop_process: Served, headers: dict[str, str]) -> None:
    canary = "karen-0102031234"
    url, key = f"{shop_process.url}/v1", {"Idempotency-Key": f"{canary}-{time.monotonic_ns()}"}
    with httpx2.Client(headers=headers) as http:
        made = http.post(f"{url}/things", json={"name": f"{canary}-{time.monotonic_ns()}"}, headers=key)
        assert made.status_code == 201
        http.get(f"{url}/things/{made.json()['id']}")
        http.get(f"{url}/things/{canary}/explosion")
        http.get(f"{url}/things/{canary}")
        http.get(f"{url}/{canary}?{canary}={canary}")
        http.get(f"{url}/things?colour={canary}")
        http.post(f"{url}/things", json={canary: canary}, headers=key)
        http.post(f"{url}/things", json={"name": "doomed", "note": canary}, headers={"Idempotency-Key": canary * 2})
        http.get(f"{url}/menu", headers={"Authorization": f"Bearer {canary}", "User-Agent": canary})
        http.get(f"{url}/menu", headers={"traceparent": canary, "Accept-Language": canary, "Sync-Token": canary})
        http.request("PURGE", f"{url}/menu", headers={"Host": canary})
        last = http.get(f"{url}/menu").headers["traceparent"].split("-")[1]
    deadline = time.monotonic() + 10
    while last not in shop_process.words() and time.monotonic() < deadline:
        time.sleep(0.02)

    words = shop_process.words()
    lines = [orjson.loads(line) for line in words.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]

    assert canary not in words.lower()
    assert made.json()["id"] not in words
    assert headers["Authorization"].split()[1] not in words
    assert "Hansen" not in words
    assert len(requests) == 12
    assert {line["route"] for line in requests} == {
        "/v1/things",
        "/v1/things/{thing_id}",
        "/v1/things/{thing_id}/explosion",
        "/v1/menu",
        "-",
    }
    facts = {"service", "method", "route", "status", "ms", "trace", "event", "level", "timestamp"}
    assert all(line.keys() - {"problem"} == facts for line in requests)
    # Which refusal it was, and nothing else of what the answer says.
    assert all(("problem" in line) == (line["status"] >= 400) for line in requests)
    assert {"internal-error", "invalid-request"} <= {line.get("problem") for line in requests}
    broken = [line for line in lines if line["event"] == "broken"]
    assert [line["error"]["class"] for line in broken] == ["LookupError", "ProgrammingError"]
    assert "things.py" in broken[0]["error"]["at"][-1]
    assert last in {line["trace"] for line in requests}
