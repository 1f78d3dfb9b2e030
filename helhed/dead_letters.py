"""`helhed dead-letters`: events that could not be applied (inbox) or carried (outbox), and another try for them.

What is shown are codes, ids and times, read by the messenger's role; what an event says is never shown.
"""

import asyncio
import importlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from rich.console import Console
from rich.table import Table

from chassis.settings import env, optional_env
from helhed.databases import CannotPrepare
from helhed.home import Home, NoTown
from helhed.town import SERVICES
from helhed.up import service_database

if TYPE_CHECKING:
    from chassis.database import Database
    from chassis.inbox import Consumer

_APPLIED = """
    select id, false as outgoing, authority, source, case_id, sequence, type, reason, error_class,
           deliveries as tries, parked_at
    from dead_letters
"""
_CARRIED = """
    select id, true as outgoing, authority, %(service)s as source, case_id, sequence, type,
           'not-carried' as reason, error_class, attempts as tries, parked_at
    from outbox where parked_at is not null and published_at is null
"""
_GIVE_BACK = """
    update outbox set parked_at = null, next_attempt_at = null, attempts = 0, error_class = null where id = any(%s)
"""
_SHORT = 8

Line = tuple[str, str, UUID]
"""Authority, source and case: the events that must stay in order with each other."""


class NoSuchLetter(RuntimeError):
    """No event that was put aside goes by that name."""


class StillParked(RuntimeError):
    """Some events could not be applied this time either."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One event that was put aside: of which case, why, since when."""

    id: UUID
    outgoing: bool
    authority: str
    source: str
    case_id: UUID
    sequence: int
    type: str
    reason: str
    error_class: str | None
    tries: int
    parked_at: datetime

    @property
    def name(self) -> str:
        """What it is called here: the end of its id, which is its random part."""
        return self.id.hex[-_SHORT:]

    @property
    def line(self) -> Line:
        """The events it must stay in order with."""
        return (self.authority, self.source, self.case_id)


