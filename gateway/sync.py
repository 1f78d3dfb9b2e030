"""Read your own writes across services: what each caller wrote last, added to what the caller asks next.

A client may keep and send the `Sync-Token` of its writes itself. Here the gateway does it for those who do
not, for as long as news may reasonably be on its way: a service that lags longer lags for everybody, and
must not make a writer wait with the requests on every other case too.
"""

from collections import OrderedDict
from uuid import UUID

from chassis.sync import MOST_ENTRIES, Point, merge, parse, render

CALLERS = 10_000
ENTRIES = 16
SECONDS = 60.0

Caller = tuple[str, str, str]
"""(issuer, subject, authority): who wrote. A subject alone is not a person (two issuers may use the same)."""

Written = OrderedDict[tuple[str, UUID], tuple[Point, float]]
"""By stream (service and case): the latest point, and when the caller was told of it."""


class SyncMemory:
    """The latest points per caller: bounded in callers, in points of each, and in time."""

    def __init__(self, *, callers: int = CALLERS, entries: int = ENTRIES, seconds: float = SECONDS) -> None:
        self._callers, self._entries, self._seconds = callers, entries, seconds
        self._written: OrderedDict[Caller, Written] = OrderedDict()

    def remember(self, caller: Caller, token: str, now: float) -> None:
        """Note what a write of `caller` answered."""
        mine = self._written.setdefault(caller, OrderedDict())
        self._written.move_to_end(caller)
        for point in _read(token) or ():
            stream = (point.service, point.case_id)
            known, _ = mine.pop(stream, (point, now))
            mine[stream] = (max(known, point, key=lambda each: each.sequence), now)
        while len(mine) > self._entries:
            mine.popitem(last=False)
        while len(self._written) > self._callers:
            self._written.popitem(last=False)

    def token_for(self, caller: Caller, sent: str | None, now: float) -> str | None:
        """What the next request of `caller` must carry: what it `sent` itself, and what we remember.

        What was sent but is not a token goes on as it came: the service refuses it, with the reason.
        """
        remembered = self._fresh(caller, now)
        own = [] if sent is None else _read(sent)
        if not remembered or own is None:
            return sent
        room = MOST_ENTRIES - len(own)
        return render(merge([*own, *remembered[:room]]))

    def _fresh(self, caller: Caller, now: float) -> list[Point]:
        """What is young enough, the latest first."""
        mine = self._written.get(caller)
        if mine is None:
            return []
        for stream in [stream for stream, (_, at) in mine.items() if now - at > self._seconds]:
            del mine[stream]
        if not mine:
            del self._written[caller]
        return [point for point, _ in reversed(mine.values())]


def _read(token: str) -> list[Point] | None:
    try:
        return parse(token)
    except ValueError:
        return None
