"""The broker as deploy/nats.conf describes it, on the real server: other ports and another folder, the same rules."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helhed.embedded import nats_binary
from helhed.ports import free_ports
from tests.deploy.compose_file import ROOT


@contextmanager
def broker(secrets: Path, folder: Path) -> Iterator[int]:
    """Run it with the users of `secrets`; its port."""
    port, monitor = free_ports(2)
    text = (ROOT / "deploy" / "nats.conf").read_text(encoding="utf-8")
    for pattern, ours in (
        (r"0\.0\.0\.0:4222", f"127.0.0.1:{port}"),
        (r"127\.0\.0\.1:8222", f"127.0.0.1:{monitor}"),
        (r"store_dir: /data", f'store_dir: "{folder / "data"}"'),
    ):
        text, replaced = re.subn(pattern, ours, text)
        assert replaced == 1, pattern
    (folder / "nats.conf").write_text(text, encoding="utf-8")
    shutil.copy(secrets / "nats_users.conf", folder / "users.conf")
    server = subprocess.Popen([nats_binary(), "-c", folder / "nats.conf", "-l", folder / "nats.log"])
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(port: int, *, seconds: float = 10) -> None:
    """Return when somebody listens on `port`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.025)
    raise AssertionError(f"nobody opened port {port} within {seconds} seconds")
