"""What a task of a worker may use."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from chassis.database import Database
from chassis.settings import Settings


@dataclass(frozen=True, slots=True)
class Workplace:
    """`messenger` sees due work of every authority, `database` does it within one."""

    database: Database
    messenger: Database
    settings: Settings


Task = Callable[[Workplace, asyncio.Event], Coroutine[Any, Any, None]]


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait that long, or until told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
