"""Who is in the measured town, and what the load must know of it."""

import time
from collections.abc import Callable

import psycopg

from bench.copies import Original
from bench.operations import AUTHORITY, World
from bench.town import BenchTown
from chassis.keys import development_token
from helhed.demo.people import CLOSING_UNIT, UNITS

SENDER_UNIT, RECEIVER_UNIT = UNITS["employment"][0], UNITS["health"][0]


def tokens(town: BenchTown) -> dict[str, str]:
    """A token for each part. Different subjects: the gateway makes a caller wait for what that caller wrote."""

    def token(subject: str, sector: str, unit: str) -> str:
        keys, roles, sectors = town.home.keys, ["caseworker"], [sector]
        return development_token(
            keys, authority=AUTHORITY, sectors=sectors, roles=roles, units=[unit], subject=f"bench-{subject}"
        )

    return {
        "opener": token("opener", "employment", SENDER_UNIT),
        "neighbour": token("neighbour", "employment", CLOSING_UNIT),
        "reader": token("reader", "employment", SENDER_UNIT),
        "receiver": token("receiver", "health", RECEIVER_UNIT),
        "stranger": token("stranger", "social", UNITS["social"][0]),
        "coordinator": token("coordinator-7", "employment", SENDER_UNIT),
    }


def until_quiet(town: BenchTown, seconds: float = 60.0) -> bool:
    """Wait until everything said has been heard by all who listen; False when it was not in time."""
    return wait(lambda: _unheard(town) == 0, seconds)


def _unheard(town: BenchTown) -> int:
    """How many events are not published, or have not been applied by each of their listeners."""
    listeners = {"cases": ("referrals", "surveys"), "referrals": ("cases",), "surveys": ("cases",)}
    said, heard = 0, 0
    for service, database in town.databases.items():
        with psycopg.connect(database.admin_url) as connection:
            row = connection.execute("select count(*) from outbox").fetchone()
            said += (row[0] if row else 0) * len(listeners[service])
            row = connection.execute("select count(*) from inbox").fetchone()
            heard += row[0] if row else 0
    return said - heard


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Look until it holds; False when time is up first."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def world(original: Original, who: dict[str, str], copies: int) -> World:
    """What the load must know."""
    return World(who, str(original.case), str(original.need), str(original.referral), copies)
