"""The town that is measured: `helhed up` in a folder of its own, with the processes of the bench beside it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it brings no types

from helhed.databases import ServiceDatabase
from helhed.ports import free_ports
from helhed.say import Say
from helhed.supervise import Command, Supervisor
from helhed.town import Process, Surroundings
from helhed.up import Plan, Town

RATE_LIMIT = "9000000/s;burst=9000000"
WORKERS = ("cases-worker", "referrals-worker", "surveys-worker")


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process and its children hold, in MiB: resident, and its fair share of what is shared."""

    rss: float
    pss: float


class BenchTown(Town):
    """A town that remembers what it told its processes, so that more of them can be started."""

    around: Surroundings
    databases: dict[str, ServiceDatabase]
    supervisor: Supervisor

    def command(self, process: Process, around: Surroundings) -> Command:
        """How to run one of the town's applications."""
        self.around = around
        return super().command(process, around)

    def make_databases(self, admin_url: str) -> dict[str, ServiceDatabase]:
        """Databases, roles and tables."""
        self.databases = super().make_databases(admin_url)
        return self.databases

    @contextmanager
    def started(self) -> Iterator[float]:
        """The town, running inside the block; how many seconds that took."""
        with Supervisor(tell=self.say.line, changed=self.write_register) as supervisor:
            self.supervisor = supervisor
            begun = time.monotonic()
            self.start(supervisor)
            yield time.monotonic() - begun

    def add(self, *processes: Process) -> None:
        """Start processes of the bench and wait until they answer."""
        self.ports |= dict(zip((process.name for process in processes), free_ports(len(processes)), strict=True))
        self.supervisor.start(self.command(process, self.around) for process in processes)
        for _ in self.supervisor.wait_until_ready(*(process.name for process in processes)):
            pass

    def write_register(self, children: object) -> None:
        """Nobody looks this town up."""

    def rest(self, *names: str) -> None:
        """Stop these for good: nothing starts them again while we do not tend."""
        for name in names:
            self.supervisor.children[name].ask_to_stop()
        for name in names:
            self.supervisor.children.pop(name).make_stop(10.0)

    def pid(self, name: str) -> int:
        """The number of a process."""
        process = self.supervisor.children[name].process
        assert process is not None
        return process.pid

    def memory(self) -> dict[str, Memory]:
        """What each process holds now."""
        found = {}
        for name in self.supervisor.children:
            held = _of_each(self.pid(name), psutil.Process.memory_full_info)
            found[name] = Memory(sum(i.rss for i in held) / 2**20, sum(i.pss for i in held) / 2**20)
        return found

    def burnt(self, *names: str) -> dict[str, float]:
        """CPU seconds that each process and its children have used so far."""
        # User and system time, of the process itself and of those of its children that have ended.
        return {name: sum(sum(t[:4]) for t in _of_each(self.pid(name), psutil.Process.cpu_times)) for name in names}


def _of_each(pid: int, look: Callable[[psutil.Process], Any]) -> list[Any]:
    """What `look` finds in a process and in each of its children; PostgreSQL's come and go meanwhile."""
    process, found = psutil.Process(pid), []
    for member in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            found.append(look(member))
    return found


def plan(folder: Path) -> Plan:
    """A whole town with servers of its own that write to disk as in `make run`; its gateway counts nobody out.

    Settings of the surroundings are left out: what is measured is what the project ships.
    """
    for name in [name for name in os.environ if name.startswith("HELHED_")]:
        del os.environ[name]
    os.environ["HELHED_RATE_LIMIT"] = RATE_LIMIT
    return Plan(home=folder, gateway_port=free_ports(1)[0])


def bench_town(folder: Path, say: Say) -> BenchTown:
    """The town, not started yet."""
    return BenchTown(plan(folder), say)
