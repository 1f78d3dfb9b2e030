"""Is the process with this number the one we started? Numbers are used again; a number with its birth time is not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def birth(pid: int) -> str | None:
    """What tells this process from all others that ever have its number; None when it is gone or only unreaped."""
    return _birth_on_linux(pid) if sys.platform == "linux" else _birth_by_ps(pid)


def _birth_on_linux(pid: int) -> str | None:
    try:
        # The name, in brackets, may itself hold spaces and brackets: what we want follows the last one.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], fields[19]
    if state in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    return f"{boot}:{started}"


def _birth_by_ps(pid: int) -> str | None:
    state, _, started = _ps(pid, "stat=,lstart=").partition(" ")
    return started.strip() if started and not state.startswith("Z") else None


def _ps(pid: int, columns: str) -> str:
    command = ["ps", "-ww", "-o", columns, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def command_line(pid: int) -> tuple[str, ...]:
    """The arguments a process was started with; empty when it is gone."""
    if sys.platform != "linux":
        return tuple(_ps(pid, "args=").split())
    try:
        return tuple(Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0"))
    except (FileNotFoundError, ProcessLookupError):
        return ()


def is_alive(pid: int, born: str) -> bool:
    """Whether the process we once knew by this number still runs."""
    return birth(pid) == born


def end(pid: int, born: str, *manners: signal.Signals, patience: float = 5.0) -> None:
    """End that process and no other: each signal in turn, with time to obey; SIGKILL last, for it and its group."""
    for manner in (*manners, signal.SIGKILL):
        if not is_alive(pid, born):
            return
        try:
            os.kill(pid, manner)
        except ProcessLookupError:
            return
        if wait_gone(pid, born, patience):
            return


def wait_gone(pid: int, born: str, seconds: float) -> bool:
    """Wait for it to be gone; False when it still runs after `seconds`."""
    deadline = time.monotonic() + seconds
    while is_alive(pid, born):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
