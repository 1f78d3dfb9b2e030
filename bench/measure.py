"""Requests per second and how long each takes: gateway, service and bare handler in turn, in short slices."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, Self

from rich.progress import Progress

from bench.load import Job, as_line
from bench.operations import ACCEPT_REFERRAL, Operation, World
from bench.town import BenchTown

CLIENTS = (1, 16)
TARGETS = ("gateway", "service", "bare")
ROUNDS = 2
WARM_UP = 0.4
KEPT_FOR_TAPES = 20
BUSY = 503  # "not now" is an honest answer to more than can be done; it counts as refused, not as done


class WrongAnswer(RuntimeError):
    """The load got answers that it did not expect: whatever was measured, it was not the operation."""


@dataclass(slots=True)
class Cell:
    """One operation at one target with so many clients."""

    operation: str
    target: str
    clients: int
    seconds: float = 0.0
    ms: list[float] = field(default_factory=list)
    client_ms: list[float] = field(default_factory=list)
    cpu_ms: dict[str, float] = field(default_factory=dict)
    refused: int = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.ms) / self.seconds

    def figures(self) -> dict[str, Any]:
        """What is kept."""
        return {
            "operation": self.operation,
            "target": self.target,
            "clients": self.clients,
            "requests": len(self.ms),
            "refused": self.refused,
            "per_second": self.rate,
            "p50_ms": percentile(self.ms, 50),
            "p95_ms": percentile(self.ms, 95),
            "p99_ms": percentile(self.ms, 99),
            # CPU per request: by whoever answered, by PostgreSQL, and by the load itself.
            "cpu_ms": {name: total / max(1, len(self.ms)) for name, total in self.cpu_ms.items()},
            "client_cpu_ms": sum(self.client_ms) / max(1, len(self.client_ms)),
        }


def percentile(values: list[float], percent: float) -> float:
    """The value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


class Load:
    """The process that asks."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._next: dict[str, int] = defaultdict(int)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        self._say(json.dumps(asdict(self._world)) + "\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def job(self, operation: Operation, port: int, *, clients: int, seconds: float, pace: float | None = None) -> Job:
        """A job whose requests nobody has made before, if the one before it has been done."""
        return Job(operation.name, port, clients, seconds, self._next[operation.name], pace)

    def do(self, *jobs: Job) -> list[dict[str, Any]]:
        """Have jobs done side by side.

        Raises:
            WrongAnswer: more than one answer in a hundred was not what the operation answers.
        """
        self._say(as_line(list(jobs)))
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WrongAnswer("the load ended; what it said stands above")
        results: list[dict[str, Any]] = json.loads(line)
        for job, result in zip(jobs, results, strict=True):
            self._next[job.operation] += result["used"] + 1
            left = self._world.copies - KEPT_FOR_TAPES - self._next[job.operation]
            if job.operation == ACCEPT_REFERRAL.name and left < 0:
                raise WrongAnswer("more referrals were accepted than there are copies: make more of them")
            fine = (result["expected"], BUSY)
            wrong = sum(count for status, count in result["statuses"].items() if int(status) not in fine)
            if wrong * 100 > len(result["ms"]) or not result["ms"]:
                raise WrongAnswer(f"{job.operation} on port {job.port} was answered with {result['statuses']}")
        return results

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()


def process_of(operation: Operation, target: str) -> str:
    """The name of the process that answers."""
    return {"gateway": "gateway", "service": operation.service, "bare": f"bare-{operation.service}"}[target]


def slices(operations: Sequence[Operation], targets: Sequence[str]) -> int:
    """How many slices these take."""
    return len(operations) * len(CLIENTS) * len(targets) * ROUNDS


def cells(
    town: BenchTown, load: Load, seconds: float, operations: Sequence[Operation], targets: Sequence[str] = TARGETS
) -> Iterator[Cell]:
    """Measure these, in slices of so many seconds; yields each cell after each of its slices."""
    for operation in operations:
        for target in targets:
            load.do(load.job(operation, town.ports[process_of(operation, target)], clients=2, seconds=WARM_UP))
        for clients in CLIENTS:
            measured = [Cell(operation.name, target, clients) for target in targets]
            for turn in range(ROUNDS):
                # Each round begins with another target: what one leaves behind does not always meet the same next one.
                for cell in measured[turn % len(measured) :] + measured[: turn % len(measured)]:
                    _slice(town, load, operation, cell, seconds)
                    yield cell


def _slice(town: BenchTown, load: Load, operation: Operation, cell: Cell, seconds: float) -> None:
    # Through the gateway, the service behind it burns too.
    answering = {process_of(operation, cell.target), "postgres"}
    if cell.target == "gateway":
        answering.add(operation.service)
    before = town.burnt(*answering)
    job = load.job(operation, town.ports[process_of(operation, cell.target)], clients=cell.clients, seconds=seconds)
    (result,) = load.do(job)
    for name, burnt in town.burnt(*answering).items():
        cell.cpu_ms[name] = cell.cpu_ms.get(name, 0.0) + (burnt - before[name]) * 1000
    cell.seconds += result["seconds"]
    cell.ms += result["ms"]
    cell.refused += result["statuses"].get(str(BUSY), 0)
    cell.client_ms.append(result["client_ms"])


def figures(
    town: BenchTown,
    load: Load,
    seconds: float,
    progress: Progress,
    what: str,
    operations: Sequence[Operation],
    targets: Sequence[str] = TARGETS,
) -> list[dict[str, Any]]:
    """The figures of these operations, with the progress shown."""
    turns = cells(town, load, seconds, operations, targets)
    tracked = progress.track(turns, slices(operations, targets), description=what)
    measured = {(cell.operation, cell.clients, cell.target): cell for cell in tracked}
    return [cell.figures() for cell in measured.values()]
