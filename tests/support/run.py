"""One test run: the folder its workers share, its lifeline, and the programs that live and die with it."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

VARIABLE = "HELHED_TEST_RUN"
TAIL = 3000


class Run:
    """The run's folder, as every worker sees it. The process that was started as pytest owns it; workers use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lifeline: int | None = None

    @classmethod
    def begin(cls) -> "Run":
        """Make the folder, hold the lifeline, and tell the workers (which inherit the environment)."""
        run = cls(Path(tempfile.mkdtemp(prefix="helhed-tests-")))
        run._lifeline = os.open(run.folder / "lifeline", os.O_RDWR | os.O_CREAT)
        fcntl.flock(run._lifeline, fcntl.LOCK_EX)
        os.environ[VARIABLE] = str(run.folder)
        return run

    @classmethod
    def joined(cls) -> "Run":
        """The run this process is part of."""
        return cls(Path(os.environ[VARIABLE]))

    def end(self) -> None:
        """Let go of the lifeline, wait for every program to be gone, remove the folder."""
        if self._lifeline is None:
            return
        os.close(self._lifeline)
        for alive in self.folder.glob("*.alive"):
            # A keeper that has ended takes its file along, perhaps between our seeing it and our opening it.
            with suppress(FileNotFoundError), alive.open() as kept:
                fcntl.flock(kept, fcntl.LOCK_SH)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.environ.pop(VARIABLE, None)

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """One worker at a time."""
        with (self.folder / f"{what}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def once(self, what: str, do: Callable[[], None]) -> None:
        """Do it in the first worker that asks; the others wait for it. A failure is tried again by the next."""
        with self.alone(what):
            done = self.folder / f"{what}.done"
            if not done.exists():
                do()
                done.touch()

    def keep(
        self,
        name: str,
        command: list[str],
        *,
        until: Callable[[], bool],
        environment: Mapping[str, str],
        seconds: float,
    ) -> None:
        """Start a program that lives as long as the run, and wait `until` it can be used."""
        log = self.folder / f"{name}.out"
        keeper = [sys.executable, "-m", "tests.support.keep", str(self.folder / "lifeline")]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*keeper, str(self.folder / f"{name}.alive"), *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(environment),
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while not until():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not come up:\n{log.read_text(errors='replace')[-TAIL:]}")
            time.sleep(0.05)
        process.returncode = 0  # It is the run's now. We do not wait for it, and Python need not warn that we did not.
