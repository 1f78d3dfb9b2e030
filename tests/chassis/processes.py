"""Processes for tests of what only a process does: `python -m chassis.serve tests.chassis.processes:shop`."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from chassis.http import build_app
from chassis.inbox import Consumer
from chassis.worker import build_worker
from chassis.workplace import Workplace
from helhed.ports import free_ports
from tests.chassis.things import SERVICE, router


async def die(place: Workplace, stop: asyncio.Event) -> None:
    """A task with a defect."""
    raise LookupError("karen-0102031234")


def __getattr__(name: str) -> Any:
    """Applications are made when named: making one reads the environment."""
    if name == "shop":
        return build_app(SERVICE, title="Things", routers=[router], hears={"cases"})
    if name == "dying_worker":
        return build_worker(SERVICE, consumer=Consumer(SERVICE), tasks=[die])
    raise AttributeError(name)


class Served:
    """One process, spoken to over its port and its signals."""

    def __init__(self, name: str, log: Path, **environment: str) -> None:
        self.port, self.log = free_ports(1)[0], log
        self.url = f"http://127.0.0.1:{self.port}"
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HELHED_")}
        told = {"HELHED_MODE": "development", "HELHED_DRAIN_SECONDS": "0", "HELHED_BIND": f"127.0.0.1:{self.port}"}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chassis.serve", f"tests.chassis.processes:{name}"],
                env=clean | told | environment,
                stdout=out,
                stderr=out,
            )

    def ready(self) -> int | None:
        """What `/readyz` says; None when nobody answers."""
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5).status_code
        except httpx2.TransportError:
            return None

    def until(self, status: int | None, seconds: float = 60) -> "Served":
        """Wait until it says so."""
        deadline = time.monotonic() + seconds
        while self.ready() != status:
            assert self.process.poll() is None, self.words()
            assert time.monotonic() < deadline, self.words()
            time.sleep(0.05)
        return self

    def tell(self, manner: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(manner)

    def ends(self, seconds: float = 40) -> int:
        """Wait for the end; the exit status."""
        return self.process.wait(seconds)

    def words(self) -> str:
        """All it has written."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def served(name: str, log: Path, **environment: str) -> Iterator[Served]:
    """A process that does not outlive the block."""
    process = Served(name, log, **environment)
    try:
        yield process
    finally:
        process.process.kill()
        process.process.wait()
