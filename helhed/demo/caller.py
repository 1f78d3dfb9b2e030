"""Somebody who calls the gateway: one person with one token, who repeats a call until it has an answer.

A write carries an Idempotency-Key and is sent again with the same one after a lost connection or a 503, so it happens
once however often it was sent. Every call can be written to a history, which the fault tests check afterwards.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from chassis.sync import Point, merge, parse, render

Json = dict[str, Any]
_AGAIN = {429, 502, 503, 504}
_IN_FLIGHT = "urn:helhed:problem:idempotency-key-in-flight"
_REMEMBERED = 16


class Unexpected(Exception):
    """An answer the story did not expect."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.status = answer.status_code
        try:
            self.problem: Json = answer.json()
        except ValueError:
            self.problem = {}
        what = f"{answer.request.method} {answer.request.url.path}"
        super().__init__(f"{what}: {self.status} {self.problem.get('type')} {self.problem.get('errors', '')}")


class History:
    """What was asked and what was answered, one JSON line a call (see tests/faults).

    A line says `method`, `path`, `key` and the `ids` in the body, when the call was `invoked` and `completed`, the
    status of each of its `attempts` (null: no answer came), and of the last one `status`, `location`, `id`, `sync` and
    `trace`. Its `type` is `ok` (done), `fail` (refused: nothing was done) or `info` (nobody knows).
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None

    def __enter__(self) -> "History":
        return self

    def __exit__(self, *how: object) -> None:
        if self._file:
            self._file.close()

    def note(self, **line: Any) -> None:
        """Write one line, at once."""
        if self._file:
            self._file.write(json.dumps(line, default=str) + "\n")
            self._file.flush()


@dataclass(slots=True)
class Caller:
    """A caller. `patience` is how long, in seconds, it goes on repeating one call."""

    http: httpx2.AsyncClient
    token: str | None = None
    purpose: str | None = "casework"
    unit: str | None = None
    patience: float = 60.0
    history: History = field(default_factory=History)
    # The gateway remembers what a caller wrote last; a gateway that is started anew does not. So we do, too.
    _wrote: list[Point] = field(default_factory=list)

    async def get(self, path: str, **query: Any) -> Json:
        """Read; the answer's body."""
        return self._body(await self.send("GET", path, query=query or None))

    async def post(self, path: str, body: Json | None = None, *, key: str | None = None, **headers: str) -> Json:
        """Write, once; the answer's body."""
        return self._body(await self.send("POST", path, body=body, key=key or str(uuid4()), **headers))

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        key: str | None = None,
        query: Any = None,
        **more: str,
    ) -> httpx2.Response:
        """Send until there is an answer other than "not now"; that answer, whatever it says."""
        headers = {name.replace("_", "-"): value for name, value in more.items()} | self._headers(key)
        call = {"method": method, "path": path, "key": key, "ids": list(_ids(body)), "invoked": time.time()}
        attempts: list[int | None] = []
        deadline = time.monotonic() + self.patience
        pause = 0.05
        while True:
            answer = await self._try(method, path, body, query, headers)
            attempts.append(None if answer is None else answer.status_code)
            over = time.monotonic() > deadline
            if over or (answer is not None and not _not_now(answer)):
                break
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 2)
        self.history.note(**call, completed=time.time(), attempts=attempts, **_outcome(answer))
        if answer is None:
            raise TimeoutError(f"no answer to {method} {path}")
        self._remember(answer)
        return answer

    async def _try(
        self, method: str, path: str, body: Json | None, query: Any, headers: Json
    ) -> httpx2.Response | None:
        try:
            return await self.http.request(method, path, json=body, params=query, headers=headers)
        except httpx2.TransportError:
            return None

    def _remember(self, answer: httpx2.Response) -> None:
        if token := answer.headers.get("sync-token"):
            self._wrote = merge([*self._wrote, *parse(token)])[-_REMEMBERED:]

    def _headers(self, key: str | None) -> dict[str, str]:
        wanted = {
            "Authorization": f"Bearer {self.token}" if self.token else None,
            "Access-Purpose": self.purpose if self.token else None,
            "Acting-Unit": self.unit,
            "Idempotency-Key": key,
            "Sync-Token": render(self._wrote) or None,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    @staticmethod
    def _body(answer: httpx2.Response) -> Json:
        if not answer.is_success:
            raise Unexpected(answer)
        body: Json = answer.json()
        return body


def _not_now(answer: httpx2.Response) -> bool:
    """An answer that asks to be asked again. In flight: our first try of this very call, cut off, is still at work."""
    in_flight = answer.status_code == 409 and answer.json().get("type") == _IN_FLIGHT
    return in_flight or answer.status_code in _AGAIN


def _outcome(answer: httpx2.Response | None) -> Json:
    if answer is None:
        return {"type": "info", "status": None}
    if _not_now(answer) or answer.status_code >= 500:
        return {"type": "info", "status": answer.status_code}
    body = answer.json() if answer.is_success and answer.content else {}
    told: Json = {"location": "location", "sync": "sync-token", "trace": "traceparent"}
    return {
        "type": "ok" if answer.is_success else "fail",
        "status": answer.status_code,
        "id": body.get("id"),
        **{name: answer.headers.get(header) for name, header in told.items()},
    }


def _ids(body: Any) -> Iterator[str]:
    """Every id in a body: what a call is about, without what it says of anybody."""
    if isinstance(body, list):
        for item in body:
            yield from _ids(item)
    elif isinstance(body, dict):
        for name, value in body.items():
            if isinstance(value, str) and (name == "id" or name.endswith("Id")):
                yield value
            else:
                yield from _ids(value)
