"""Who is in the measured town: the callers, one case told through the API, and many copies of it."""

import asyncio
import random
import time
from collections.abc import Callable
from uuid import UUID

import httpx2
import psycopg

from bench.copies import Original
from bench.operations import AUTHORITY, World
from bench.town import BenchTown
from chassis.keys import development_token
from helhed.demo.caller import Caller
from helhed.demo.people import UNITS, person
from helhed.demo.stories import Cast, requested

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
        "reader": token("reader", "employment", SENDER_UNIT),
        "receiver": token("receiver", "health", RECEIVER_UNIT),
        "stranger": token("stranger", "social", UNITS["social"][0]),
        "coordinator": token("coordinator-7", "employment", SENDER_UNIT),
    }


def tell_one(town: BenchTown, who: dict[str, str]) -> Original:
    """One case as people make it: two needs, one set aside, a consent, a referral that waits for its answer."""
    told = asyncio.run(_tell(town, who))
    until_quiet(town)
    case, referral, need = UUID(told.case_id), UUID(str(told.referral_id)), UUID(told.treatment)
    with psycopg.connect(town.databases["cases"].admin_url) as connection:
        row = connection.execute("select citizen_id from cases where id = %s", [case]).fetchone()
    assert row is not None
    return Original(case=case, citizen=row[0], referral=referral, need=need)


async def _tell(town: BenchTown, who: dict[str, str]):  # type: ignore[no-untyped-def]  # a story's own type
    url = f"http://127.0.0.1:{town.ports['gateway']}"
    async with httpx2.AsyncClient(base_url=url, timeout=30.0, trust_env=False) as http:
        dice = random.Random(1)
        cast = Cast(Caller(http, who["opener"]), Caller(http, who["receiver"]), RECEIVER_UNIT, dice)
        return await requested(cast, person(dice))


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
