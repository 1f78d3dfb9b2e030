"""Who was responsible when: asked of the API at many instants, and held against the stretches it tells."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from helhed.demo.caller import Caller, Json
from tests.journeys.acts import Opened

TICK = timedelta(microseconds=1)


def gaps(history: list[Json], kind: str, since: str, to: str | None) -> list[str]:
    """Where the stretches of one kind do not follow upon each other from `since` on, until `to`."""
    stretches = sorted((one for one in history if one["kind"] == kind), key=lambda one: one["from"])
    if not stretches:
        return [f"nobody was {kind}"]
    seams = [(since, stretches[0]["from"])]
    seams += [(left["to"], right["from"]) for left, right in pairwise(stretches)]
    seams += [(stretches[-1]["to"], to)]
    return [f"{kind}: {ended} is not {begins}" for ended, begins in seams if ended != begins]


def instants(history: list[Json], until: str) -> Iterator[datetime]:
    """Every seam, the moments before and after it, and the middle of each stretch."""
    edges = sorted({moment for one in history for moment in (one["from"], one["to"] or until)})
    times = [datetime.fromisoformat(edge) for edge in edges]
    for left, right in pairwise(times):
        yield from (left, left + TICK, left + (right - left) / 2, right - TICK)
    yield times[-1]


async def holders_over_time(caller: Caller, case: Opened, history: list[Json], until: str) -> list[str]:
    """The sectors that held the case, in order, as asked for one instant after the other; "nobody" is never right."""
    found: list[str] = []
    for moment in instants(history, until):
        then = await caller.get(f"{case.path}/responsibility", at=moment.isoformat())
        holder = then["holder"]["sector"] if then["holder"] else "nobody"
        if found[-1:] != [holder]:
            found.append(holder)
    return found
