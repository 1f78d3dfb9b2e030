"""From the broker's messages to the consumer's effects: in order within a case, cases side by side, ack at the end."""

import asyncio
from collections import Counter, defaultdict
from uuid import UUID

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from chassis.broker import Broker, BrokerAway
from chassis.database import Database
from chassis.envelope import Envelope, MalformedEnvelope, from_message
from chassis.inbox import Consumer, Outcome, never_applies
from chassis.problems import Unavailable

log = structlog.get_logger("helhed.consumer")

_BATCH = 128
CASES_AT_ONCE = 4
_GIVE_UP_AFTER = 6
_EARLY_PATIENCE = 60.0


class Deliveries:
    """One consumer's messages from one source."""

    def __init__(self, consumer: Consumer, source: str, *, broker: Broker, database: Database) -> None:
        self._consumer = consumer
        self._source = source
        self._broker = broker
        self._database = database
        # Patience is counted here, by our own tries and our own clock. The broker's count of deliveries grows also
        # while the database is away, and would condemn events with which nothing is wrong.
        self._tries: Counter[UUID] = Counter()
        self._early_since: dict[UUID, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Take messages until told to stop; outlive the broker's absences."""
        while not stop.is_set():
            try:
                # The durable's name is a promise to the broker: renaming it would start from the beginning.
                place = await self._broker.subscribe(self._source, f"{self._consumer.name}-on-{self._source}")
                try:
                    while not stop.is_set():
                        await self.take(await place.fetch(_BATCH))
                finally:
                    await place.close()
            except (BrokerAway, NatsError, OSError, TimeoutError) as away:
                log.warning("consumer-waits", source=self._source, error=type(away.__cause__ or away).__qualname__)
                await asyncio.sleep(0.5)

    async def take(self, messages: list[Msg]) -> None:
        """Apply a batch: the cases side by side, each case's events one after the other."""
        by_case: dict[UUID, list[tuple[Envelope, Msg]]] = defaultdict(list)
        for message in messages:
            try:
                envelope = from_message(message.data, message.headers)
            except MalformedEnvelope:
                # It has no id and no case: nothing to park it under. The broker keeps it; the log has its number.
                log.error("malformed-message", source=self._source, number=message.metadata.sequence.stream)
                await message.term()
                continue
            by_case[envelope.case_id].append((envelope, message))
        gate = asyncio.Semaphore(CASES_AT_ONCE)
        await asyncio.gather(*(self._take_case(case, gate) for case in by_case.values()))

    async def _take_case(self, case: list[tuple[Envelope, Msg]], gate: asyncio.Semaphore) -> None:
        async with gate:
            for envelope, message in sorted(case, key=lambda pair: pair[0].sequence):
                await self._take_one(envelope, message)

    async def _take_one(self, envelope: Envelope, message: Msg) -> None:
        try:
            await self._settle(envelope, message)
        except Unavailable:
            await message.nak(delay=1.0)

    async def _settle(self, envelope: Envelope, message: Msg) -> None:
        try:
            outcome = await self._consumer.apply(self._database, envelope)
        except Unavailable:
            raise
        except Exception as error:
            await self._failed(envelope, message, error)
            return
        if outcome in (Outcome.APPLIED, Outcome.SEEN_BEFORE):
            self._forget(envelope)
            await message.ack()
        elif outcome is Outcome.WAITS_BEHIND:
            await self._park(envelope, message, "waits-behind", "")
        else:
            await self._too_early(envelope, message)

    async def _too_early(self, envelope: Envelope, message: Msg) -> None:
        now = asyncio.get_running_loop().time()
        waited = now - self._early_since.setdefault(envelope.id, now)
        if waited >= _EARLY_PATIENCE:
            await self._park(envelope, message, "gap", "")
            return
        await message.nak(delay=min(5.0, 0.1 + waited))

    async def _failed(self, envelope: Envelope, message: Msg, error: Exception) -> None:
        name = type(error).__qualname__
        self._tries[envelope.id] += 1
        tries = self._tries[envelope.id]
        if never_applies(error) or tries >= _GIVE_UP_AFTER:
            await self._park(envelope, message, "failed", name)
            return
        log.warning("event-failed", event_id=str(envelope.id), type=envelope.type, error=name, tries=tries)
        await message.nak(delay=min(30.0, 0.2 * 2**tries))

    async def _park(self, envelope: Envelope, message: Msg, reason: str, error: str) -> None:
        tries = self._tries[envelope.id]
        await self._consumer.park(self._database, envelope, reason=reason, error=error, deliveries=tries)
        log.error("event-parked", event_id=str(envelope.id), type=envelope.type, reason=reason, error=error)
        self._forget(envelope)
        await message.term()

    def _forget(self, envelope: Envelope) -> None:
        self._tries.pop(envelope.id, None)
        self._early_since.pop(envelope.id, None)
