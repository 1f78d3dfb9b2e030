"""The town as compose.yaml describes it, without an engine: the same commands, files and names, on this machine.

What a container would add is imitated where it matters: a process gets the environment that compose gives it and no
other, finds only the files that are mounted for it, and stands in a folder it may not write to.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helhed.ports import free_ports
from tests.deploy.compose_file import ROOT, Compose, Service

ENTRYPOINT = ["python", "-m", "chassis.serve"]  # the image's, see Dockerfile
SCRIPTS = Path(sys.executable).parent


@dataclass
class Production:
    """A production-shaped town in one folder. `secrets` is what deploy/prepare.py made."""

    compose: Compose
    secrets: Path
    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    environments: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        served = [name for name, service in self.compose.services.items() if service.ours and not service.one_shot]
        self.ports |= dict(zip(served, free_ports(len(served)), strict=True))

    def url(self, name: str, path: str = "") -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def run_to_the_end(self, name: str) -> int:
        """Run a one-shot; its exit status."""
        with self._start(name) as process:
            return process.wait(timeout=120)

    @contextmanager
    def running(self) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
        """All processes that serve, by name; stopped on the way out."""
        started = {name: self._start(name) for name in self.ports}
        try:
            yield started
        finally:
            for process in started.values():
                process.kill()
                process.wait(timeout=10)

    def exec(self, name: str, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `docker compose exec` would do: a command beside a running process, with what that one has."""
        command, room = [SCRIPTS / program, *arguments], self.folder / name
        return subprocess.run(
            command, cwd=room, env=self.environments[name], capture_output=True, text=True, timeout=60, check=False
        )

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        service = self.compose.services[name]
        room = self.folder / name
        room.mkdir()
        files = self._mount(service, room)
        told = {variable: self._here(value, name, files) for variable, value in service.environment.items()}
        self.environments[name] = {"PATH": f"{SCRIPTS}:{os.defpath}", "PYTHONDONTWRITEBYTECODE": "1", **told}
        room.chmod(0o555)
        program, *arguments = [*(service.entrypoint or ENTRYPOINT), *service.command]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [SCRIPTS / program, *arguments],
                cwd=room,
                env=self.environments[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _mount(self, service: Service, room: Path) -> dict[str, str]:
        """Copy what is mounted into the process's own room; where each path of the container is here."""
        mounts = {target: self.compose.secrets[source].file for target, source in service.secret_files().items()}
        mounts |= {mounted.target: self.compose.configs[mounted.source].file for mounted in service.configs}
        here = {}
        for target, file in mounts.items():
            copy = room / target.lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.secrets / Path(file).name, copy)
            here[target] = str(copy)
            here[str(Path(target).parent)] = str(copy.parent)
        # A folder that is only read is the checkout's own.
        return here | {volume.target: str(ROOT / volume.source) for volume in service.volumes if volume.read_only}

    def _here(self, value: str, name: str, files: dict[str, str]) -> str:
        """A value of the container, as it is on this machine."""
        if value in files:
            return files[value]
        if value == "0.0.0.0:8080":
            return f"127.0.0.1:{self.ports[name]}"
        return re.sub(r"http://([a-z-]+):8080", lambda found: self.url(found[1]), value)
