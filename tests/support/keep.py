"""Keeps a program running for as long as a test run lives: `python -m tests.support.keep LIFELINE ALIVE COMMAND...`.

The run holds a lock on LIFELINE; the kernel drops it when the run ends, in whatever way. We wait for that lock, then
stop the program. ALIVE is locked for as long as we are, so that the run can wait for us.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from helhed import launch


def keep(lifeline: Path, alive: Path, command: list[str]) -> int:
    """Run `command` until the lifeline is let go; the program's exit status."""
    own = os.open(alive, os.O_RDWR | os.O_CREAT)
    fcntl.flock(own, fcntl.LOCK_EX)
    tie = [str(os.getpid()), str(int(signal.SIGTERM)), "self"]
    program = subprocess.Popen([sys.executable, "-I", "-S", launch.__file__, *tie, *command], process_group=0)
    signal.signal(signal.SIGCHLD, _leave_if_ended(program))
    with lifeline.open() as rope:
        fcntl.flock(rope, fcntl.LOCK_SH)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        program.terminate()
        try:
            status = program.wait(60)
        except subprocess.TimeoutExpired:
            program.kill()
            status = program.wait()
    if _last_of(alive.parent, alive):
        shutil.rmtree(alive.parent, ignore_errors=True)  # the run may have been killed before it could
    return status


def _last_of(folder: Path, own: Path) -> bool:
    """Whether no other keeper of the run still works in its folder."""
    for other in set(folder.glob("*.alive")) - {own}:
        with other.open() as kept:
            try:
                fcntl.flock(kept, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
    return True


def _leave_if_ended(program: "subprocess.Popen[bytes]") -> Callable[[int, FrameType | None], None]:
    def on_child(number: int, frame: FrameType | None) -> None:
        status = program.poll()
        if status is not None:
            sys.exit(status)

    return on_child


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
