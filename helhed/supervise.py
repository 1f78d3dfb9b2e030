"""Starts child processes, waits for them, starts the fallen again, and leaves none behind.

One thread and a loop that looks around several times a second: nothing here is fast, and everything must be plain when
it goes wrong. Every child has a process group of its own, so that Ctrl-C at the terminal reaches only us, and is tied
to our life by `launch.py`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from helhed import launch, pids

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER = 60.0
GIVE_UP_AFTER = 3
LOG_LIMIT = 20_000_000


class Stopped(BaseException):
    """We were told to stop (Ctrl-C, SIGTERM, a closed terminal). Not an error; nothing but the way out may catch it."""


class NeverReady(RuntimeError):
    """A process did not come up. The text says which, and how its log ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, and how to know it, ask it to stop and have it die with us."""

    name: str
    argv: tuple[str, ...]
    log: Path
    port: int
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    runs_as: str = "self"
    stop_with: tuple[signal.Signals, ...] = (signal.SIGTERM,)
    dies_with: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    before: Callable[[], None] | None = None


class Child:
    """One command and the process that runs it at present."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.born = ""
        self.started_at = 0.0
        self.falls = 0
        self.due_at: float | None = None
        self.was_ready = False

    @property
    def name(self) -> str:
        """The process's name in the town."""
        return self.command.name

    def start(self) -> None:
        """Run the command, its words appended to its log."""
        command = self.command
        if command.before:
            command.before()
        _turn_over(command.log)
        launcher = (sys.executable, "-I", "-S", launch.__file__)
        tie = (str(os.getpid()), str(int(command.dies_with)), command.runs_as)
        with command.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*launcher, *tie, *command.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(command.environment),
                process_group=0,
            )
        self.born = pids.birth(self.process.pid) or ""
        self.started_at = time.monotonic()
        self.due_at = None

    def fell(self) -> int | None:
        """The exit status, once, when it has ended by itself; it is then due again after a pause that grows."""
        if self.process is None or self.due_at is not None:
            return None
        status = self.process.poll()
        if status is None:
            return None
        if time.monotonic() - self.started_at > STEADY_AFTER:
            self.falls = 0
        self.due_at = time.monotonic() + min(FIRST_PAUSE * 2**self.falls, LONGEST_PAUSE)
        self.falls += 1
        return status

    def runs(self) -> bool:
        """Whether it has a living process."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """The first, kind signal."""
        if self.process and self.runs():
            self.process.send_signal(self.command.stop_with[0])

    def make_stop(self, patience: float) -> None:
        """Wait for the kind signal to work, then use the others, then SIGKILL."""
        if self.process is None:
            return
        for manner in (*self.command.stop_with[1:], signal.SIGKILL):
            try:
                self.process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                self.process.send_signal(manner)
        self.process.wait()


class Supervisor:
    """The children of one town. Use it in a `with`: however that block is left, no child outlives it."""

    def __init__(
        self,
        *,
        tell: Callable[[str], None] = print,
        changed: Callable[[Iterable[Child]], None] = lambda children: None,
    ) -> None:
        self.children: dict[str, Child] = {}
        self._tell = tell
        self._changed = changed
        self._handlers: dict[signal.Signals, Any] = {}
        self._hurry = False

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._handlers:
            signal.signal(number, self._on_second_signal)
        self.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name)

    def _on_second_signal(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C twice: whoever asks again does not want to wait."""
        self._hurry = True
        for child in self.children.values():
            if child.process and child.runs():
                child.process.kill()

    def start(self, commands: Iterable[Command]) -> None:
        """Start them all at once: each spends its first seconds importing, and they can do that side by side."""
        for command in commands:
            child = self.children[command.name] = Child(command)
            child.start()
        self._changed(self.children.values())

    def wait_until_ready(self, *names: str, seconds: float = 240.0) -> Iterator[str]:
        """Yield each name as its process becomes ready.

        Raises:
            NeverReady: one fell again and again, or time is up.
        """
        waiting = list(names or self.children)
        deadline = time.monotonic() + seconds
        while waiting:
            self.tend()
            for child in [self.children[name] for name in waiting]:
                if child.runs() and child.command.ready():
                    child.was_ready = True
                    waiting.remove(child.name)
                    yield child.name
                elif child.falls >= GIVE_UP_AFTER:
                    raise NeverReady(_last_words(child, f"ended {child.falls} times while starting"))
            if waiting and time.monotonic() > deadline:
                raise NeverReady(_last_words(self.children[waiting[0]], f"was not ready in {seconds:.0f} s"))
            time.sleep(0.05)

    def tend(self) -> None:
        """One look around: note who fell, start again who is due."""
        for child in self.children.values():
            status = child.fell()
            if status is not None:
                pause = (child.due_at or 0.0) - time.monotonic()
                self._tell(f"{child.name} {_how_it_ended(status)}; starting it again in {pause:.1f} s")
            if child.due_at is not None and time.monotonic() >= child.due_at:
                child.start()
                self._changed(self.children.values())

    def tend_for_ever(self) -> None:
        """Look around until a signal says stop."""
        while True:
            self.tend()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop every child: the applications, all at once, then the servers they talk to until their last word."""
        for group in _stop_order(list(self.children.values())):
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.make_stop(0.1 if self._hurry else child.command.patience)
        self.children.clear()
        self._changed(())


def _stop_order(children: list[Child]) -> Iterator[list[Child]]:
    """Applications together, then the servers they still talk to while they finish."""
    servers = [child for child in children if child.command.dies_with != signal.SIGKILL]
    yield [child for child in reversed(children) if child not in servers]
    yield servers


def _turn_over(log: Path) -> None:
    """Keep one old log of each process: a laptop's disk is not for ever."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _last_words(child: Child, what: str) -> str:
    try:
        lines = child.command.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    except FileNotFoundError:
        lines = []
    return "\n".join([f"{child.name} {what}. The end of {child.command.log}:", *(f"    {line}" for line in lines)])
