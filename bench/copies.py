"""Fills the town: copies one case, with all that every service keeps of it, as often as wanted.

The rows are those the services wrote themselves, with other ids, other times and words sealed anew, so the services
read them as their own. They go in by COPY with triggers asleep: what holds for the one holds for its copies.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, Table

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
_KEYS = ("case_id", "citizen_id", "referral_id", "id")
# What happened, not what is: copies have no past of their own.
_NOT_COPIED = {"outbox", "inbox", "idempotency_keys", "lookups", "dead_letters", "deliveries"}
_NUMBER = re.compile(r"^(\d{4})-\d{6}$")

Row = dict[str, Any]
Change = Callable[[Any, int], Any]


@dataclass(frozen=True, slots=True)
class Original:
    """The case that is copied."""

    case: UUID
    citizen: UUID
    referral: UUID
    need: UUID

    @property
    def ids(self) -> list[UUID]:
        """What its rows are found by."""
        return [self.case, self.citizen, self.referral]


@dataclass(frozen=True, slots=True)
class Copies:
    """How many there are to be: the first `own` are the original's authority's, then come `others` of another's."""

    own: int
    others: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self.own + self.others + 1))

    def authority(self, number: int) -> str:
        """Whose this copy is."""
        return AUTHORITY if number <= self.own else OTHER_AUTHORITY


def fill(town: BenchTown, original: Original, copies: Copies) -> Iterator[None]:
    """Make the copies; yields after each row of the original has been copied, `rows_of_one` times."""
    for service, metadata in _SERVICES:
        sealer = Sealer(Keyring(Path(town.home.keys)).secret(service))
        with psycopg.connect(town.databases[service].admin_url) as connection:
            connection.execute("set session_replication_role = replica")
            for table in _tables(metadata):
                for row in _rows(connection, table, original):
                    _copy(connection, table.name, row, sealer, copies)
                    yield
            connection.commit()
            connection.autocommit = True
            connection.execute("vacuum analyze")


def rows_of_one(town: BenchTown, original: Original) -> int:
    """How many rows one copy has."""
    count = 0
    for service, metadata in _SERVICES:
        with psycopg.connect(town.databases[service].admin_url) as connection:
            count += sum(len(_rows(connection, table, original)) for table in _tables(metadata))
    return count


def _tables(metadata: MetaData) -> Iterator[Table]:
    kept = (table for table in metadata.sorted_tables if table.name not in _NOT_COPIED)
    return (table for table in kept if any(key in table.columns for key in _KEYS))


def _rows(connection: psycopg.Connection[Any], table: Table, original: Original) -> list[Row]:
    key = next(name for name in _KEYS if name in table.columns)
    wanted = sql.SQL("select * from {} where {} = any(%s)").format(sql.Identifier(table.name), sql.Identifier(key))
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(wanted, [original.ids]).fetchall()


def _copy(connection: psycopg.Connection[Any], table: str, row: Row, sealer: Sealer, copies: Copies) -> None:
    changes = [_change(table, column, value, row, sealer, copies) for column, value in row.items()]
    values = list(row.values())
    columns = sql.SQL(", ").join(map(sql.Identifier, row))
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for number in copies:
            copy.write_row([change(value, number) for change, value in zip(changes, values, strict=True)])


def _change(table: str, column: str, value: Any, row: Row, sealer: Sealer, copies: Copies) -> Change:
    """How one column differs from copy to copy."""
    if column == "authority":
        return lambda value, number: copies.authority(number)
    if value and column in ("coordinator", "subject"):
        return lambda value, number: f"bench-coordinator-{number % COORDINATORS}"
    if isinstance(value, UUID):
        return nth
    if isinstance(value, datetime):
        return lambda value, number: value - timedelta(minutes=number)
    if isinstance(value, list) and any(isinstance(item, UUID) for item in value):
        return lambda value, number: [nth(item, number) for item in value]
    if isinstance(value, bytes):
        return _sealed_anew(table, column, value, row["id"], sealer)
    if isinstance(value, str) and (found := _NUMBER.match(value)):
        year = int(found[1]) - 1
        return lambda value, number: f"{year}-{number:06d}"
    return lambda value, number: value


def _sealed_anew(table: str, column: str, value: bytes, row_id: UUID, sealer: Sealer) -> Change:
    for place in (f"{table}.{column}", f"{table}.{column.removesuffix('_sealed')}"):
        try:
            words = sealer.open(value, context=f"{place}:{row_id}")
        except SealBroken:
            continue
        return lambda value, number: sealer.seal(words, context=f"{place}:{nth(row_id, number)}")
    return lambda value, number: os.urandom(len(value))  # a blind index: found by nobody, and unique
