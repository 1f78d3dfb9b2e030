"""NATS JetStream: the road between services. PostgreSQL is the record; what lies here can be published anew from it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import nats
import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import BadSubjectError, MaxPayloadError
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError, NotFoundError

from chassis.settings import env

log = structlog.get_logger("helhed.broker")

_ACK_WAIT = 10.0
_MAX_AGE = 30 * 24 * 3600.0
_DUPLICATE_WINDOW = 120.0
_LINGER = 2.0
_NOTHING_NOW = {"404", "408"}
_BAD_REQUEST = 400
_STORE_FULL = {10047, 10077}  # no resources, maximum bytes exceeded


class BrokerAway(Exception):
    """The broker did not confirm: it may or may not have the message. Say it again, with the same id."""


class Refused(Exception):
    """The broker will never take this message."""


class Broker:
    """One connection, kept up for as long as the process lives."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stream: JetStreamContext = client.jetstream(timeout=2.0)

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, *, name: str) -> AsyncIterator["Broker"]:
        """Connect, waiting for the broker if need be; drain on the way out."""

        async def quiet(error: Exception) -> None:
            log.warning("broker-trouble", error=type(error).__qualname__)

        client = await _patiently(url, name, quiet)
        try:
            yield cls(client)
        finally:
            await client.close()

    async def ensure_stream(self, service: str) -> None:
        """Make the stream of a service's events, or bring it to its present settings.

        It refuses new messages when full rather than dropping old ones, and lets nobody delete.

        Raises:
            BrokerAway: it does not answer, or will not have it so.
        """
        config = StreamConfig(
            name=service.upper(),
            subjects=[f"ev.v1.*.{service}.>"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            deny_delete=True,
            max_age=_MAX_AGE,
            max_bytes=int(env("HELHED_STREAM_BYTES", str(1 << 30))),
            duplicate_window=_DUPLICATE_WINDOW,
            num_replicas=int(env("HELHED_NATS_REPLICAS", "1")),
        )
        try:
            await self._ensure(config)
        except (NatsError, OSError) as error:
            raise BrokerAway(type(error).__qualname__) from error

    async def _ensure(self, config: StreamConfig) -> None:
        assert config.name
        try:
            await self._stream.stream_info(config.name)
            await self._stream.update_stream(config)
        except NotFoundError:
            await self._stream.add_stream(config)

    async def publish(self, subject: str, body: bytes, headers: dict[str, str]) -> int:
        """Publish and wait for the broker's word; the message's number in its stream.

        Raises:
            BrokerAway: no word in time, or no place: unknown, so repeat.
            Refused: the message itself is not acceptable.
        """
        try:
            return (await self._stream.publish(subject, body, timeout=2.0, headers=headers)).seq
        except (NatsError, OSError) as error:
            raise (Refused if _is_about_the_message(error) else BrokerAway)(type(error).__qualname__) from error

    async def subscribe(self, source: str, durable: str) -> "Place":
        """A durable place in the stream of `source`: it survives us, and all our replicas share it."""
        await self.ensure_stream(source)
        await self._stream.add_consumer(
            source.upper(),
            ConsumerConfig(
                durable_name=durable,
                filter_subject=f"ev.v1.*.{source}.>",
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=_ACK_WAIT,
                max_deliver=-1,  # giving up is our decision, taken in the database, never the broker's
                max_ack_pending=1000,
            ),
        )
        place = Place(self._client, source.upper(), durable)
        await place.open()
        return place


class Place:
    """A durable place in a stream. Messages are asked for in batches and come as soon as they are there.

    The library's own `fetch` waits for a full batch or the end of its time, and with a short time loses what arrives in
    the same instant: such a message comes again only after the acknowledgement wait. So we ask by ourselves.
    """

    def __init__(self, client: Client, stream: str, durable: str) -> None:
        self._client = client
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = client.new_inbox()
        self._subscription: Subscription | None = None
        self._waiting: deque[Msg] = deque()
        self._news = asyncio.Event()
        self._asked = 0
        self._asked_until = 0.0

    async def open(self) -> None:
        """Begin to listen for answers."""
        self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived)

    async def close(self) -> None:
        """Stop listening. What came and was not acknowledged will come again, to whoever asks."""
        if self._subscription is not None:
            await self._subscription.unsubscribe()

    async def fetch(self, most: int) -> list[Msg]:
        """The messages that are there, at most so many; waits about two seconds for the first."""
        if not self._waiting:
            self._news.clear()
            await self._ask(most)
            try:
                async with asyncio.timeout(_LINGER + 1):
                    await self._news.wait()
            except TimeoutError:
                self._asked = 0  # the question was lost with its connection: ask again
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    async def _ask(self, most: int) -> None:
        now = asyncio.get_running_loop().time()
        if self._asked > 0 and now < self._asked_until:
            return
        self._asked, self._asked_until = most, now + _LINGER
        question = {"batch": most, "expires": int(_LINGER * 1_000_000_000)}
        await self._client.publish(self._next, orjson.dumps(question), self._inbox)

    async def _arrived(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is None:
            self._asked -= 1
            self._waiting.append(message)
        else:
            self._asked = 0
            if status not in _NOTHING_NOW:
                await asyncio.sleep(0.5)  # the consumer or its server is going: do not ask in a circle
        self._news.set()


def _is_about_the_message(error: Exception) -> bool:
    """True for the few answers that speak of the message itself. All others (no stream, no leader, no place, no answer)
    speak of the broker's state, and the same message will be taken when that has passed."""
    if isinstance(error, APIError):
        return error.code == _BAD_REQUEST and error.err_code not in _STORE_FULL
    return isinstance(error, MaxPayloadError | BadSubjectError)


async def _patiently(url: str, name: str, error_cb: Any) -> Client:
    while True:
        try:
            return await nats.connect(
                url,
                name=name,
                connect_timeout=2,
                reconnect_time_wait=0.2,
                max_reconnect_attempts=-1,
                ping_interval=10,
                max_outstanding_pings=2,
                pending_size=8 << 20,
                error_cb=error_cb,
            )
        except (TimeoutError, OSError, NatsError) as error:
            await error_cb(error)
            await asyncio.sleep(0.5)
