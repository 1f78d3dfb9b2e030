"""Pooled connections to the services: how long we wait, what is tried again, and what a failure is called.

aiohttp's client, because every request of the town passes here: measured against the same trivial server it
answered in 0.14 ms at the median, httpx2 in 0.58 ms.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from chassis.problems import UpstreamUnavailable
from gateway.refusals import UpstreamTimeout
from gateway.settings import GatewaySettings

Body = bytes | AsyncIterator[bytes] | None

# A service closes a connection that has been idle for 75 s (chassis.serve). Letting go well before keeps us
# from writing into one that is closed at that very moment, which for a POST could not be tried again.
KEEP_IDLE = 30.0
_REPEATABLE = frozenset({"GET", "HEAD"})
_NO_ADDITIONS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class _LostConnection(aiohttp.ClientError):
    """The connection went away under a request that may have had its effect."""


async def _once_unless_reading(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Let only reads be repeated when a pooled connection turns out to be dead.

    aiohttp by itself repeats all idempotent methods once. A PUT or DELETE with If-Match could then be answered 412
    although its first try succeeded.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as lost:
        if request.method in _REPEATABLE:
            raise
        raise _LostConnection from lost


class Connections:
    """The services by name, each behind its pool. Open between `open()` and `close()`."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the pool; must run in the event loop that will use it."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._settings.concurrency, keepalive_timeout=KEEP_IDLE),
            timeout=aiohttp.ClientTimeout(
                total=self._settings.total_timeout, sock_connect=self._settings.connect_timeout
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_NO_ADDITIONS,
            auto_decompress=False,
            middlewares=(_once_unless_reading,),
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @asynccontextmanager
    async def request(
        self, service: str, method: str, target: str, headers: Iterable[tuple[str, str]], body: Body = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask a service; the answer's head has arrived when the block begins, its body may still be read.

        Raises:
            UpstreamUnavailable: nobody answers, or the connection broke, also while the body is read.
            UpstreamTimeout: no complete answer within the total time.
        """
        assert self._session is not None, "the gateway's lifespan has not started"
        url = URL(self._settings.upstreams[service] + target, encoded=True)
        try:
            async with self._session.request(
                method, url, headers=headers, data=body, allow_redirects=False
            ) as response:
                yield response
        except aiohttp.ConnectionTimeoutError as slow:
            raise UpstreamUnavailable(service=service) from slow
        except TimeoutError as slow:
            raise UpstreamTimeout(service=service) from slow
        except aiohttp.ClientError as broken:
            raise UpstreamUnavailable(service=service) from broken
