"""The town of the fault tests: one of their own, with fsync, used by one test at a time."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helhed.ports import free_ports
from tests.support.run import Run
from tests.support.towns import RunningTown, is_up


@pytest.fixture
def restless(run: Run) -> Iterator[RunningTown]:
    """The town, whole at first, and nobody else's until the test is over.

    Not `full_town`: that one commits without waiting for the disk, and what the server had acknowledged but not yet
    written would be lost with it, as the tests here would rightly say.
    """
    home = run.folder / "restless"
    with run.alone("restless-in-use"):
        run.once("restless", lambda: _start(run, home))
        yield RunningTown(home)


@pytest.fixture
def history(restless: RunningTown) -> Path:
    """Where all callers of that town write down what they did: the checker wants to know of everybody."""
    return restless.home / "history.jsonl"


def _start(run: Run, home: Path) -> None:
    port = free_ports(1)[0]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HELHED_")}
    with run.alone("starting-a-town"):
        run.keep(
            "restless",
            [sys.executable, "-m", "tests.faults.restless"],
            until=lambda: is_up(home, port),
            environment=clean | {"HELHED_HOME": str(home), "HELHED_PORT": str(port)},
            seconds=240,
        )