@dataclass(frozen=True, slots=True)
class Access:
    """How to come to one service's database."""

    service: str
    app_url: str
    messenger_url: str

    @contextmanager
    def messenger(self) -> Iterator[psycopg.Connection]:
        """A connection of the role that may see what was put aside in every authority."""
        try:
            connection = psycopg.connect(self.messenger_url, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError:
            raise CannotPrepare(f"the database of {self.service} does not let its messenger in; does it run?") from None
        with connection:
            yield connection

    def letters(self) -> list[Letter]:
        """All that was put aside, oldest first, each case's in order."""
        with self.messenger() as connection, connection.cursor(row_factory=class_row(Letter)) as cursor:
            found = cursor.execute(_APPLIED).fetchall()
            found += cursor.execute(_CARRIED, {"service": self.service}).fetchall()
        since = {letter.line: letter.parked_at for letter in sorted(found, key=lambda one: one.parked_at, reverse=True)}
        return sorted(found, key=lambda letter: (since[letter.line], letter.line, letter.sequence))


def show(home: Home, service: str | None = None) -> None:
    """Print what was put aside, of one service or of all."""
    _print(_console(), {access.service: access.letters() for access in _access(home, service)})


def replay(home: Home, service: str, names: Sequence[str] = ()) -> None:
    """Try again: the named events with all that were put aside in their cases, or everything.

    Raises:
        NoSuchLetter: a name fits no event, or several.
        StillParked: some are put aside still.
    """
    (access,) = _access(home, service)
    chosen = _chosen(access.letters(), names)
    console = _console()
    if not chosen:
        console.print(f"Nothing of {service} is put aside.")
        return
    outgoing = [letter.id for letter in chosen if letter.outgoing]
    if outgoing:
        with access.messenger() as connection:
            connection.execute(_GIVE_BACK, [outgoing])
            connection.execute("notify helhed_outbox")
        console.print(f"{len(outgoing)} given back to the relay: it tries again now, if it runs.")
    lines = list(dict.fromkeys(letter.line for letter in chosen if not letter.outgoing))
    if lines:
        _apply(home, access, lines, console)


def _apply(home: Home, access: Access, lines: Sequence[Line], console: Console) -> None:
    before = Counter(letter.line for letter in access.letters() if not letter.outgoing)
    troubles = asyncio.run(_replay_lines(home, access, lines))
    after = Counter(letter.line for letter in access.letters() if not letter.outgoing)
    table = _table("case", "from", "applied", "stopped at")
    for line, trouble in zip(lines, troubles, strict=True):
        _, source, case_id = line
        stopped = trouble or ("an event that has not come" if after[line] else "")
        table.add_row(str(case_id), source, str(before[line] - after[line]), stopped)
    console.print(table)
    left = sum(after[line] for line in lines)
    if left:
        raise StillParked(f"{left} still put aside; `helhed dead-letters list --service {access.service}` shows them")


async def _replay_lines(home: Home, access: Access, lines: Sequence[Line]) -> list[str]:
    """For each case, the class of what stopped it; empty when nothing did."""
    from chassis.database import Database
    from chassis.keys import Keyring
    from chassis.sealing import Sealer

    keys = Path(env("HELHED_KEYS_DIR", str(home.keys)))
    sealer = Sealer(Keyring(keys).secret(access.service))
    database = Database(access.app_url, name=f"{access.service}-replay", pool_size=1, sealer=sealer)
    try:
        return [await _replay_line(_consumer(access.service), database, line) for line in lines]
    finally:
        await database.close()


async def _replay_line(consumer: "Consumer", database: "Database", line: Line) -> str:
    try:
        await consumer.replay(database, *line)
    except Exception as error:  # the class only: what it says may quote what people wrote
        return type(error).__qualname__
    return ""


def _consumer(service: str) -> "Consumer":
    consumer: Consumer = importlib.import_module(f"services.{service}.consumes").consumer
    return consumer


def _chosen(letters: Sequence[Letter], names: Sequence[str]) -> list[Letter]:
    chosen = []
    for name in names:
        wanted = name.replace("-", "").lower()
        found = [letter for letter in letters if wanted and letter.id.hex.endswith(wanted)]
        if len(found) != 1:
            raise NoSuchLetter(f"{name} names {len(found)} events that were put aside; it must name one")
        chosen += found
    return chosen if names else list(letters)


def _access(home: Home, service: str | None) -> list[Access]:
    if service is not None and service not in SERVICES:
        raise CannotPrepare(f"there is no service {service}: it is one of {', '.join(SERVICES)}")
    admin_url = _administrators_url(home) if home.is_for_development() else None
    return [_access_to(home, admin_url, one) for one in ([service] if service else SERVICES)]


def _access_to(home: Home, admin_url: str | None, service: str) -> Access:
    if admin_url is None:
        name = f"HELHED_{service.upper()}"
        return Access(service, env(f"{name}_DATABASE_URL"), env(f"{name}_MESSENGER_DATABASE_URL"))
    database = service_database(home, admin_url, service)
    return Access(service, database.app_url, database.messenger_url)


def _administrators_url(home: Home) -> str:
    from helhed.migrate import running_postgres

    given = optional_env("HELHED_DATABASE_URL")
    if given:
        return given
    if not home.is_taken():
        raise NoTown(f"no town runs in {home.path}: start it with `make run` in another terminal")
    return running_postgres(home).admin_url


def _print(console: Console, found: dict[str, list[Letter]]) -> None:
    table = _table("event", "service", "what", "no.", "case", "why", "tries", "since")
    now = datetime.now(UTC)
    for service, letters in found.items():
        for letter in letters:
            why = f"{letter.reason} {letter.error_class or ''}".strip()
            what = letter.type.removeprefix("dk.helhed.").rpartition(".")[0] or letter.type
            row = (
                what,
                str(letter.sequence),
                str(letter.case_id),
                why,
                str(letter.tries),
                _age(now - letter.parked_at),
            )
            table.add_row(letter.name, service, *row)
    count = sum(map(len, found.values()))
    if not count:
        console.print("Nothing is put aside.")
        return
    console.print(table)
    cases = len({letter.case_id for letters in found.values() for letter in letters})
    console.print(f"{count} put aside in {cases} {'case' if cases == 1 else 'cases'}. Each holds up its own case only.")


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, 140)  # a file has no edge at which an id would have to be broken
    return console


def _table(*headings: str) -> Table:
    table = Table(header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in ("event", "case"))
    return table


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
