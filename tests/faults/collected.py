"""Everything a town has kept, read once it is quiet: rows as the administrator sees them, messages, the API's word."""

import asyncio
from dataclasses import dataclass
from typing import Any

import nats
import psycopg
from nats.js.api import ConsumerConfig, DeliverPolicy
from psycopg import sql
from psycopg.rows import dict_row

from chassis.envelope import Envelope, from_message
from helhed.databases import with_database
from helhed.home import Home
from helhed.town import SERVICES
from tests.faults.history import Call
from tests.support.towns import RunningTown

Row = dict[str, Any]

_CHASSIS = ("outbox", "case_streams", "inbox", "inbox_streams", "dead_letters", "idempotency_keys", "lookups")
TABLES: dict[str, tuple[str, ...]] = {
    "cases": ("cases", "needs", "known_referrals", "responsibilities", "consents", "releases", "deliveries"),
    "referrals": ("referrals", "referral_steps", "contact_attempts", "known_cases", "known_needs"),
    "surveys": ("invitations", "responses", "programme_activations", "known_cases"),
}


@dataclass
class Collected:
    """A town's memory. `rows[service][table]`, `streams[service]` in the order of the stream."""

    history: list[Call]
    rows: dict[str, dict[str, list[Row]]]
    streams: dict[str, list[Envelope]]
    said: dict[str, str]  # need id → catchState, as the API tells it


async def collect(town: RunningTown, history: list[Call], said: dict[str, str]) -> Collected:
    """Read it all."""
    rows = {service: await asyncio.to_thread(_rows, town, service) for service in SERVICES}
    return Collected(history, rows, await _streams(town), said)


def admin(town: RunningTown, database: str) -> "psycopg.Connection[Row]":
    """The administrator's connection to one database: every tenant's rows, and no writing."""
    password = Home(town.home).secret("postgres.password")
    url = f"postgresql://postgres:{password}@127.0.0.1:{town.port('postgres')}/{database}"
    options = "-c default_transaction_read_only=on"
    return psycopg.connect(
        with_database(url, database), autocommit=True, row_factory=dict_row, options=options, connect_timeout=5
    )


def _rows(town: RunningTown, service: str) -> dict[str, list[Row]]:
    with admin(town, f"helhed_{service}") as connection:
        return {
            table: connection.execute(sql.SQL("select * from {}").format(sql.Identifier(table))).fetchall()
            for table in (*_CHASSIS, *TABLES[service])
        }


async def _streams(town: RunningTown) -> dict[str, list[Envelope]]:
    url = f"nats://helhed:{Home(town.home).secret('nats.password')}@127.0.0.1:{town.port('nats')}"
    client = await nats.connect(url, connect_timeout=5)
    try:
        return {service: await _messages(client.jetstream(), service) for service in SERVICES}
    finally:
        await client.close()


async def _messages(stream: Any, service: str) -> list[Envelope]:
    """Every message of a service's stream, through a reader of our own that the consumers do not notice."""
    wanted = (await stream.stream_info(service.upper())).state.messages
    place = await stream.pull_subscribe(
        f"ev.v1.*.{service}.>",
        stream=service.upper(),
        config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL, max_ack_pending=-1),
    )
    found: list[Envelope] = []
    while len(found) < wanted:
        for message in await place.fetch(min(200, wanted - len(found)), timeout=10):
            await message.ack()
            found.append(from_message(message.data, message.headers))
    await place.unsubscribe()
    return found
