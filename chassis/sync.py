"""Read your own writes across services.

A write answers `Sync-Token`: which service announced which case up to which number. A request that brings one is
answered only by a service that has applied that much; it waits a little, then says 503 `not-caught-up`.

The price of "never a false 404": an event that is parked (dead letter) holds back its case, so a caller whose token
names that case is told 503 by this service for whatever they ask, until the event is replayed or they stop sending the
token (the gateway, which adds it, forgets a caller's points after ten minutes). Other callers notice nothing.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from chassis.database import Database
from chassis.problems import NotCaughtUp
from chassis.tables import TABLES

HEADER = "Sync-Token"
MOST_ENTRIES = 64
_ENTRY = re.compile(r"^([a-z]{1,32}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9]{1,18})$")
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Point:
    """`service` has announced `case_id` up to number `sequence`."""

    service: str
    case_id: UUID
    sequence: int


def parse(token: str) -> list[Point]:
    """Read a token.

    Raises:
        ValueError: it is not one of ours, or has more than 64 entries.
    """
    parts = [part.strip() for part in token.split(",")]
    found = [_ENTRY.match(part) for part in parts]
    if len(parts) > MOST_ENTRIES or not all(found):
        raise ValueError("not a sync token")
    return merge(Point(m[1], UUID(m[2]), int(m[3])) for m in found if m)


def merge(points: Iterable[Point]) -> list[Point]:
    """The highest number for each service and case, in the order they came."""
    highest: dict[tuple[str, UUID], Point] = {}
    for point in points:
        known = highest.get((point.service, point.case_id))
        if known is None or known.sequence < point.sequence:
            highest[(point.service, point.case_id)] = point
    return list(highest.values())


def render(points: Iterable[Point]) -> str:
    """As header value."""
    return ",".join(f"{p.service}:{p.case_id}:{p.sequence}" for p in points)


class CaughtUp:
    """Knows how far this service has come in what the others say.

    `sources` are the services it listens to. What any other announces never comes here, so no answer of ours rests on
    it, and there is nothing to wait for.
    """

    def __init__(
        self,
        database: Database,
        service: str,
        *,
        sources: Collection[str],
        patience: float = 2.0,
        pause: float = 0.02,
    ) -> None:
        self._database = database
        self._service = service
        self._sources = frozenset(sources)
        self._patience = patience
        self._pause = pause
        # Numbers only grow: what was applied once need not be asked again.
        self._known: OrderedDict[tuple[str, str, UUID], int] = OrderedDict()

    async def wait_for(self, points: list[Point], authority: str | None) -> None:
        """Return when all points are applied here.

        Raises:
            NotCaughtUp: they are not, after the patience (2 s) is spent.
        """
        foreign = [p for p in points if p.service in self._sources]
        deadline = asyncio.get_running_loop().time() + self._patience
        pause = self._pause
        while missing := [
            p for p in foreign if self._known.get((authority or "", p.service, p.case_id), 0) < p.sequence
        ]:
            await self._look(missing, authority or "")
            if all(self._known.get((authority or "", p.service, p.case_id), 0) >= p.sequence for p in missing):
                return
            if asyncio.get_running_loop().time() >= deadline:
                raise NotCaughtUp()
            await asyncio.sleep(pause)
            pause = min(0.2, pause * 1.5)

    async def _look(self, missing: list[Point], authority: str) -> None:
        streams = TABLES.inbox_streams
        wanted = select(streams.c.source, streams.c.case_id, streams.c.last).where(
            streams.c.consumer == self._service,
            streams.c.case_id.in_([p.case_id for p in missing]),
        )
        async with self._database.transaction(authority) as tx:
            for row in await tx.all(wanted):
                self._known[(authority, row.source, row.case_id)] = row.last
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
