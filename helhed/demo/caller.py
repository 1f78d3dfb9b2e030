"""Somebody who calls the gateway: one person with one token, who repeats a call until it has an answer.

A write carries an Idempotency-Key and is sent again with the same one after a lost connection or a 503, so it happens
once however often it was sent. Every call can be written to a history, which the fault tests check afterwards.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

Json = dict[str, Any]
_AGAIN = {429, 502, 503, 504}


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
    """What was asked and what was answered, one JSON line a call (see tests/faults)."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = path.open("a", encoding="utf-8") if path else None

    def note(self, **line: Any) -> None:
        """Write one line, at once."""
        if self._file:
            self._file.write(json.dumps({"at": time.time(), **line}, default=str) + "\n")
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
    sync: Callable[[str], None] | None = None

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
        deadline = time.monotonic() + self.patience
        pause = 0.05
        while True:
            answer = await self._try(method, path, body, query, headers)
            if answer is not None and answer.status_code not in _AGAIN:
                self.history.note(
                    method=method,
                    path=path,
                    key=key,
                    status=answer.status_code,
                    location=answer.headers.get("location"),
                )
                return answer
            if time.monotonic() > deadline:
                self.history.note(method=method, path=path, key=key, status=answer and answer.status_code, gave_up=True)
                if answer is None:
                    raise TimeoutError(f"no answer to {method} {path}")
                return answer
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 2)

    async def _try(
        self, method: str, path: str, body: Json | None, query: Any, headers: Json
    ) -> httpx2.Response | None:
        try:
            return await self.http.request(method, path, json=body, params=query, headers=headers)
        except httpx2.TransportError:
            return None

    def _headers(self, key: str | None) -> dict[str, str]:
        wanted = {
            "Authorization": f"Bearer {self.token}" if self.token else None,
            "Access-Purpose": self.purpose if self.token else None,
            "Acting-Unit": self.unit,
            "Idempotency-Key": key,
        }
        return {name: value for name, value in wanted.items() if value is not None}

    @staticmethod
    def _body(answer: httpx2.Response) -> Json:
        if not answer.is_success:
            raise Unexpected(answer)
        body: Json = answer.json()
        return body
