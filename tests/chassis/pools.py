"""Pools on the small service's database, and what the server sees of them."""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import insert, select

from chassis.clock import now
from chassis.database import Database
from helhed.databases import ServiceDatabase
from tests.chassis.things import things

Open = Callable[..., Database]


def a_thing(authority: str, name: str | None = None) -> Any:
    """An insert of one row."""
    values = {"colour": "red", "size": 1, "state": "open", "version": 1, "made_at": now()}
    return insert(things).values(id=uuid4(), authority=authority, name=name or secrets.token_hex(8), **values)


async def count(database: Database, authority: str) -> int:
    """How many things an authority has."""
    async with database.transaction(authority) as tx:
        return len(await tx.all(select(things.c.id)))


def sessions(urls: ServiceDatabase, database: Database) -> list[str]:
    """The state of each of a pool's connections, as the server sees them."""
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        found = admin.execute(
            "select state from pg_stat_activity where application_name = %s",
            [database.name],
        )
        return [row[0] for row in found]


def end_sessions(urls: ServiceDatabase, database: Database) -> None:
    """End a pool's connections, as a server that stops does."""
    end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s"
    with psycopg.connect(urls.admin_url, autocommit=True) as admin:
        admin.execute(end, [database.name])


async def until(what: Callable[[], bool], seconds: float = 10) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.05)
