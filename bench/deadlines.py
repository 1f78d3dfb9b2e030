"""Ten thousand clocks that fall due in the same minute: how long until the town has heard of each.

They are clocks of copied cases that health was asked to help. Their last day has gone by at one instant, for all of
them; from then on the worker of referrals finds them by itself, tells of them in batches, the relay carries what was
told to the broker, and cases puts it on the list of whoever holds.
"""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
from rich.progress import Progress

from bench.copies import Copies, Original
from bench.measure import KEPT_FOR_TAPES, WrongAnswer
from bench.operations import AUTHORITY, nth
from bench.town import BenchTown
from bench.world import until_quiet

MOST = 10_000
CASES = MOST + KEPT_FOR_TAPES
PATIENCE = 600.0
_MISSED = "dk.helhed.referrals.deadline-missed.v1"
_RUNS = """
    insert into referral_clocks (
        authority, referral_id, guarantee, starts, counting, lead_days, started_on, due_on, state, approaching_told_at
    )
    select authority, id, 'drug-treatment', 'approach', 'calendar', 4, current_date - 15, current_date - 1, 'running',
        now() - interval '5 days'
    from referrals where authority = %s and id = any(%s)
    """
_LATE = "update referrals set due_on = current_date - 1 where authority = %s and id = any(%s)"
_IS_DUE = "update referral_clocks set look_at = now() where authority = %s and referral_id = any(%s)"
_TOLD = "select count(*), count(published_at) from outbox where type = %s"
_HEARD = "select count(*) from inbox where consumer = 'cases' and type = %s"
_EACH_ONCE = "select count(distinct case_id) from outbox where type = %s"


def announced(town: BenchTown, original: Original, copies: Copies, progress: Progress) -> dict[str, Any]:
    """How long it takes.

    Raises:
        WrongAnswer: some were not told within ten minutes, or one was told twice.
    """
    number = min(MOST, copies.own - KEPT_FOR_TAPES)
    # The last but those that are kept: load that accepts referrals begins with the first.
    last = copies.own - KEPT_FOR_TAPES
    ids = [nth(original.referral, one) for one in range(last - number + 1, last + 1)]
    until_quiet(town)
    with (
        psycopg.connect(town.databases["referrals"].admin_url, autocommit=True) as referrals,
        psycopg.connect(town.databases["cases"].admin_url, autocommit=True) as cases,
    ):
        for statement in (_RUNS, _LATE):
            referrals.execute(statement, [AUTHORITY, ids])
        referrals.execute("analyze referral_clocks")
        referrals.execute(_IS_DUE, [AUTHORITY, ids])
        begun, took = time.monotonic(), dict[str, float]()
        shown = progress.add_task("Deadlines announced", total=number)
        for counts in _until(referrals, cases, number):
            now = time.monotonic() - begun
            took |= {what: now for what, count in counts.items() if count >= number and what not in took}
            if any(counts.values()) and "first told" not in took:
                took["first told"] = now
            progress.update(shown, completed=counts["all told"])
        (each,) = referrals.execute(_EACH_ONCE, [_MISSED]).fetchone() or (0,)
        told, _, _ = _counts(referrals, cases)
    if not told == each == number:
        raise WrongAnswer(f"of {number} deadlines {told} were told, in {each} cases")
    return {"clocks": number, "seconds": took, "told_per_second": number / took["all told"]}


def _until(referrals: psycopg.Connection[Any], cases: psycopg.Connection[Any], number: int) -> Iterator[dict[str, int]]:
    """How many so far, again and again until all have been heard of."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told, carried, heard = _counts(referrals, cases)
        yield {"all told": told, "all carried to the broker": carried, "all heard by cases": heard}
        if heard >= number:
            return
        time.sleep(0.1)


def _counts(referrals: psycopg.Connection[Any], cases: psycopg.Connection[Any]) -> tuple[int, int, int]:
    told, carried = referrals.execute(_TOLD, [_MISSED]).fetchone() or (0, 0)
    (heard,) = cases.execute(_HEARD, [_MISSED]).fetchone() or (0,)
    return told, carried, heard
