"""PostgreSQL and NATS for the tests: one of each per run, on free ports, without fsync.

`python -m tests.support.servers FOLDER` runs the two until it is told to stop; fixtures start it through `Run.keep`.
"""

import json
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from helhed import databases
from helhed.databases import ServiceDatabase
from helhed.embedded import Nats, Postgres
from helhed.home import Home, write_atomically
from helhed.ports import free_ports
from helhed.supervise import Stopped, Supervisor
from helhed.town import SERVICES
from tests.support.run import Run

ACCOUNTS = tuple(f"tests{number}" for number in range(400))


def main(folder: Path) -> None:
    """Start both servers, write down their addresses, tend them until told to stop."""
    home = Home(folder)
    home.open()
    postgres_port, nats_port = free_ports(2)
    postgres = Postgres(home, postgres_port, durable=False)
    nats = Nats(home, nats_port, durable=False, accounts=ACCOUNTS)
    with Supervisor() as supervisor:
        postgres.prepare()
        nats.prepare()
        supervisor.start([postgres.command(), nats.command()])
        for _ in supervisor.wait_until_ready():
            pass
        addresses = {"postgres": postgres.admin_url, "nats": {name: nats.url(name) for name in ACCOUNTS}}
        write_atomically(folder / "servers.json", json.dumps(addresses))
        supervisor.tend_for_ever()


def addresses(run: Run) -> dict[str, object]:
    """The addresses of the run's servers, started if nobody has asked before."""
    folder = run.folder / "servers"
    found = folder / "servers.json"
    run.once(
        "servers",
        lambda: run.keep(
            "servers",
            [sys.executable, "-m", "tests.support.servers", str(folder)],
            until=found.exists,
            environment=os.environ,
            seconds=60,
        ),
    )
    told: dict[str, object] = json.loads(found.read_text(encoding="utf-8"))
    return told


def admin_url(run: Run) -> str:
    """The administrator's URL of the run's PostgreSQL."""
    return str(addresses(run)["postgres"])


def fresh_nats_url(run: Run) -> str:
    """A URL into an account of NATS that nobody has used: its own streams, its own subjects, nobody else's."""
    urls = addresses(run)["nats"]
    assert isinstance(urls, dict)
    with run.alone("accounts"):
        counter = run.folder / "accounts.used"
        used = int(counter.read_text()) if counter.exists() else 0
        counter.write_text(str(used + 1))
    return str(urls[ACCOUNTS[used]])


class TestDatabases(Mapping[str, ServiceDatabase]):
    """A worker's own databases, one per service, migrated; each copied from a template when it is first asked for."""

    __test__ = False

    def __init__(self, run: Run, worker: str) -> None:
        self._run = run
        self._worker = re.sub(r"\W", "", worker)
        self._made: dict[str, ServiceDatabase] = {}

    def __getitem__(self, service: str) -> ServiceDatabase:
        """The worker's database of a service; its rows stay from test to test."""
        if service not in SERVICES:
            raise KeyError(service)
        if service not in self._made:
            self._made[service] = self.fresh(service)
        return self._made[service]

    def __iter__(self) -> Iterator[str]:
        return iter(SERVICES)

    def __len__(self) -> int:
        return len(SERVICES)

    def fresh(self, service: str) -> ServiceDatabase:
        """Another migrated database of a service, empty, for a test that must be alone. Costs a tenth of a second."""
        admin = admin_url(self._run)
        template = self._database(service, "_template")
        self._run.once(f"template-{service}", lambda: _make_template(admin, template))
        copy = self._database(service, f"_{self._worker}_{secrets.token_hex(4)}")
        databases.clone(admin, template, copy)
        return copy

    def _database(self, service: str, suffix: str) -> ServiceDatabase:
        # The roles are the whole server's: their passwords must be the same in every worker.
        password = f"{service}-in-tests"
        return ServiceDatabase.at(
            admin_url(self._run), service, app_password=password, messenger_password=password, suffix=suffix
        )


def _make_template(admin: str, template: ServiceDatabase) -> None:
    databases.drop(admin, template)
    databases.prepare(admin, template)
    databases.migrate(template)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except Stopped:
        pass
