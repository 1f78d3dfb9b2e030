"""NATS JetStream: the road between services. PostgreSQL is the record; what lies here can be published anew from it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, NoRespondersError, OutboundBufferLimitError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
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
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError, ServiceUnavailableError

from chassis.settings import env

log = structlog.get_logger("helhed.broker")

_ACK_WAIT = 30.0
_MAX_AGE = 30 * 24 * 3600.0
_DUPLICATE_WINDOW = 120.0
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
            await self._stream.stream_info(service.upper())
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
        except APIError as error:
            away = isinstance(error, NoStreamResponseError | ServiceUnavailableError) or error.err_code in _STORE_FULL
            raise (BrokerAway if away else Refused)(type(error).__qualname__) from error
        except (NatsTimeout, ConnectionClosedError, NoRespondersError, OutboundBufferLimitError, OSError) as error:
            raise BrokerAway(type(error).__qualname__) from error
        except NatsError as error:
            raise Refused(type(error).__qualname__) from error

    async def subscribe(self, source: str, durable: str) -> JetStreamContext.PullSubscription:
        """A durable place in the stream of `source`: it survives us, and all our replicas share it."""
        await self.ensure_stream(source)
        return await self._stream.pull_subscribe(
            f"ev.v1.*.{source}.>",
            durable=durable,
            stream=source.upper(),
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=_ACK_WAIT,
                max_deliver=-1,  # giving up is our decision, taken in the database, never the broker's
                max_ack_pending=1000,
            ),
        )


async def fetch(place: JetStreamContext.PullSubscription, most: int) -> list[Msg]:
    """The next messages: waits up to a second for the first, then takes what is there at once."""
    try:
        first = await place.fetch(1, timeout=1.0)
        return first + await _rest(place, most - 1)
    except NatsTimeout:
        return []


async def _rest(place: JetStreamContext.PullSubscription, most: int) -> list[Msg]:
    # A larger batch would be held back by the server until it is full or its time is out.
    try:
        return await place.fetch(most, timeout=0.02)
    except NatsTimeout:
        return []


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
