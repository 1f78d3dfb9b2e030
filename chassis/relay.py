"""Carries outbox rows to the broker: every row, in order within a case, again until the broker has said yes.

One relay per service is active; the others stand by behind an advisory lock that dies with its holder's connection.
It takes unpublished rows, never "all after the last one": numbers are given before commits, and a late commit would be
skipped for ever.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import psycopg
import structlog
from psycopg.rows import dict_row

from chassis.broker import Broker, BrokerAway
from chassis.envelope import Envelope, to_message
from chassis.workplace import pause

log = structlog.get_logger("helhed.relay")

Row = dict[str, Any]
Connection = psycopg.AsyncConnection[Row]

_BATCH = 500
_CASES_AT_ONCE = 64
_GIVE_UP_AFTER = 5
CHANNEL = "helhed_outbox"

# A held row (parked, or waiting for its next try) holds its own case and no other.
_TAKE = """
    select position, id, case_id, attempts, event from outbox
    where published_at is null and case_id not in (
        select case_id from outbox
        where published_at is null and (parked_at is not null or next_attempt_at > now()))
    order by position limit %s
"""
_MARK = "update outbox set published_at = now(), error_class = null where position = any(%s)"
_FAILED = """
    update outbox set attempts = attempts + 1, error_class = %s,
        next_attempt_at = now() + make_interval(secs => least(60, power(2, attempts))),
        parked_at = case when attempts + 1 >= %s then now() end
    where position = %s
    returning parked_at is not null as parked
"""


class Relay:
    """The relay of one service."""

    def __init__(self, service: str, database_url: str, broker: Broker) -> None:
        self._service = service
        self._url = database_url
        self._broker = broker

    async def run(self, stop: asyncio.Event) -> None:
        """Carry until told to stop; survive database and broker going away and coming back."""
        while not stop.is_set():
            try:
                async with await self._connect() as connection:
                    while not stop.is_set() and not await self._lead(connection):
                        await pause(stop, 0.5)
                    await self._carry_until(stop, connection)
            except (psycopg.OperationalError, BrokerAway) as away:
                log.warning("relay-waits", service=self._service, error=type(away.__cause__ or away).__qualname__)
            await pause(stop, 0.5)

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            row_factory=dict_row,
            application_name=f"{self._service}-relay",
            connect_timeout=2,
            keepalives_idle=30,
        )

    async def _lead(self, connection: Connection) -> bool:
        lock = "select pg_try_advisory_lock(hashtextextended('helhed-relay', 0)) as mine"
        row = await (await connection.execute(lock)).fetchone()
        return bool(row and row["mine"])

    async def _carry_until(self, stop: asyncio.Event, connection: Connection) -> None:
        await connection.execute(f"listen {CHANNEL}")
        await self._broker.ensure_stream(self._service)
        log.info("relay-leads", service=self._service)
        while not stop.is_set():
            if await self.carry(connection) == 0:
                # Woken by the writer's commit; looks by itself each second, since a notice can be lost.
                async for _ in connection.notifies(timeout=1.0, stop_after=1):
                    pass

    async def carry(self, connection: Connection) -> int:
        """Publish what lies ready, in order within each case; how many rows that was.

        Raises:
            BrokerAway: the broker does not answer; what was not confirmed stays unpublished.
        """
        rows = await (await connection.execute(_TAKE, (_BATCH,))).fetchall()
        by_case: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            by_case[row["case_id"]].append(row)
        published: list[int] = []
        refused: list[tuple[Row, Exception]] = []
        gate = asyncio.Semaphore(_CASES_AT_ONCE)
        outcomes = await asyncio.gather(
            *(self._carry_case(case, gate, published, refused) for case in by_case.values()), return_exceptions=True
        )
        if published:
            await connection.execute(_MARK, (published,))
        for row, error in refused:
            await self._note(connection, row, error)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(published)

    async def _carry_case(
        self, rows: Sequence[Row], gate: asyncio.Semaphore, published: list[int], refused: list[tuple[Row, Exception]]
    ) -> None:
        async with gate:
            for row in rows:
                try:
                    await self._broker.publish(*to_message(Envelope.from_json(row["event"])))
                except BrokerAway:
                    raise
                except Exception as error:  # whatever is wrong with one row, the other cases go on
                    refused.append((row, error))
                    return
                published.append(row["position"])

    async def _note(self, connection: Connection, row: Row, error: Exception) -> None:
        held = await connection.execute(_FAILED, (type(error).__qualname__, _GIVE_UP_AFTER, row["position"]))
        found = await held.fetchone()
        if found and found["parked"]:
            log.error(
                "outbox-row-parked", service=self._service, event_id=str(row["id"]), error=type(error).__qualname__
            )
