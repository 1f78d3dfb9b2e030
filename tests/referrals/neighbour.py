"""Where cases is, as referrals sees it: nobody, the real service in this process, or somebody who misbehaves."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

Behaviour = Callable[[httpx2.Request], Awaitable[httpx2.Response]]


class Neighbour(httpx2.AsyncBaseTransport):
    """A way over which every question passes, and is noted."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self._there: httpx2.AsyncBaseTransport | None = None
        self._instead: Behaviour | None = None

    def is_at(self, app: Any) -> None:
        """From now on this application answers."""
        self._there, self._instead = httpx2.ASGITransport(app), None

    def goes_away(self) -> None:
        """From now on nobody answers."""
        self._there = self._instead = None

    def does(self, instead: Behaviour) -> None:
        """From now on this is what comes of a question."""
        self._instead = instead

    def questions(self) -> list[list[dict[str, Any]]]:
        """What was asked about, question by question."""
        return [json.loads(request.content)["referrals"] for request in self.asked]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self._instead:
            return await self._instead(request)
        if self._there is None:
            raise httpx2.ConnectError("nobody is there", request=request)
        return await self._there.handle_async_request(request)
