"""The list of processes, and what each of them is told."""

from pathlib import Path

import pytest

from helhed.town import SERVICES, TOWN, Process, Surroundings, environment

PROCESSES = [process for process in TOWN if process.module]


@pytest.fixture
def around() -> Surroundings:
    """A town with an address for everything."""
    return Surroundings(
        home=Path("/home"),
        ports={process.name: 20000 + number for number, process in enumerate(TOWN)},
        nats_url="nats://secret-of-nats",
        app_urls={service: f"postgresql://{service}-app" for service in SERVICES},
        messenger_urls={service: f"postgresql://{service}-messenger" for service in SERVICES},
    )


def test_every_service_is_two_processes_on_one_database() -> None:
    for service in SERVICES:
        pair = [process for process in TOWN if process.service == service]
        assert [process.name for process in pair] == [service, f"{service}-worker"]
        assert {process.database for process in pair} == {f"helhed_{service}"}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_no_process_is_told_a_secret_of_another(process: Process, around: Surroundings) -> None:
    told = " ".join(environment(process, around).values())

    for service in SERVICES:
        assert (f"{service}-app" in told) == (process.service == service)
        assert (f"{service}-messenger" in told) == (process.name == f"{service}-worker")
    assert ("secret-of-nats" in told) == process.carries_events


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_every_process_is_told_it_runs_in_development_and_where_to_listen(
    process: Process, around: Surroundings
) -> None:
    told = environment(process, around)

    assert told["HELHED_MODE"] == "development"
    assert told["HELHED_BIND"] == f"127.0.0.1:{around.ports[process.name]}"
    assert told["HELHED_CASES_URL"] == f"http://127.0.0.1:{around.ports['cases']}"
