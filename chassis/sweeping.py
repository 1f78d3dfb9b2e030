"""Throws away what has been kept long enough: answers under an idempotency key, seven days old."""

import asyncio

import structlog
from sqlalchemy import delete, func

from chassis.problems import Unavailable
from chassis.tables import TABLES
from chassis.workplace import Workplace, pause

_EVERY = 600.0
_EXPIRED = delete(TABLES.idempotency_keys).where(TABLES.idempotency_keys.c.expires_at < func.now())

log = structlog.get_logger("helhed.sweeping")


async def sweep(place: Workplace, stop: asyncio.Event) -> None:
    """Sweep now and then until told to stop. The messenger may delete what has expired, and nothing else."""
    while not stop.is_set():
        try:
            async with place.messenger.transaction(None) as tx:
                gone = await tx.run(_EXPIRED)
            if gone:
                log.info("swept", answers=gone)
        except Unavailable:
            log.warning("sweeping-waits")
        await pause(stop, _EVERY)
