"""`helhed up`: servers, databases, services, gateway, in that order; then tends them until told to stop."""

import os
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from chassis.settings import MissingSetting, env, optional_env
from helhed import databases, pids, ports
from helhed.databases import ServiceDatabase
from helhed.embedded import Nats, Postgres
from helhed.home import AlreadyRunning, Home
from helhed.say import Say
from helhed.supervise import Child, Command, Supervisor
from helhed.town import NATS, POSTGRES, SERVICES, TOWN, Process, Surroundings, environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to start and where. The defaults are `make run`; tests start smaller towns on other ports."""

    home: Path
    gateway_port: int
    processes: Sequence[Process] = TOWN
    services: Sequence[str] = SERVICES
    database_url: str | None = None
    nats_url: str | None = None
    durable: bool = True
    drain_seconds: int = 0

    @classmethod
    def from_environment(cls, **changes: object) -> "Plan":
        """The plan that the environment describes.

        Raises:
            MissingSetting: it describes production, which is what compose.yaml is for.
        """
        if env("HELHED_MODE", "development") != "development":
            raise MissingSetting("this starts a town for development, but HELHED_MODE says otherwise; see compose.yaml")
        told: dict[str, object] = {
            "home": Path(env("HELHED_HOME", ".helhed")),
            "gateway_port": ports.number(env("HELHED_PORT", "8080")),
            "database_url": optional_env("HELHED_DATABASE_URL"),
            "nats_url": optional_env("HELHED_NATS_URL"),
        }
        return cls(**(told | changes))  # type: ignore[arg-type]  # the keys are this class's own

    def applications(self) -> list[Process]:
        """The processes that are ours, without the two servers."""
        return [process for process in self.processes if process.module]

    def embeds(self, server: Process) -> bool:
        """Whether we run this server ourselves: in the plan, and no address of one was given."""
        own = {POSTGRES.name: self.database_url, NATS.name: self.nats_url}[server.name]
        return server in self.processes and own is None


@dataclass
class Town:
    """One start of the town, from taking the folder to giving it back."""

    plan: Plan
    say: Say
    home: Home = field(init=False)
    ports: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.home = Home(self.plan.home)

    def run(self) -> None:
        """Start, show, tend. Comes back only by `Stopped` or an error, with nothing left running."""
        self.take()
        try:
            with Supervisor(tell=self.say.line, changed=self.write_register) as supervisor:
                self.start(supervisor)
                self.show()
                supervisor.tend_for_ever()
        finally:
            self.home.leave()
            self.say.line(f"Nothing runs any more. The data is in {self.home.path}")

    def take(self) -> None:
        """Own the folder, end what a killed supervisor left in it, settle on ports."""
        self.home.open()
        try:
            self.home.take()
        except AlreadyRunning as running:
            raise AlreadyRunning(self._says_who_runs(str(running))) from None
        self.end_leftovers()
        self.settle_ports()

    def _says_who_runs(self, pid: str) -> str:
        gateway = self.home.read_register().get("gateway", "not ready yet")
        return (
            f"This town is running already: process {pid}, {gateway}, data in {self.home.path}. "
            f"Stop it with Ctrl-C in its terminal or `kill {pid}`; "
            "a second town needs a HELHED_HOME and a HELHED_PORT of its own."
        )

    def end_leftovers(self) -> None:
        """End processes of a supervisor that was killed. A number that is somebody else's by now is left alone."""
        for left in self.home.read_register().get("processes", []):
            pid, born = int(left["pid"]), str(left["born"])
            # The kernel has told them to go; a moment's wait spares us the words.
            if pids.wait_gone(pid, born, 3.0):
                continue
            self.say.line(f"Stopping {left['name']} (process {pid}), left behind by an earlier start")
            gentle = signal.SIGINT if left["name"] == POSTGRES.name else signal.SIGTERM
            pids.end(pid, born, gentle)

    def settle_ports(self) -> None:
        """The gateway's port is the one people know; all others are free ones."""
        self.ports = {"gateway": ports.require(self.plan.gateway_port)}
        inner = [process.name for process in self.plan.processes if self._needs_port(process)]
        found = ports.free_ports(len(inner), avoid=frozenset(self.ports.values()))
        self.ports |= dict(zip(inner, found, strict=True))

    def _needs_port(self, process: Process) -> bool:
        return process.name != "gateway" and (process.module is not None or self.plan.embeds(process))

    def start(self, supervisor: Supervisor) -> None:
        """Servers, then databases, then everything else at once."""
        admin_url, nats_url = self.start_servers(supervisor)
        self.make_keys()
        made = self.make_databases(admin_url) if admin_url else {}
        around = Surroundings(
            home=self.home.path,
            ports=self.ports,
            nats_url=nats_url or "",
            app_urls={service: database.app_url for service, database in made.items()},
            messenger_urls={service: database.messenger_url for service, database in made.items()},
            drain_seconds=self.plan.drain_seconds,
        )
        applications = self.plan.applications()
        with self.say.step(f"Services and gateway ({len(applications)} processes)") as ready:
            supervisor.start(self.command(process, around) for process in applications)
            for name in supervisor.wait_until_ready(*(process.name for process in applications)):
                ready(name)

    def start_servers(self, supervisor: Supervisor) -> tuple[str | None, str | None]:
        """The addresses of PostgreSQL and NATS: those we were given, or those of our own, started and ready."""
        plan, servers = self.plan, []
        admin_url, nats_url = plan.database_url, plan.nats_url
        if plan.embeds(POSTGRES):
            postgres = Postgres(self.home, self.ports["postgres"], durable=plan.durable)
            with self.say.step("PostgreSQL's data folder"):
                postgres.prepare()
            servers.append(postgres.command())
            admin_url = postgres.admin_url
        if plan.embeds(NATS):
            nats = Nats(self.home, self.ports["nats"], durable=plan.durable)
            nats.prepare()
            servers.append(nats.command())
            nats_url = nats.url()
        if servers:
            with self.say.step("Servers") as ready:
                supervisor.start(servers)
                for name in supervisor.wait_until_ready(*(command.name for command in servers)):
                    ready(name)
        return admin_url, nats_url

    def make_keys(self) -> None:
        """Signing keys and secrets of the services, and the issuers they trust; kept from one start to the next."""
        if self.plan.services:
            from chassis import keys

            keys.make_missing(self.home.keys, "development")

    def make_databases(self, admin_url: str) -> dict[str, ServiceDatabase]:
        """Databases, roles and tables for every service of the plan."""
        made = {service: service_database(self.home, admin_url, service) for service in self.plan.services}
        with self.say.step(f"Databases ({', '.join(made) or 'none'})"):
            for database in made.values():
                databases.prepare(admin_url, database)
                databases.migrate(database)
        take_in_reference(made.get("cases"), self.say)
        return made

    def command(self, process: Process, around: Surroundings) -> Command:
        """How to run one of our applications."""
        port = self.ports[process.name]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HELHED_")}
        allowed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return Command(
            name=process.name,
            argv=process.argv,
            environment=inherited | allowed | environment(process, around),
            log=self.home.log(process.name),
            port=port,
            ready=lambda: is_ready(port, process.health),
        )

    def write_register(self, children: Iterable[Child]) -> None:
        """Keep town.json as things are."""
        running = [child for child in children if child.process]
        abouts = {process.name: process.about for process in self.plan.processes}
        self.home.write_register(
            {
                "supervisor": os.getpid(),
                "home": str(self.home.path),
                "gateway": f"http://127.0.0.1:{self.ports['gateway']}",
                "processes": [
                    {
                        "name": child.name,
                        "about": abouts[child.name],
                        "pid": child.process.pid if child.process else None,
                        "born": child.born,
                        "port": child.command.port,
                        "log": str(child.command.log),
                    }
                    for child in running
                ],
            }
        )

    def show(self) -> None:
        """The table, and what to open next."""
        self.say.town(self.plan.processes, self.ports, self.home.logs)
        self.say.next(f"http://127.0.0.1:{self.ports['gateway']}")


