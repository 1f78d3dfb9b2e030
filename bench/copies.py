"""Fills the town: copies a few cases, with all that every service keeps of them, as often as wanted.

The rows are those the services wrote themselves, with other ids, other times and words sealed anew, so the services
read them as their own. They go in by COPY with triggers asleep: what holds for the one holds for its copies.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import MetaData, Table, Uuid

from bench.made_ids import made_ids
from bench.operations import AUTHORITY, nth
from bench.town import BenchTown
from chassis.keys import Keyring
from chassis.sealing import SealBroken, Sealer
from services.cases import tables as of_cases
from services.referrals import tables as of_referrals
from services.surveys import tables as of_surveys

OTHER_AUTHORITY = "0461"
COORDINATORS = 200
# All that listen, too: who has not heard how a case began waits for it, and hears nothing more of it.
_SERVICES = (("cases", of_cases.metadata), ("referrals", of_referrals.metadata), ("surveys", of_surveys.metadata))
_KEYS = ("case_id", "citizen_id", "referral_id", "version_id", "id")
# What happened, not what is: copies have no past of their own.
_NOT_COPIED = {"outbox", "inbox", "idempotency_keys", "lookups", "dead_letters", "deliveries"}
_NUMBER = re.compile(r"^(\d{4})-\d{6}$")
_PEOPLE = {"coordinator", "subject", "responsible_subject"}
_DENMARK = ZoneInfo("Europe/Copenhagen")
# What was told long ago and seen by nobody has gone to the team lead long ago: no clock has to take it there now.
_SETTLED = {
    "cases": "update notifications set escalated_at = escalates_at, version = version + 1 "
    "where acknowledged_at is null and escalated_at is null and escalates_at < now() + interval '1 hour'"
}

Row = dict[str, Any]
Change = Callable[[Any, int], Any]


@dataclass(frozen=True, slots=True)
class Original:
    """A case that is copied. Its copies' numbers are of a year of their own, `years_back` before its own."""

    case: UUID
    citizen: UUID
    referral: UUID
    need: UUID
    plan: UUID
    years_back: int = 1

    @property
    def ids(self) -> list[UUID]:
        """What its rows are found by."""
        return [self.case, self.citizen, self.referral, self.plan]


@dataclass(frozen=True, slots=True)
class Copies:
    """How many there are to be: the first `own` are the original's authority's, then come `others` of another's. Each
    is so many minutes older than the one before it."""

    own: int
    others: int
    minutes: int = 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self.own + self.others + 1))

    def __len__(self) -> int:
        return self.own + self.others

    def authority(self, number: int) -> str:
        """Whose this copy is."""
        return AUTHORITY if number <= self.own else OTHER_AUTHORITY

    def one_in(self, share: int) -> "Copies":
        """So many times fewer, over as long a time."""
        return Copies(self.own // share, self.others // share, self.minutes * share)

    def moved(self, value: datetime, number: int) -> datetime:
        """A time, as it is in a copy. Midnight in Denmark is the beginning of a day that somebody wrote down, and days
        are the same in all copies."""
        if value.astimezone(_DENMARK).time() == time():
            return value
        return value - timedelta(minutes=number * self.minutes)


Filling = Sequence[tuple[Original, Copies]]


def fill(town: BenchTown, filling: Filling) -> Iterator[None]:
    """Make the copies; yields after each row of an original has been copied, `rows_of_all` times."""
    for service, metadata in _SERVICES:
        sealer = Sealer(Keyring(Path(town.home.keys)).secret(service))
        with psycopg.connect(town.databases[service].admin_url) as connection:
            connection.execute("set session_replication_role = replica")
            for original, copies in filling:
                # Read whole before the first is copied: a copy is found by nothing that an original is found by.
                rows = {table: _rows(connection, table, original) for table in _tables(metadata)}
                ids = made_ids({table.name: found for table, found in rows.items()}, copies.moved)
                for table, found in rows.items():
                    for row in found:
                        _copy(connection, Copier(table, row, sealer, original, copies, ids))
                        yield
            if service in _SETTLED:
                connection.execute(_SETTLED[service])
            connection.commit()
            connection.autocommit = True
            connection.execute("vacuum analyze")


def rows_of_all(town: BenchTown, filling: Filling) -> int:
    """How many rows one copy of each has."""
    count = 0
    for service, metadata in _SERVICES:
        with psycopg.connect(town.databases[service].admin_url) as connection:
            count += sum(
                len(_rows(connection, table, original)) for original, _ in filling for table in _tables(metadata)
            )
    return count


def _tables(metadata: MetaData) -> Iterator[Table]:
    kept = (table for table in metadata.sorted_tables if table.name not in _NOT_COPIED)
    return (table for table in kept if _key(table))


def _key(table: Table) -> str | None:
    """The id by which a table's rows of one case are found; None when none of its are of a case."""
    named = (table.columns[name] for name in _KEYS if name in table.columns)
    return next((column.name for column in named if isinstance(column.type, Uuid)), None)


def _rows(connection: psycopg.Connection[Any], table: Table, original: Original) -> list[Row]:
    key = _key(table)
    assert key is not None
    wanted = sql.SQL("select * from {} where {} = any(%s)").format(sql.Identifier(table.name), sql.Identifier(key))
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(wanted, [original.ids]).fetchall()


def _copy(connection: psycopg.Connection[Any], copier: "Copier") -> None:
    changes = [copier.change(column, value) for column, value in copier.row.items()]
    values = list(copier.row.values())
    columns = sql.SQL(", ").join(map(sql.Identifier, copier.row))
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(copier.table.name), columns)
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for number in copier.copies:
            copy.write_row([change(value, number) for change, value in zip(changes, values, strict=True)])


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies one row. `made` are the ids that are made of what they stand for, and have to be made anew."""

    table: Table
    row: Row
    sealer: Sealer
    original: Original
    copies: Copies
    made: Mapping[UUID, Callable[[int], UUID]]

    def change(self, column: str, value: Any) -> Change:
        """How one column differs from copy to copy."""
        if column == "authority":
            return lambda value, number: self.copies.authority(number)
        if value and column in _PEOPLE:
            return lambda value, number: f"bench-coordinator-{number % COORDINATORS}"
        if isinstance(value, UUID):
            made = self.made.get(value)
            return (lambda value, number: made(number)) if made else nth
        if isinstance(value, datetime):
            return self.copies.moved
        if isinstance(value, bytes):
            return _sealed_anew(self.table.name, column, value, self.row["id"], self.sealer)
        if isinstance(value, str) and (found := _NUMBER.match(value)):
            year = int(found[1]) - self.original.years_back
            return lambda value, number: f"{year}-{number:06d}"
        return self._of_many(column, value)

    def _of_many(self, column: str, value: Any) -> Change:
        if value is not None and self.table.columns[column].type.__visit_name__ == "JSONB":
            return lambda value, number: Jsonb(value)
        if isinstance(value, list) and any(isinstance(item, UUID) for item in value):
            return lambda value, number: [nth(item, number) for item in value]
        return lambda value, number: value


def _sealed_anew(table: str, column: str, value: bytes, row_id: UUID, sealer: Sealer) -> Change:
    for place in (f"{table}.{column}", f"{table}.{column.removesuffix('_sealed')}"):
        try:
            words = sealer.open(value, context=f"{place}:{row_id}")
        except SealBroken:
            continue
        return lambda value, number: sealer.seal(words, context=f"{place}:{nth(row_id, number)}")
    return lambda value, number: os.urandom(len(value))  # a blind index: found by nobody, and unique
