"""A NATS of a test's own, on disk, that can be killed and started again where it was."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helhed.embedded import Nats, nats_binary
from helhed.home import Home
from helhed.ports import free_ports


class OwnNats:
    """One server, its folder and its port."""

    def __init__(self, folder: Path) -> None:
        home = Home(folder)
        home.open()
        self._nats = Nats(home, free_ports(1)[0], durable=False)
        self._nats.prepare()
        self._config = str(home.path / "nats.conf")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, also while it is away."""
        return self._nats.url()

    def start(self) -> None:
        """Start it, and wait until it greets."""
        command = [str(nats_binary()), "--config", self._config]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self._nats.greets():
            assert time.monotonic() < deadline, "NATS does not come up"
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it, without warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def own_nats(folder: Path) -> Iterator[OwnNats]:
    """A server that runs."""
    server = OwnNats(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
