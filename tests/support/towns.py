"""A full town for the tests: `helhed up` in a folder of its own, on ports of its own, alive as long as the run."""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chassis import keys
from helhed.home import Home
from helhed.ports import free_ports
from helhed.town import GATEWAY, SERVICES, TOWN, Surroundings, environment
from helhed.up import is_ready
from tests.support.run import Run


@dataclass(frozen=True)
class RunningTown:
    """What a test needs to know of a town that runs. Everything is read from its folder, as a person would."""

    home: Path

    @property
    def gateway_url(self) -> str:
        """The one door."""
        return str(self._register()["gateway"])

    def service_url(self, name: str) -> str:
        """A process behind the gateway, such as `cases` or `cases-worker`."""
        return f"http://127.0.0.1:{self._process(name)['port']}"

    def token(
        self,
        *,
        authority: str | None = "0101",
        sector: str | Sequence[str] = (),
        role: str | Sequence[str] = "caseworker",
        subject: str | None = None,
        unit: str | Sequence[str] = (),
        scope: str | None = None,
    ) -> str:
        """A token of this town's development issuer."""
        return keys.development_token(
            self.home / "keys",
            authority=authority,
            sectors=_many(sector),
            roles=_many(role),
            subject=subject,
            units=_many(unit),
            scope=scope,
        )

    def port(self, name: str) -> int:
        """Where a process listens, the two servers among them."""
        return int(str(self._process(name)["port"]))

    def pid(self, name: str) -> int:
        """The process that at present goes by this name."""
        return int(self._process(name)["pid"])

    def kill(self, name: str, manner: signal.Signals = signal.SIGKILL) -> int:
        """Kill a process by its name in the town, without warning; its number. The supervisor starts another."""
        pid = self.pid(name)
        os.kill(pid, manner)
        return pid

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.home / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def last_words(self) -> str:
        """What whoever started it was told, and the last calls at its gateway that found nobody there."""
        started = self.home.with_suffix(".out")
        told = started.read_text(encoding="utf-8", errors="replace").splitlines() if started.exists() else []
        refused = [line for line in self.log("gateway").splitlines() if '"status":503' in line]
        return "\n".join([*told[-20:], *refused[-10:]])

    def _register(self) -> dict[str, object]:
        return Home(self.home).read_register()

    def _process(self, name: str) -> dict[str, object]:
        processes = self._register()["processes"]
        assert isinstance(processes, list)
        return next(process for process in processes if process["name"] == name)


def full_town(run: Run, name: str = "town", **settings: str) -> RunningTown:
    """The run's town of that name, started by whoever asks first. Settings differ? Give it another name."""
    home = run.folder / name
    run.once(name, lambda: _start(run, home, name, settings))
    return RunningTown(home)


def another_gateway(run: Run, town: RunningTown, name: str, **settings: str) -> str:
    """The address of one more gateway before the same services, with settings of its own: quotas, for one."""
    noted = run.folder / f"{name}.url"
    run.once(name, lambda: _start_gateway(run, town, name, noted, settings))
    return noted.read_text(encoding="utf-8")


def _start_gateway(run: Run, town: RunningTown, name: str, noted: Path, settings: dict[str, str]) -> None:
    ports = {service: town.port(service) for service in SERVICES} | {GATEWAY.name: free_ports(1)[0]}
    around = Surroundings(home=town.home, ports=ports, nats_url="", app_urls={}, messenger_urls={})
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HELHED_")}
    run.keep(
        name,
        list(GATEWAY.argv),
        until=lambda: is_ready(ports[GATEWAY.name], "/readyz"),
        environment=clean | environment(GATEWAY, around) | settings,
        seconds=60,
    )
    noted.write_text(f"http://127.0.0.1:{ports[GATEWAY.name]}", encoding="utf-8")


def _start(run: Run, home: Path, name: str, settings: dict[str, str]) -> None:
    port = free_ports(1)[0]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HELHED_")}
    with run.alone("starting-a-town"):
        run.keep(
            name,
            [sys.executable, "-m", "helhed.cli", "up", "--no-fsync"],
            until=lambda: is_up(home, port),
            environment=clean | {"HELHED_HOME": str(home), "HELHED_PORT": str(port)} | settings,
            seconds=240,
        )


def is_up(home: Path, port: int) -> bool:
    """Whether all of a town answers. Its gateway is ready first: it has nothing to wait for."""
    if not is_ready(port, "/readyz"):
        return False
    processes = Home(home).read_register()["processes"]
    assert isinstance(processes, list)
    named = {process["name"]: int(process["port"]) for process in processes}
    return all(is_ready(named[application.name], "/readyz") for application in TOWN if application.module)


def _many(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
