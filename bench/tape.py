"""What SQL an operation really is: recorded in the service's own process, replayed by the bare handler.

Each operation is recorded twice. A value that is the same in both recordings is part of the statement; one that differs
is made anew for each request, of the same type and length, or is an id that the request itself names.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

Fill = Callable[["Fresh"], Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One call of psycopg: `many` is executemany, `values` its parameters."""

    query: str
    values: Any
    many: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """One request: what it sent to PostgreSQL, what it answered, and which of its ids the request names."""

    statements: list[Statement]
    answer: bytes
    named: Mapping[str, UUID] = field(default_factory=dict)


class Fresh:
    """The values of one replayed request: each varying value of the recording gets one new value, everywhere."""

    def __init__(self, named: Mapping[str, UUID]) -> None:
        self.named = named
        self._made: dict[Any, Any] = {}
        self._later: timedelta | None = None

    def once(self, original: Any, make: Callable[[], Any]) -> Any:
        """The new value that stands for `original` in this request."""
        if original not in self._made:
            self._made[original] = make()
        return self._made[original]

    def moved(self, original: datetime) -> datetime:
        """A time of the recording, moved to today; all by as much, since one may follow from another."""
        if self._later is None:
            self._later = datetime.now(UTC) - original
        return original + self._later


@dataclass(frozen=True, slots=True)
class Step:
    """A statement to replay."""

    query: str
    fill: Fill
    many: bool


def steps(first: Recording, second: Recording) -> list[Step]:
    """The recordings as one replayable operation.

    Raises:
        ValueError: the two requests did not send the same statements, so they are not one operation.
    """
    if [s.query for s in first.statements] != [s.query for s in second.statements]:
        raise ValueError("two requests of one operation sent different statements")
    names = {value: name for name, value in first.named.items()}
    pairs = zip(first.statements, second.statements, strict=True)
    return [Step(one.query, _fill(one.values, other.values, names), one.many) for one, other in pairs]


def _fill(value: Any, other: Any, names: Mapping[UUID, str]) -> Fill:
    if value == other:
        return lambda fresh: value
    if isinstance(value, Mapping):
        parts = {key: _fill(value[key], other[key], names) for key in value}
        return lambda fresh: {key: part(fresh) for key, part in parts.items()}
    if isinstance(value, list | tuple):
        if len(value) != len(other):
            raise ValueError("two requests of one operation sent lists of different lengths")
        items = [_fill(mine, theirs, names) for mine, theirs in zip(value, other, strict=True)]
        return lambda fresh: [item(fresh) for item in items]
    if isinstance(value, UUID) and value in names:
        name = names[value]
        return lambda fresh: fresh.named[name]
    return _varying(value)


def _varying(value: Any) -> Fill:
    if isinstance(value, UUID):
        return lambda fresh: fresh.once(value, uuid4)
    if isinstance(value, bytes):
        return lambda fresh: fresh.once(value, lambda: secrets.token_bytes(len(value)))
    if isinstance(value, datetime):
        return lambda fresh: fresh.moved(value)
    if isinstance(value, int):
        return lambda fresh: fresh.once(value, lambda: secrets.randbits(62))
    if isinstance(value, str) and not _is_json(value):
        return lambda fresh: fresh.once(value, lambda: secrets.token_hex(len(value))[: len(value)])
    return lambda fresh: value


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