# Settings of the town as a whole that a person may give `make run` and that are not its addresses or secrets.
PASSED_ON = ("HELHED_CORS_ORIGINS", "HELHED_POOL_SIZE", "HELHED_RATE_LIMIT", "HELHED_MAX_CONCURRENCY")


def take_in_reference(cases: ServiceDatabase | None, say: Say) -> None:
    """The organisation, policies and codes that HELHED_REFERENCE_DIR holds, where it is set."""
    folder = optional_env("HELHED_REFERENCE_DIR")
    if folder is None or cases is None:
        return
    from helhed import reference  # Imported here: it brings a whole service with it, which `helhed token` need not pay.

    with say.step(f"Reference files of {folder}"):
        changed = reference.load(Path(folder), cases)
    say.line(f"  {changed} lines were new or changed")


def service_database(home: Home, admin_url: str, service: str) -> ServiceDatabase:
    """Where a service's data is: as its own URLs say, or on the administrator's server with passwords of this town."""
    name = f"HELHED_{service.upper()}"
    app_url, messenger_url = optional_env(f"{name}_DATABASE_URL"), optional_env(f"{name}_MESSENGER_DATABASE_URL")
    if app_url and messenger_url:
        return ServiceDatabase.told(admin_url, service, app_url=app_url, messenger_url=messenger_url)
    return ServiceDatabase.at(
        admin_url,
        service,
        app_password=home.secret(f"{service}_app.password"),
        messenger_password=home.secret(f"{service}_messenger.password"),
    )


def is_ready(port: int, path: str) -> bool:
    """Whether the process behind this port says it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
