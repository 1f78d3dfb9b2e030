"""Surveys and the post, as letters meet them: one double of surveys, reached in memory and over HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from services.cases.domain.citizen import Contact
from services.cases.sends import LinksOverHttp, NoLinkEver, NoLinkNow, NotSentNow


@dataclass
class Surveys:
    """Gives one link for each key, as the real one does. `answers` is what it says instead, when something is wrong."""

    given: dict[str, str] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    answers: tuple[int, Any] | None = None

    def end(self) -> None:
        """From here on, every invitation is over."""
        self.answers = (409, {"type": "urn:helhed:problem:invalid-transition", "status": 409})

    def leave(self) -> None:
        """From here on, it has no time."""
        self.answers = (503, {"type": "urn:helhed:problem:unavailable", "status": 503})

    def link(self, key: str) -> str:
        """The link of this key."""
        return self.given.setdefault(key, f"https://town.example/s#t={uuid4().hex}")


class LinksInMemory:
    """What LinksOverHttp promises, without the way there."""

    def __init__(self, surveys: Surveys) -> None:
        self._surveys = surveys

    async def fresh(self, invitation_id: UUID, *, authority: str, attempt: int) -> str:
        if self._surveys.answers:
            raise NoLinkEver() if self._surveys.answers[0] == 409 else NoLinkNow("503")
        return self._surveys.link(f"letter-{invitation_id}-{attempt}")


@asynccontextmanager
async def listening(surveys: Surveys) -> AsyncIterator[str]:
    """Surveys on a port of its own; the address."""

    async def link(request: web.Request) -> web.Response:
        surveys.asked.append((request.method, request.path, dict(request.headers)))
        status, body = surveys.answers or (200, {"url": surveys.link(request.headers["Idempotency-Key"])})
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"Location": "/elsewhere"} if status == 307 else {}
        return web.Response(status=status, text=text, headers=headers, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", link)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def over_http(surveys: Surveys, keys: Path) -> AsyncIterator[LinksOverHttp]:
    """The real port, to surveys on a port of its own."""
    async with listening(surveys) as address:
        links = LinksOverHttp(address, keys)
        try:
            yield links
        finally:
            await links.close()


class Crash(BaseException):
    """The worker's process dies at this point."""


@dataclass
class Office:
    """Where letters are handed over. `fails` is raised instead."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    fails: BaseException | None = None

    async def send(self, invitation_id: UUID, *, channel: str, contact: Contact, link: str, at: datetime) -> None:
        if self.fails:
            raise self.fails
        self.sent.append({"invitation": invitation_id, "channel": channel, "contact": contact, "link": link})


FULL = NotSentNow("full")
