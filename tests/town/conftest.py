"""Starts small towns of stand-ins, and sees to it that none outlives its test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from helhed.home import Home
from helhed.ports import free_ports
from tests.support.towns import RunningTown


class Started:
    """One `small_town` process, as its user at a terminal has it: signals in, words out."""

    def __init__(
        self, home: Path, *names: str, port: int | None = None, command: tuple[str, ...] = (), **environment: str
    ):
        self.home = home
        self.port = port or free_ports(1)[0]
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HELHED_")}
        self.process = subprocess.Popen(
            command or (sys.executable, "-m", "tests.town.small_town", *names),
            env=clean | {"HELHED_HOME": str(home), "HELHED_PORT": str(self.port)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.town = RunningTown(home)
        self._family: list[psutil.Process] = []

    def until_ready(self) -> "Started":
        """Wait for the table that says everything runs."""
        assert self.process.stdout
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C stops"):
                self.family()
                return self
        raise AssertionError("".join(said))

    def family(self) -> list[psutil.Process]:
        """Every process under this one, remembered so that one can see later that it is gone."""
        self._family = psutil.Process(self.process.pid).children(recursive=True)
        return self._family

    def stop(self, manner: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and wait; the exit status."""
        self.process.send_signal(manner)
        return self.process.wait(30)

    def words(self) -> str:
        """All it says until it ends by itself."""
        return self.process.communicate(timeout=60)[0]

    def left_behind(self, seconds: float = 10) -> list[str]:
        """Who of the family still lives after that time. (The unreaped are dead: a container may have none to reap.)"""
        alive = [member for member in self._family if not _dead(member)]
        deadline = time.monotonic() + seconds
        while alive and time.monotonic() < deadline:
            time.sleep(0.05)
            alive = [member for member in alive if not _dead(member)]
        return [f"{member.pid} {member.cmdline()}" for member in alive]

    def clear_away(self) -> None:
        """End it, whatever state a failed test left it in. Its children die with it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def _dead(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


Start = Callable[..., Started]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a small town: `start("gateway", "a")`; `home=` for a folder other than the test's."""
    started: list[Started] = []

    def begin(*names: str, home: Path | None = None, **more: str) -> Started:
        started.append(Started(home or tmp_path / "home", *names, **more))
        return started[-1]

    yield begin
    for town in started:
        town.clear_away()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The folder that `start` uses when nothing else is said."""
    made = Home(tmp_path / "home")
    made.open()
    return made


def wait_until(what: Callable[[], object], seconds: float = 20) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
