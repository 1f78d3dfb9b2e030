"""Fixtures that every folder of tests may use. Servers are started by the first test that asks, one set per run."""

from collections.abc import Generator, Iterator

import pytest

from tests.support import browser as browsers
from tests.support import profiles, servers, towns
from tests.support.browser import Browser
from tests.support.run import Run
from tests.support.servers import TestDatabases
from tests.support.towns import RunningTown

_RUN: list[Run] = []


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run in the process that was started as pytest; its workers join it."""
    profiles.load()
    if not hasattr(config, "workerinput"):
        _RUN.append(Run.begin())


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what this process began. (Killed before this line, the kernel lets go of the lifeline for us.)"""
    while _RUN:
        _RUN.pop().end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed in a town says what the town said: who fell, and what was not to be had."""
    report = yield
    town = getattr(item, "funcargs", {}).get("town") or getattr(item, "funcargs", {}).get("restless")
    if report.failed and isinstance(town, RunningTown):
        report.sections.append(("What the town said", town.last_words()))
    return report


@pytest.fixture(scope="session")
def run() -> Run:
    """The test run: a folder shared by all workers."""
    return Run.joined()


@pytest.fixture(scope="session")
def postgres_admin_url(run: Run) -> str:
    """The administrator's URL of a real PostgreSQL, shared by all workers."""
    return servers.admin_url(run)


@pytest.fixture(scope="session")
def nats_url(run: Run) -> str:
    """A real NATS with JetStream; this worker has an account of its own, so streams of other workers are not seen."""
    return servers.fresh_nats_url(run)


@pytest.fixture
def fresh_nats_url(run: Run) -> str:
    """An account of NATS for this test alone: no streams, no consumers, nobody else."""
    return servers.fresh_nats_url(run)


@pytest.fixture(scope="session")
def databases(run: Run, worker_id: str) -> TestDatabases:
    """This worker's databases, migrated: `databases["cases"].app_url`, `.messenger_url`, `.admin_url`."""
    return TestDatabases(run, worker_id)


@pytest.fixture(scope="session")
def town(run: Run) -> RunningTown:
    """The whole town, running, one for all: `.gateway_url`, `.service_url("cases")`, `.token(…)`, `.kill(…)`."""
    return towns.full_town(run)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A real browser, one for all of a worker's tests: `async with browser.page() as page`."""
    with browsers.running(tmp_path_factory.mktemp("browser")) as running:
        yield running
