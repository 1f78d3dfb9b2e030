"""What happens when something is killed: a child, the supervisor, or both, and what a start finds afterwards."""

import os
import signal
import subprocess
import sys

import psycopg
import pytest

from helhed import pids
from helhed.home import Home
from helhed.up import is_ready
from tests.town.conftest import Start, Started, wait_until


@pytest.mark.parametrize("name", ["gateway", "cases", "nats", "postgres"])
def test_a_killed_child_is_started_again(start: Start, name: str) -> None:
    town = start("postgres", "nats", "gateway", "cases").until_ready()

    killed = town.town.kill(name)

    wait_until(lambda: town.town.pid(name) != killed and _answers(town, name))


def _answers(town: Started, name: str) -> bool:
    home = Home(town.home)
    port = next(process["port"] for process in home.read_register()["processes"] if process["name"] == name)
    if name == "postgres":
        url = f"postgresql://postgres:{home.secret('postgres.password')}@127.0.0.1:{port}/postgres"
        try:
            psycopg.connect(url, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True
    if name == "nats":
        from helhed.embedded import Nats

        return Nats(home, port).greets()
    return is_ready(port, "/readyz")


def test_a_supervisor_killed_without_warning_leaves_nobody(start: Start) -> None:
    town = start("postgres", "nats", "gateway", "cases-stubborn").until_ready()
    assert len(town.family()) > 4

    town.process.kill()
    town.process.wait()

    assert town.left_behind(seconds=10) == []


def test_a_start_after_that_finds_its_data_and_clears_up(start: Start) -> None:
    first = start("postgres", "nats", "gateway").until_ready()
    first.process.kill()
    first.process.wait()

    second = start("postgres", "nats", "gateway", home=first.home).until_ready()

    assert is_ready(second.port, "/readyz")


def test_a_start_ends_what_outlived_its_supervisor_and_no_other(start: Start, home: Home) -> None:
    sleep = (sys.executable, "-c", "import time; time.sleep(60)")
    with subprocess.Popen(sleep) as orphan, subprocess.Popen(sleep) as stranger:
        home.write_register(
            {
                "processes": [
                    {"name": "cases", "pid": orphan.pid, "born": pids.birth(orphan.pid)},
                    # The number of a dead child that somebody else has got since.
                    {"name": "surveys", "pid": stranger.pid, "born": "another time"},
                ]
            }
        )

        town = start("gateway")
        # A dead child of ours would look alive to us until we ask for it.
        ended = orphan.wait(20)
        town.until_ready()

        assert ended == -signal.SIGTERM
        assert stranger.poll() is None
        stranger.kill()


def test_a_pid_file_of_a_dead_supervisor_is_no_obstacle(start: Start, home: Home) -> None:
    (home.path / "helhed.pid").write_text(f"{os.getpid()}\n")  # a living process, but not one that holds the lock

    town = start("gateway").until_ready()

    assert (home.path / "helhed.pid").read_text() == f"{town.process.pid}\n"


def test_a_postgres_lock_with_somebody_elses_number_is_no_obstacle(start: Start) -> None:
    first = start("postgres", "gateway").until_ready()
    first.stop()
    (first.home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{first.home}/postgres\n")

    second = start("postgres", "gateway", home=first.home).until_ready()

    assert second.process.poll() is None
    assert pids.birth(os.getpid())


def test_a_server_that_outlived_its_supervisor_is_stopped_and_replaced(start: Start) -> None:
    first = start("postgres", "gateway").until_ready()
    orphan = first.town.pid("postgres")
    (first.home / "town.json").unlink()  # so that only postmaster.pid tells of it
    # Stopped, it cannot obey the kernel's signal to die with its supervisor: so it is still there at the next start.
    os.kill(orphan, signal.SIGSTOP)
    first.process.kill()
    first.process.wait()
    assert pids.birth(orphan)

    second = start("postgres", "gateway", home=first.home)
    wait_until(lambda: (second.home / "helhed.pid").read_text().strip() == str(second.process.pid))
    os.kill(orphan, signal.SIGCONT)
    second.until_ready()

    assert pids.birth(orphan) is None


def test_data_of_another_major_version_is_said(start: Start) -> None:
    first = start("postgres", "gateway").until_ready()
    first.stop()
    (first.home / "postgres" / "PG_VERSION").write_text("17\n")

    words = start("postgres", "gateway", home=first.home).words()

    assert "made by PostgreSQL 17; this is PostgreSQL 18" in words
    assert "make clean" in words


def test_an_interrupted_first_start_is_no_start(start: Start, home: Home) -> None:
    (home.path / "postgres.new").mkdir()
    (home.path / "postgres.new" / "half").write_text("made")

    start("postgres", "gateway").until_ready()

    assert (home.path / "postgres" / "PG_VERSION").exists()
    assert not (home.path / "postgres.new").exists()
