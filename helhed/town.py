"""The town: every process that runs, what it is for, and what it is told. Read this page and know the system.

How a process is started and kept alive is in `supervise.py`; how the two servers are made is in `embedded.py`.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SERVICES = ("cases", "referrals", "surveys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of the town: an ASGI application behind `runner`, or (without a `module`) an embedded server."""

    name: str
    about: str
    module: str | None = None
    service: str | None = None
    database: str | None = None
    carries_events: bool = False
    health: str = "/readyz"
    runner: str = "chassis.serve"

    @property
    def argv(self) -> tuple[str, ...]:
        """The command line of an ASGI process. `-P` keeps the folder we happen to stand in off the import path."""
        assert self.module is not None, f"{self.name} is a server, not a module"
        return (sys.executable, "-P", "-m", self.runner, self.module)


POSTGRES = Process(name="postgres", about="the record: one database per service", health="answers select 1")
NATS = Process(name="nats", about="carries events between services", health="greets with JetStream on")
GATEWAY = Process(name="gateway", about="the one door: tokens, limits, one API", module="gateway.app:app")


def _service(service: str, about: str) -> tuple[Process, Process]:
    """A service is two processes on one database: one answers calls, one carries events out and in."""
    database = f"helhed_{service}"
    return (
        Process(
            name=service,
            about=about,
            module=f"services.{service}.app:app",
            service=service,
            database=database,
        ),
        Process(
            name=f"{service}-worker",
            about=f"tells the town what {service} did, hears what others did",
            module=f"services.{service}.worker:app",
            service=service,
            database=database,
            carries_events=True,
        ),
    )


TOWN: tuple[Process, ...] = (
    POSTGRES,
    NATS,
    *_service("cases", "who holds the responsibility for whom"),
    *_service("referrals", "who has been asked to catch, and has"),
    *_service("surveys", "how people say they are"),
    GATEWAY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What one started town has found or made for its processes: ports, addresses, folders."""

    home: Path
    ports: Mapping[str, int]
    nats_url: str
    app_urls: Mapping[str, str]
    messenger_urls: Mapping[str, str]
    mode: str = "development"
    drain_seconds: int = 0

    def address(self, name: str) -> str:
        """Where the process of that name listens, as `host:port`."""
        return f"127.0.0.1:{self.ports[name]}"


def environment(process: Process, around: Surroundings) -> dict[str, str]:
    """What `process` is told. Each gets the addresses and secrets it uses and no others."""
    told = {
        "HELHED_MODE": around.mode,
        "HELHED_HOME": str(around.home),
        "HELHED_KEYS_DIR": str(around.home / "keys"),
        "HELHED_ISSUERS_FILE": str(around.home / "keys" / "issuers.json"),
        "HELHED_BIND": around.address(process.name),
        "HELHED_DRAIN_SECONDS": str(around.drain_seconds),
    }
    for service in SERVICES:
        if service in around.ports:
            told[f"HELHED_{service.upper()}_URL"] = f"http://{around.address(service)}"
    if process.service and process.service in around.app_urls:
        told |= _data(process, process.service, around)
    if process.service == "cases":
        told["HELHED_OUTGOING_DIR"] = str(around.home / "outgoing")
    return told


def _data(process: Process, service: str, around: Surroundings) -> dict[str, str]:
    name = f"HELHED_{service.upper()}"
    told = {f"{name}_DATABASE_URL": around.app_urls[service]}
    if process.carries_events:
        told[f"{name}_MESSENGER_DATABASE_URL"] = around.messenger_urls[service]
        told["HELHED_NATS_URL"] = around.nats_url
    return told
