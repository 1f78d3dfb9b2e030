"""Has the services' own processes write down what each operation says to PostgreSQL (see tape.py)."""

import pickle
import re
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

from bench.operations import Operation, World, nth
from bench.tape import Recording
from bench.town import BenchTown
from helhed.town import Process

RUNNER = "bench.recorded"
# PostgreSQL's driver prepares a statement that it has seen often; the caches of a process are warm after a few.
BEFORE = 3
_AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def recorders() -> list[Process]:
    """The services again, with a recorder around them."""
    return [
        Process(name=f"recorded-{service}", about="", module=f"services.{service}.app:app", service=service,
                runner=RUNNER)
        for service in ("cases", "referrals")
    ]  # fmt: skip


def record(town: BenchTown, world: World, folder: Path, operations: Iterable[Operation]) -> None:
    """Record each operation twice. Uses the last copies, which no load reaches first."""
    recorded = recorders()
    town.add(*recorded)
    for operation in operations:
        for number in range(-BEFORE, 0):
            _ask(town, operation, world, number - 10)
        for number in (1, 2):
            file = folder / f"{operation.name}.{number}.tape"
            _ask(town, operation, world, -number, file)
            recording: Recording = pickle.loads(file.read_bytes())
            named = _named(operation, world, -number)
            file.write_bytes(pickle.dumps(Recording(recording.statements, recording.answer, named)))
    town.rest(*(process.name for process in recorded))


def _named(operation: Operation, world: World, number: int) -> dict[str, UUID]:
    """The ids of the copy that the request with this number is about; none when it is about no copy."""
    line = operation.request(world, number).partition(b"\r\n")[0].decode()
    originals = {name: UUID(getattr(world, name)) for name in ("case", "need", "referral")}
    for said in _AN_ID.findall(line):
        for original in originals.values():
            copy = UUID(said).int - original.int
            if 0 < copy <= world.copies:
                return {name: nth(each, copy) for name, each in originals.items()}
    return {}


def _ask(town: BenchTown, operation: Operation, world: World, number: int, tape: Path | None = None) -> None:
    head, _, body = operation.request(world, number).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    if tape:
        headers["X-Bench-Tape"] = str(tape)
    connection = HTTPConnection("127.0.0.1", town.ports[f"recorded-{operation.service}"], timeout=30)
    connection.request(method, target, body or None, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != operation.status:
        raise RuntimeError(f"{operation.name} was answered with {answer.status}: {said!r}")
