"""The load: a process of its own that asks as fast as it is answered, and writes down how long each answer took.

It reads one line of JSON with jobs from stdin, does them side by side, and writes one line with their results. A raw
HTTP/1.1 client on uvloop, because on a small machine a comfortable one would cost more than what it measures; what it
costs itself is part of every result.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, cast

import uvloop

from bench.operations import BY_NAME, World

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Job:
    """`clients` connections that repeat one operation for `seconds`; with `pace`, so many a second in all instead."""

    operation: str
    port: int
    clients: int
    seconds: float
    first: int
    pace: float | None = None


class Line(asyncio.Protocol):
    """One connection that is kept; one question at a time."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._needed = 0
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no children of asyncio's; they only do the same.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("hung up in the middle of an answer"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._needed:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            at = head.index(b"content-length:") + 15
            self._needed = end + 4 + int(head[at:].partition(b"\r\n")[0])
        if len(self._buffer) >= self._needed and self._answer:
            status = int(self._buffer[9:12])
            del self._buffer[: self._needed]
            self._needed = 0
            self._answer.set_result(status)

    async def ask(self, request: bytes) -> int:
        """Send, wait for the whole answer; its status."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


async def do(job: Job, world: World) -> dict[str, Any]:
    """One job: how many answers of which status, and how many milliseconds each good one took."""
    operation = BY_NAME[job.operation]
    statuses: Counter[int] = Counter()
    took: list[float] = []
    numbers = iter(range(job.first, sys.maxsize))
    begun = time.perf_counter()
    end = begun + job.seconds

    async def client(place: int) -> None:
        _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", job.port)
        due = begun + place / (job.pace or 1)
        while (now := time.perf_counter()) < end:
            if job.pace:
                await asyncio.sleep(max(0.0, due - now))
                due += job.clients / job.pace
            request = operation.request(world, next(numbers))
            asked = time.perf_counter()
            async with asyncio.timeout(PATIENCE):
                status = await line.ask(request)
            statuses[status] += 1
            if status == operation.status:
                took.append((time.perf_counter() - asked) * 1000)
        line.close()

    await asyncio.gather(*(client(place) for place in range(job.clients)))
    return {
        "seconds": time.perf_counter() - begun,
        "statuses": dict(statuses),
        "expected": operation.status,
        "used": next(numbers) - job.first,
        "ms": took,
    }


async def _all(jobs: list[Job], world: World) -> list[dict[str, Any]]:
    burnt = time.process_time()
    results = await asyncio.gather(*(do(job, world) for job in jobs))
    burnt = time.process_time() - burnt
    asked = sum(len(result["ms"]) for result in results)
    return [result | {"client_ms": burnt * 1000 / max(1, asked)} for result in results]


def main() -> None:
    """Do what each line says until there is none."""
    world = World(**json.loads(sys.stdin.readline()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            jobs = [Job(**job) for job in json.loads(line)]
            sys.stdout.write(json.dumps(runner.run(_all(jobs, world))) + "\n")
            sys.stdout.flush()


def as_line(jobs: list[Job]) -> str:
    """Jobs as `main` reads them."""
    return json.dumps([asdict(job) for job in jobs]) + "\n"


if __name__ == "__main__":
    main()
