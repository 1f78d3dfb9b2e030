"""The cases that are copied, told through the API as people would."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import psycopg

from bench.copies import Copies, Filling, Original
from bench.town import BenchTown
from bench.world import RECEIVER_UNIT, until_quiet
from helhed.demo.caller import Caller
from helhed.demo.people import person
from helhed.demo.stories import Cast, Told, rejected, requested

Telling = Callable[[Cast], Awaitable[Told]]
REFUSED, ALARMED = 10, 100  # one case in so many, beside those that only wait


def tell(town: BenchTown, who: dict[str, str], copies: Copies) -> Filling:
    """Three cases, and how many there are to be of each: most wait for an answer; some were refused it; in a few, which
    another unit holds, the citizen says that nobody has caught them."""
    told: list[tuple[Telling, str, Copies]] = [
        (_waiting, "opener", copies),
        (_refused, "opener", copies.one_in(REFUSED)),
        (_alarmed, "neighbour", copies.one_in(ALARMED)),
    ]
    return [
        (_original(town, asyncio.run(_told(town, who, opener, number, telling)), number), made)
        for number, (telling, opener, made) in enumerate(told, start=1)
    ]


async def _told(town: BenchTown, who: dict[str, str], opener: str, number: int, telling: Telling) -> Told:
    url = f"http://127.0.0.1:{town.ports['gateway']}"
    async with httpx2.AsyncClient(base_url=url, timeout=30.0, trust_env=False) as http:
        receiver = Caller(http, who["receiver"])
        return await telling(Cast(Caller(http, who[opener]), receiver, RECEIVER_UNIT, random.Random(number)))


async def _waiting(cast: Cast) -> Told:
    """Three needs: one set aside, one asked help for, one that nobody has seen to; a plan, a conversation held and
    one to come."""
    told = await requested(cast, person(cast.dice))
    employment, now = cast.employment, datetime.now(UTC)
    case = f"/v1/cases/{told.case_id}"
    await employment.post(f"{case}/needs", {"domain": "debt", "description": "Gæld til udlejer."})
    plan = {
        "goals": [{"inCitizensWords": "Jeg vil kunne sove om natten.", "about": "family"}],
        "efforts": [{"sector": "employment", "kind": "mentor", "from": now.date().isoformat()}],
    }
    written = await employment.send("PUT", f"{case}/plan", body=plan, if_none_match="*")
    written.raise_for_status()
    await employment.post(
        f"{case}/contacts",
        {
            "at": (now - timedelta(days=1)).isoformat(),
            "channel": "home-visit",
            "initiatedBy": "authority",
            "attended": True,
            "purposeKind": "help",
        },
    )
    to_come = (now + timedelta(days=7)).isoformat()
    await employment.post(f"{case}/appointments", {"at": to_come, "channel": "phone", "with": "Jobcentret"})
    return told


async def _refused(cast: Cast) -> Told:
    """The unit that was asked has no room, and nobody else has been asked."""
    return await rejected(cast, person(cast.dice))


async def _alarmed(cast: Cast) -> Told:
    """As those that wait, but the citizen says that nobody has caught them."""
    told = await _waiting(cast)
    statement = {"statement": "Ingen har ringet til mig."}
    await cast.employment.post(f"/v1/cases/{told.case_id}/citizen-alarms", statement)
    return told


def _original(town: BenchTown, told: Told, number: int) -> Original:
    until_quiet(town)
    case = UUID(told.case_id)
    with psycopg.connect(town.databases["cases"].admin_url) as connection:
        row = connection.execute("select citizen_id from cases where id = %s", [case]).fetchone()
        plan = connection.execute("select id from plan_versions where case_id = %s", [case]).fetchone()
    assert row is not None
    return Original(
        case=case,
        citizen=row[0],
        referral=UUID(str(told.referral_id)),
        need=UUID(told.treatment),
        plan=plan[0] if plan else case,  # without a plan, found by nothing
        years_back=number,
    )
