"""$HELHED_HOME: where a town keeps its data, logs, keys and the list of what runs. One supervisor at a time owns it."""

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chassis.settings import mode, optional_env


class AlreadyRunning(RuntimeError):
    """Another supervisor owns this folder."""


class NoTown(RuntimeError):
    """Something needs a running town, and none runs from this folder."""


class Home:
    """The folder, its rooms, and the lock that says whose it is."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.keys = self.path / "keys"
        self.outgoing = self.path / "outgoing"
        self.postgres = self.path / "postgres"
        self.nats = self.path / "nats"
        self.register = self.path / "town.json"
        self._lock: int | None = None

    def is_for_development(self) -> bool:
        """Whether the environment says so, or says nothing and a development issuer lives here. Else: production."""
        told = optional_env("HELHED_MODE")
        return mode() == "development" if told else (self.keys / "issuer.pem").exists()

    def open(self) -> None:
        """Make the folders. Those with secrets or people in them are for this user's eyes only."""
        self.path.mkdir(parents=True, exist_ok=True)
        for room in (self.logs, self.keys, self.outgoing, self.nats):
            room.mkdir(mode=0o700, exist_ok=True)

    def take(self) -> None:
        """Own this folder until this process ends, in whatever way.

        The kernel drops the lock with its holder, so a pid left in the file by a killed supervisor means nothing.

        Raises:
            AlreadyRunning: a living process owns it.
        """
        lock = os.open(self.path / "helhed.pid", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(lock, 20).decode().strip()
            os.close(lock)
            raise AlreadyRunning(pid) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        self._lock = lock

    def is_taken(self) -> bool:
        """Whether a living process owns this folder."""
        trial = Home(self.path)
        try:
            trial.take()
        except FileNotFoundError:
            return False
        except AlreadyRunning:
            return True
        trial.let_go()
        return False

    def leave(self) -> None:
        """Give the folder back: nothing runs from it any more."""
        if self._lock is not None:
            self.register.unlink(missing_ok=True)
            self.let_go()

    def let_go(self) -> None:
        """Drop the lock and leave the list of processes as it is."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def log(self, process: str) -> Path:
        """Where a process writes."""
        return self.logs / f"{process}.log"

    def secret(self, name: str) -> str:
        """A password of this town, made the first time it is asked for."""
        return (self._kept(name) or self._made(name)).strip()

    def _kept(self, name: str) -> str | None:
        try:
            return (self.keys / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _made(self, name: str) -> str:
        write_atomically(self.keys / name, secrets.token_urlsafe(32) + "\n")
        return (self.keys / name).read_text(encoding="utf-8")

    def write_register(self, town: Mapping[str, Any]) -> None:
        """Replace town.json in one step: a reader sees the old list or the new one, never half."""
        write_atomically(self.register, json.dumps(town, indent=2, ensure_ascii=False) + "\n")

    def read_register(self) -> dict[str, Any]:
        """What town.json says; empty when there is none, or none that can be read."""
        try:
            found = json.loads(self.register.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return found if isinstance(found, dict) else {}


def write_atomically(path: Path, text: str) -> None:
    """Write a file for this user only, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
