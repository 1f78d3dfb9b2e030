"""A line that can be cut: a TCP proxy in front of a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from helhed.ports import free_ports


class Line:
    """Carries bytes to a server until cut. Seen from the client, cutting it is the server going away."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._target = (parts.hostname, parts.port)
        self._port = free_ports(1)[0]
        login = parts.netloc.rpartition("@")[0]
        self.url = parts._replace(netloc=f"{login}@127.0.0.1:{self._port}").geturl()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Take calls (again)."""
        self._server = await asyncio.start_server(self._call, "127.0.0.1", self._port)

    async def cut(self) -> None:
        """Take no calls, and break off those under way."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        self._open |= {writer, back}
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        self._open -= {writer, back}

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(1 << 16):
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        sink.close()


@asynccontextmanager
async def line(url: str) -> AsyncIterator[Line]:
    """A line to the server of this URL, open."""
    carried = Line(url)
    await carried.mend()
    try:
        yield carried
    finally:
        await carried.cut()
