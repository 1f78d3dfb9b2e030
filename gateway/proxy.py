"""Hands one request on to a service and its answer back, as bytes.

Pure ASGI: no framework object is built on the way.
"""

import asyncio
import math
from collections.abc import AsyncIterator

import aiohttp
from starlette.types import Message, Receive, Send

from chassis.errors import BadInput, Refusal
from chassis.problems import TooLarge, TooSlow
from chassis.threshold import SECURITY_HEADERS
from gateway.connections import Body, Connections
from gateway.headers import RawHeaders, first, outwards

# An answer up to this size is taken whole before its first byte goes on: if the service dies halfway, the
# client gets a problem document instead of half an answer, and most answers need two messages instead of
# many.
WHOLE = 64 * 1024
CHUNK = 64 * 1024

_SAID_BY_US = frozenset(name for name, _ in SECURITY_HEADERS)


class ClientGone(Exception):
    """The client hung up; there is nobody to answer."""


class CutShort(Exception):
    """The service broke off after the client had been sent the beginning: all that is left is to hang up."""


class Incoming:
    """The client's body as it comes in, counted.

    It remembers why it ended early, because the HTTP client that reads from it tells only that it did.
    """

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._size = 0
        self.ended: Exception | None = None

    async def body(self, headers: RawHeaders) -> Body:
        """What to send on: nothing, the bytes when they are all here already, else a stream.

        Raises:
            TooLarge: it says it is, before anything was read.
            TooSlow: it says it comes, and nothing does. (Once it has begun, the time of the whole request counts.)
        """
        length = first(headers, b"content-length")
        if length is not None and length.isdigit() and int(length) > self._limit:
            raise TooLarge()
        if first(headers, b"transfer-encoding") is None and length in (None, b"0"):
            return None
        try:
            async with asyncio.timeout(self._seconds):
                start = await self._receive()
        except TimeoutError:
            raise TooSlow() from None
        chunk = self._counted(start)
        return self._rest(chunk) if start.get("more_body", False) else chunk

    async def _rest(self, start: bytes) -> AsyncIterator[bytes]:
        yield start
        more = True
        while more:
            message = await self._receive()
            yield self._counted(message)
            more = message.get("more_body", False)

    def _counted(self, message: Message) -> bytes:
        if message["type"] == "http.disconnect":
            self.ended = ClientGone()
            raise self.ended
        chunk: bytes = message.get("body", b"")
        self._size += len(chunk)
        if self._size > self._limit:
            self.ended = TooLarge()
            raise self.ended
        return chunk


async def forward(
    connections: Connections,
    *,
    service: str,
    method: str,
    target: str,
    headers: RawHeaders,
    incoming: Incoming,
    body: Body,
    send: Send,
) -> None:
    """Ask `service`, and send its answer on.

    Raises:
        Refusal: no answer was begun; the caller answers with the problem.
        ClientGone: nobody is there to answer.
        CutShort: the answer was begun and cannot be finished.
    """
    begun = False
    try:
        async with connections.request(service, method, target, _as_text(headers), body) as response:
            if _length(response) <= WHOLE:
                whole = await response.read()
                begun = True
                await _start(send, response)
                await send({"type": "http.response.body", "body": whole})
                return
            begun = True
            await _start(send, response)
            async for chunk in response.content.iter_chunked(CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
    except Refusal as failure:
        if begun:
            raise CutShort from failure
        if incoming.ended is not None:
            raise incoming.ended from failure
        raise


async def _start(send: Send, response: aiohttp.ClientResponse) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": outwards(response.raw_headers, _SAID_BY_US),
        }
    )


def _length(response: aiohttp.ClientResponse) -> float:
    return math.inf if response.content_length is None else response.content_length


def _as_text(headers: RawHeaders) -> list[tuple[str, str]]:
    try:
        return [(name.decode("ascii"), value.decode("ascii")) for name, value in headers]
    except UnicodeDecodeError:
        raise BadInput() from None
