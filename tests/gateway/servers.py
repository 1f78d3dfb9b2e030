"""Real servers on free loopback ports, and services that behave as a test wants them to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

Behaviour = Callable[[Scope, Receive, Send], Awaitable[None]]


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Running:
    """A server that runs. `connections` is how many clients are connected to it now."""

    url: str
    port: int
    server: uvicorn.Server

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    def stop(self) -> None:
        """Ask the server to stop; leaving `running` waits for it."""
        self.server.should_exit = True


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[Running]:
    """`app` behind uvicorn, as it runs in a town."""
    # The protocol must be named: asyncio switches Nagle's delay off only where it can see that it is TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        app,
        http="httptools",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        assert not serving.done(), "the server did not start"
        await asyncio.sleep(0.005)
    run = Running(f"http://127.0.0.1:{port}", port, server)
    try:
        yield run
    finally:
        run.stop()
        await serving
        listening.close()


@dataclass(slots=True)
class Seen:
    """One request as a service saw it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The one value of a header; a header that came twice is an error here."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, values
        return values[0] if values else None


@dataclass(slots=True)
class FakeService:
    """Answers 200 `{"service": …}` to everything, or as `behave` says for a path, and remembers what it was asked."""

    name: str
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        behaviour = self.behaviours.get(scope["path"])
        if behaviour is not None:
            await behaviour(scope, receive, send)
            return
        body = await read_body(receive)
        if body is None:
            return
        self.note(scope, body)
        await respond(send, 200, {"service": self.name})

    def note(self, scope: Scope, body: bytes) -> None:
        """Remember a request."""
        query = "?" + scope["query_string"].decode() if scope["query_string"] else ""
        headers = [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]]
        self.seen.append(Seen(scope["method"], scope["raw_path"].decode() + query, headers, body))

    def answers(self, path: str, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        """Answer this path so from now on."""

        async def behaviour(scope: Scope, receive: Receive, send: Send) -> None:
            self.note(scope, await read_body(receive) or b"")
            await respond(send, status, content, headers)

        self.behaviours[path] = behaviour


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when the client went away in the middle of it."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def respond(send: Send, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
    """A JSON answer."""
    body = json.dumps(content).encode()
    said = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    encoded = [(name.encode(), value.encode()) for name, value in said.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


async def raw(port: int, request: bytes, *, wait: float = 5.0) -> tuple[int, dict[str, str], bytes]:
    """Send these very bytes; the status, headers and body of the answer. For what no client library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(wait):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        return int(lines[0].split(" ")[1]), headers, body
    finally:
        writer.close()
        await writer.wait_closed()


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for something that must become true soon."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what a server counts cannot be awaited
            await asyncio.sleep(0.01)


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
