"""Alive is not ready. Alive: the event loop turns. Ready: this process can do its work, and is not on its way out."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[None]]

PATIENCE = 2.0


class Health:
    """What `/livez` and `/readyz` say. A resource registers its check where it is created."""

    def __init__(self) -> None:
        self.draining = False
        self._checks: list[Check] = []
        self._has_been_ready = False

    def add(self, check: Check) -> None:
        """Register a check that must pass once before this process calls itself ready."""
        self._checks.append(check)

    async def ready(self) -> bool:
        """True after the first success of all checks, until draining.

        A shared database that goes away later does not make every replica leave at once: they answer 503 per request.
        """
        if self.draining:
            return False
        if not self._has_been_ready:
            try:
                async with asyncio.timeout(PATIENCE):
                    for check in self._checks:
                        await check()
            except Exception:
                return False
            self._has_been_ready = True
        return True

    def routes(self) -> list[Route]:
        """The two routes, outside the API and its documentation."""

        async def livez(_: Request) -> Response:
            return JSONResponse({"status": "alive"})

        async def readyz(_: Request) -> Response:
            ready = await self.ready()
            return JSONResponse({"status": "ready" if ready else "not-ready"}, 200 if ready else 503)

        return [Route("/livez", livez), Route("/readyz", readyz)]
