"""What the tests of handover content and catch codes do again and again."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import func, select

from chassis.tables import TABLES
from tests.referrals.world import Caller, KnownCase, World, consent, wish_for

WORDS = {
    "wantsFirst": "Sove om natten.",
    "tried": "Antabus i foråret; det hjalp, til hun blev alene.",
    "doNotAskAgain": "Hvorfor hendes bror døde.",
    "risks": "Hun har haft abstinenskramper.",
    "contactWishes": "Ring først, aldrig til arbejdet.",
}
ALL = ("need", "plan", "notes", "contact")
UNIT = "alkohol"
TO_UNIT = {"consentId": None, "toUnit": UNIT, "anonymous": True}


async def put(caller: Caller, path: str, body: Any, **headers: str) -> httpx2.Response:
    """A PUT as this caller."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await caller.http.put(f"/v1{path}", headers={**caller.headers, **named}, json=body)


async def case_covering(world: World, *categories: str, **changes: Any) -> KnownCase:
    """A case whose newest consent to health covers these kinds of information."""
    case = await world.case()
    agreed = KnownCase(case.id, case.need_id, UUID(int=case.consent_id.int ^ 1))
    await world.tell(case.id, consent(agreed.consent_id, data_categories=categories, **changes))
    return agreed


async def handed_over(world: World, *categories: str, **wish: Any) -> tuple[KnownCase, str]:
    """A referral with all sections under such a consent: its case, and its path."""
    case = await case_covering(world, *categories)
    seen = await world.referral(case=case, handover=WORDS, **wish)
    return case, f"/referrals/{seen['id']}"


def shown(read: httpx2.Response) -> set[str]:
    """The sections that an answer shows."""
    return {name for name, words in read.json()["shared"].items() if words is not None}


def kept_back(read: httpx2.Response) -> dict[str, str]:
    """The sections that it names and does not show, with why."""
    return {one["section"]: one["why"] for one in read.json()["notShared"]}


async def unseen(world: World, **wish: Any) -> tuple[KnownCase, str]:
    """An anonymous referral to a unit: its case, and its path."""
    case = await world.case()
    asked = await world.caller("employment").post("/referrals", wish_for(case, **{**TO_UNIT, **wish}))
    assert asked.status_code == 201, asked.text
    return case, f"/referrals/{asked.json()['id']}"


async def code_of(world: World, path: str) -> str:
    """A fresh code for it."""
    issued = await world.caller("employment").post(f"{path}/catch-codes")
    assert issued.status_code == 201, issued.text
    return str(issued.json()["code"])


async def confirmed(caller: Caller, code: str, on: str, **headers: str) -> httpx2.Response:
    """Somebody says that whoever carried the code came that day."""
    return await caller.post("/catch-confirmations", {"code": code, "attendedOn": on}, **headers)


async def both(*calls: Any) -> list[httpx2.Response]:
    """At the same time."""
    return list(await asyncio.gather(*calls))


async def lookups(world: World, subject: str) -> list[tuple[UUID | None, str]]:
    """What one caller has looked up: which case, and what of it."""
    table = TABLES.lookups
    wanted = select(table.c.case_id, table.c.what).where(table.c.subject == subject).order_by(table.c.id)
    async with world.database.transaction(world.authority) as tx:
        return [(row.case_id, row.what) for row in await tx.all(wanted)]


async def count(world: World, table: Any) -> int:
    """How many rows the authority has there."""
    async with world.database.transaction(world.authority) as tx:
        (row,) = await tx.all(select(func.count()).select_from(table))
        return int(row[0])
