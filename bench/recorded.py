"""Serve an application as `chassis.serve` does, and write down the SQL of each request that carries `X-Bench-Tape`.

    python -m bench.recorded services.cases.app:app

The header's value is the file to write. What psycopg is told is recorded, so it does not matter what is built on it.
"""

import pickle
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Json, Jsonb

from bench.tape import Recording, Statement
from chassis import serve

_tape: ContextVar[list[Statement] | None] = ContextVar("tape", default=None)
HEADER = b"x-bench-tape"


def listen() -> None:
    """Have psycopg's cursors write down what they are told."""
    for name in ("execute", "executemany"):
        setattr(psycopg.AsyncCursor, name, _noting(getattr(psycopg.AsyncCursor, name), many=name == "executemany"))


def _noting(told: Any, *, many: bool) -> Any:
    async def telling(cursor: Any, query: Any, values: Any = None, **options: Any) -> Any:
        tape = _tape.get()
        if tape is not None:
            text = query if isinstance(query, str) else query.as_string(cursor)
            tape.append(Statement(text, _plain(values), many))
        return await told(cursor, query, values, **options)

    return telling


def _plain(value: Any) -> Any:
    """Values that can be kept in a file; JSON as its text."""
    if isinstance(value, Json | Jsonb):
        return orjson.dumps(value.obj).decode()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


class Recorder:
    """ASGI around the application."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.state = app.state

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        file = dict(scope.get("headers", ())).get(HEADER)
        if file is None:
            await self._app(scope, receive, send)
            return
        tape: list[Statement] = []
        _tape.set(tape)
        body = bytearray()

        async def noting(message: Any) -> None:
            body.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body"):
                # Before the last byte leaves: whoever asked for the tape looks for it as soon as there is an answer.
                _keep(Path(file.decode()), Recording(tape, bytes(body)))
            await send(message)

        await self._app(scope, receive, noting)


def _keep(file: Path, recording: Recording) -> None:
    file.write_bytes(pickle.dumps(recording))


def main(target: str) -> int:
    """Serve until told to stop; the exit status."""
    listen()
    plain = serve.load

    def load(target: str) -> Any:
        return Recorder(plain(target))

    serve.load = load
    return serve.main(target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
