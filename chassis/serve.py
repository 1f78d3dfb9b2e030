"""Serve one application: `python -m chassis.serve services.cases.app:app`, address in HELHED_BIND.

On SIGTERM: say not-ready, keep serving while the callers look away (HELHED_DRAIN_SECONDS), then finish what is begun
and leave. uvicorn by itself would close its listener at once.
"""

import asyncio
import importlib
import signal
import sys
from typing import Any

import uvicorn

from chassis.settings import env

FINISH_SECONDS = 25


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, health: Any, drain_seconds: float) -> None:
        super().__init__(config)
        self._health = health
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: Any) -> None:
        if self._health is None or self._health.draining or sig == signal.SIGINT:
            self._finish()
            return
        self._health.draining = True
        asyncio.get_event_loop().call_later(self._drain_seconds, self._finish)

    def _finish(self) -> None:
        # uvicorn's own handler would raise the signal once more after a clean end, and the exit status would be 143.
        self.should_exit = True


def load(target: str) -> Any:
    """The application that `module:attribute` names."""
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute or "app")


def main(target: str) -> int:
    """Serve until told to stop; the exit status."""
    host, _, port = env("HELHED_BIND", "127.0.0.1:8000").rpartition(":")
    app = load(target)
    config = uvicorn.Config(
        app,
        host=host,
        port=int(port),
        access_log=False,
        server_header=False,
        date_header=True,
        log_level="warning",
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=FINISH_SECONDS,
        h11_max_incomplete_event_size=16 * 1024,
        loop="uvloop",
        http="httptools",
        lifespan="on",
    )
    server = _Server(
        config, getattr(getattr(app, "state", None), "health", None), float(env("HELHED_DRAIN_SECONDS", "5"))
    )
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
