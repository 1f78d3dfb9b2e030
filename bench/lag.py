"""From commit to consumer: how long until another service has applied what a service said.

Read from the inboxes of referrals and surveys: `applied_at` minus `occurred_at`, for every event of every case opened
meanwhile. `occurred_at` is taken before the commit, so the figure holds the writing transaction too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench.measure import Load, percentile
from bench.operations import OPEN_CASE, READ_CASE
from bench.town import BenchTown
from bench.world import until_quiet

LISTENERS = ("referrals", "surveys")


@dataclass(frozen=True, slots=True)
class Situation:
    """What the town is doing meanwhile. `opening` cases a second, or with so many clients as fast as they can."""

    name: str
    seconds: float
    opening: float | None
    openers: int
    readers: int


SITUATIONS = (
    Situation("idle: 15 cases a second", 10, 15.0, 4, 0),
    Situation("busy: 15 cases a second beside 8 clients that read all the time", 10, 15.0, 4, 8),
    Situation("flooded: 4 clients open cases as fast as they can", 6, None, 4, 0),
)


def lags(town: BenchTown, load: Load) -> Iterator[dict[str, Any]]:
    """The figures of each situation, as it has passed."""
    for situation in SITUATIONS:
        yield _lag(town, load, situation)


def _lag(town: BenchTown, load: Load, situation: Situation) -> dict[str, Any]:
    until_quiet(town)
    begun = datetime.now(UTC)
    port, seconds = town.ports["cases"], situation.seconds
    jobs = [load.job(OPEN_CASE, port, clients=situation.openers, seconds=seconds, pace=situation.opening)]
    if situation.readers:
        jobs.append(load.job(READ_CASE, port, clients=situation.readers, seconds=seconds))
    opened, *read = load.do(*jobs)
    in_time = until_quiet(town)
    took = [lag for service in LISTENERS for lag in _applied_since(town, service, begun)]
    return {
        "situation": situation.name,
        "cases_per_second": len(opened["ms"]) / opened["seconds"],
        "open_p50_ms": percentile(opened["ms"], 50),
        "reads_per_second": len(read[0]["ms"]) / read[0]["seconds"] if read else 0.0,
        "events": len(took),
        "p50_ms": percentile(took, 50),
        "p99_ms": percentile(took, 99),
        "max_ms": max(took, default=0.0),
        "all_heard_within_a_minute": in_time,
    }


def _applied_since(town: BenchTown, service: str, begun: datetime) -> list[float]:
    with psycopg.connect(town.databases[service].admin_url) as connection:
        rows = connection.execute(
            "select extract(epoch from applied_at - occurred_at) * 1000 from inbox "
            "where source = 'cases' and occurred_at >= %s",
            [begun],
        )
        return [float(row[0]) for row in rows]
