"""What a person at a terminal sees: a start, a stop, a second start, a taken port, a process that will not come up."""

import json
import signal
import socket
from pathlib import Path

import psycopg
import pytest

from helhed import pids
from helhed.home import Home
from helhed.up import is_ready
from tests.town.conftest import Start, wait_until


@pytest.mark.parametrize("manner", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_no_process(start: Start, manner: signal.Signals) -> None:
    town = start("postgres", "nats", "gateway", "cases").until_ready()
    assert len(town.family()) > 4  # PostgreSQL has helpers of its own

    status = town.stop(manner)

    assert status == 0
    assert town.left_behind(seconds=5) == []
    assert not (town.home / "town.json").exists()


def test_the_list_tells_every_process_its_port_and_its_number(start: Start) -> None:
    town = start("postgres", "nats", "gateway", "cases").until_ready()

    told = json.loads((town.home / "town.json").read_text())

    assert told["gateway"] == f"http://127.0.0.1:{town.port}"
    assert [process["name"] for process in told["processes"]] == ["postgres", "nats", "gateway", "cases"]
    assert all(pids.is_alive(process["pid"], process["born"]) for process in told["processes"])
    assert is_ready(told["processes"][3]["port"], "/readyz")


def test_data_and_passwords_last_from_one_start_to_the_next(start: Start) -> None:
    first = start("postgres", "gateway").until_ready()
    with psycopg.connect(_admin_url(first.town.home)) as admin:
        admin.execute("create table kept (word text)")
    first.stop()

    second = start("postgres", "gateway", home=first.home).until_ready()

    with psycopg.connect(_admin_url(second.town.home)) as admin:
        assert admin.execute("select count(*) from kept").fetchone() == (0,)


def _admin_url(path: Path) -> str:
    home = Home(path)
    port = next(process["port"] for process in home.read_register()["processes"] if process["name"] == "postgres")
    return f"postgresql://postgres:{home.secret('postgres.password')}@127.0.0.1:{port}/postgres"


def test_keys_and_configuration_are_for_this_user_only(start: Start) -> None:
    town = start("postgres", "nats", "gateway").until_ready()

    files = [*(town.home / "keys").iterdir(), town.home / "nats.conf", town.home / "town.json"]

    assert len(files) > 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (town.home / "keys").stat().st_mode & 0o777 == 0o700


def test_a_taken_port_is_said_at_once_and_nothing_is_started(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        town = start("postgres", "gateway", port=port)

        words = town.words()
        assert town.process.returncode == 1
        assert f"Port {port} is taken" in words
        assert f"HELHED_PORT={port + 1} make run" in words
        assert not (town.home / "postgres").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_said(start: Start, port: str) -> None:
    assert "HELHED_PORT must be a number" in start("gateway", HELHED_PORT=port).words()


def test_a_second_start_says_who_runs_and_leaves_the_first_alone(start: Start) -> None:
    first = start("gateway", "cases").until_ready()

    second = start("gateway", "cases")

    words = second.words()
    assert second.process.returncode == 1
    assert f"process {first.process.pid}, http://127.0.0.1:{first.port}" in words
    assert is_ready(first.port, "/readyz")


def test_two_towns_run_side_by_side(start: Start, tmp_path: Path) -> None:
    ours = start("postgres", "nats", "gateway").until_ready()

    theirs = start("postgres", "nats", "gateway", home=tmp_path / "other").until_ready()

    assert is_ready(ours.port, "/readyz")
    assert is_ready(theirs.port, "/readyz")


def test_a_process_that_never_comes_up_ends_the_start_with_its_last_words(start: Start) -> None:
    town = start("gateway", "cases-broken")

    words = town.words()

    assert town.process.returncode == 1
    assert "cases-broken ended 3 times while starting" in words
    assert "this one never works: its last words" in words


def test_a_town_for_production_is_not_started_here(start: Start) -> None:
    assert "compose.yaml" in start("gateway", HELHED_MODE="production").words()


def test_ctrl_c_while_starting_leaves_no_process(start: Start) -> None:
    town = start("postgres", "gateway", "cases-deaf")
    wait_until(lambda: len(town.family()) > 4)

    status = town.stop()

    assert status == 0
    assert town.left_behind(seconds=5) == []


def test_ctrl_c_twice_does_not_wait_for_the_stubborn(start: Start) -> None:
    town = start("gateway", "cases-stubborn").until_ready()
    gateway = town.town.pid("gateway")

    town.process.send_signal(signal.SIGINT)
    wait_until(lambda: pids.birth(gateway) is None)
    town.process.send_signal(signal.SIGINT)

    assert town.process.wait(9) == 0
    assert town.left_behind(seconds=5) == []
