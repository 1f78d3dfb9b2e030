"""A million referrals, made by the database itself: what a worklist is found among.

They are what the service would have written, as far as a list reads it: each with its case, its basis, its clocks and
units; of some a question is open, or they were sent on. What a list never opens (words, steps, attempts) they do not
have. The same on every machine: nothing is random, only scattered.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench.copies import OTHER_AUTHORITY
from bench.operations import AUTHORITY, BIG_UNIT, SMALL_UNIT
from bench.world import RECEIVER_UNIT

MADE = 1_000_000
AT_ONCE = 50_000
_STATEMENTS = Path(__file__).with_name("many_referrals.sql")
# Newest last, five years of them; each authority's in a range of ids of its own.
_YEARS = 5


def batches(made: int) -> int:
    """How many times `fill_referrals` yields."""
    return 2 * -(-made // AT_ONCE) + 1


def fill_referrals(database_url: str, made: int = MADE) -> Iterator[None]:
    """Make so many for the measured authority and as many for another; yields after each batch."""
    statements = [part.strip() for part in _STATEMENTS.read_text(encoding="utf-8").split(";") if part.strip()]
    with psycopg.connect(database_url, cursor_factory=psycopg.ClientCursor) as connection:
        # As superuser, with triggers and foreign keys asleep: what holds for one holds for all.
        connection.execute("set session_replication_role = replica")
        for place, authority in enumerate((AUTHORITY, OTHER_AUTHORITY), start=1):
            for first in range(1, made + 1, AT_ONCE):
                about = {
                    "authority": authority,
                    "place": f"{place:02d}",
                    "first": first,
                    "last": min(first + AT_ONCE - 1, made),
                    "made": made,
                    "years": _YEARS,
                    "unit": RECEIVER_UNIT,
                    "big": BIG_UNIT,
                    "small": SMALL_UNIT,
                }
                for statement in statements:
                    connection.execute(statement, about)
                connection.commit()
                yield
        connection.autocommit = True
        connection.execute("vacuum (analyze)")
        yield
