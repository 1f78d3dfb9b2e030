"""What tests of exemptions say again and again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from chassis.clock import day_of, now
from chassis.ids import new_id
from services.cases.domain.policies import PolicyDecision
from services.cases.repository import PolicyRepository
from services.cases.tables import allocations, cases, enrolments, exemptions, legal_bases, trial_arms, trials
from tests.cases.world import Json, World

DAY = timedelta(days=1)
REASON = "Svær angst og et misbrug, der fylder hele dagen."


def today() -> date:
    """The day it is in Denmark."""
    return day_of(now())


def in_days(days: int) -> str:
    """A day as many days from today, as it is written."""
    return (today() + days * DAY).isoformat()


def exempting(**changes: Any) -> Json:
    """An exemption by ordinary law, from today on, for five months."""
    told = {
        "provisions": ["offers", "interviews"],
        "from": in_days(0),
        "to": in_days(150),
        "legalBasis": "social-assessment",
        "reason": REASON,
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


async def exempted(world: World, case: Json, **changes: Any) -> Json:
    """An exemption that employment has decided."""
    return await world.caller().does(f"/cases/{case['id']}/exemptions", exempting(**changes))


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A citizen in a trial, as this authority knows of it."""

    trial_id: UUID
    basis_id: UUID
    enrolment_id: UUID

    def asking(self, first: int, last: int, *provisions: str) -> Json:
        """An exemption under the trial, from one day to another, counted from today."""
        named = list(provisions) or ["offers"]
        return {"provisions": named, "from": in_days(first), "to": in_days(last), "legalBasisId": str(self.basis_id)}


async def enrolled(
    world: World,
    case: Json,
    *,
    basis: tuple[int, int] = (-100, 400),
    period: tuple[int, int] = (-10, 300),
    exempt_from: tuple[str, ...] = ("offers", "interviews"),
    named_by_basis: tuple[str, ...] = ("offers", "interviews"),
    sector: str = "employment",
    **changes: Any,
) -> Enrolled:
    """A trial with one arm and this citizen in it, with days counted from today. The rows alone: how somebody comes to
    be enrolled is another matter, and tested there."""
    found = Enrolled(new_id(), new_id(), new_id())
    here = {"authority": world.authority, "trial_id": found.trial_id}
    at = now()
    trial = {
        "id": found.trial_id,
        "authority": world.authority,
        "name": "Forsøg",
        "status": "recruiting",
        "starts_on": today() + basis[0] * DAY,
        "ends_on": today() + basis[1] * DAY,
        "conflict_group": str(found.trial_id),
        "protocol": {"arms": [{"code": "voluntary"}]},
        "founded_at": at,
        "registered_at": at,
        "seed_commitment": "-",
        "version": 1,
    }
    names = {"name_da": "Frivillig", "name_en": "Voluntary"}
    provisions = [{"code": code, "law": "LAB", "section": "-", "description": None} for code in named_by_basis]
    law = {
        "id": found.basis_id,
        "type": "dispensation",
        "reference": "2026-1",
        "status": "granted",
        "valid_from": today() + basis[0] * DAY,
        "valid_to": today() + basis[1] * DAY,
        "provisions": provisions,
        "version": 1,
    }
    part = {
        "id": found.enrolment_id,
        "case_id": UUID(case["id"]),
        "conflict_group": str(found.trial_id),
        "sector": sector,
        "stratum": world.authority,
        "arm": "voluntary",
        "status": "active",
        "consent_effort": True,
        "consent_evaluation": False,
        "enrolled_at": at,
        "enrolled_by": "anna",
        "starts_on": today() + period[0] * DAY,
        "ends_on": today() + period[1] * DAY,
        "version": 1,
    }
    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(cases.c.citizen_id).where(cases.c.id == case["id"]))
        assert row is not None
        citizen = {"citizen_id": row.citizen_id}
        arm = {"code": "voluntary", "exempt_from": list(exempt_from)}
        await tx.run(insert(trials).values(trial))
        await tx.run(insert(trial_arms).values(here | names | arm))
        await tx.run(insert(legal_bases).values(here | law))
        drawn = {"arm": "voluntary", "method": "randomised", "allocated_at": at}
        await tx.run(insert(allocations).values(here | citizen | drawn))
        await tx.run(insert(enrolments).values(here | citizen | part | changes))
    return found


async def basis_ends(world: World, part: Enrolled, in_so_many_days: int) -> None:
    """The legal basis ends on a day, counted from today."""
    async with world.database.transaction(world.authority) as tx:
        ends = {"status": "ended", "valid_to": today() + in_so_many_days * DAY}
        await tx.run(update(legal_bases).where(legal_bases.c.id == part.basis_id).values(ends))


async def leaves(world: World, part: Enrolled, in_so_many_days: int) -> None:
    """The citizen leaves the trial, with effect from the day after that day."""
    async with world.database.transaction(world.authority) as tx:
        left = {"status": "withdrawn", "withdrawn_at": now(), "ends_on": today() + in_so_many_days * DAY}
        await tx.run(update(enrolments).where(enrolments.c.id == part.enrolment_id).values(left))


async def row_of(world: World, exemption_id: str) -> Any:
    """The exemption as kept."""
    async with world.database.transaction(world.authority) as tx:
        return await tx.one(select(exemptions).where(exemptions.c.id == exemption_id))


async def notice_of(world: World, days: int) -> None:
    """The authority decides how long before its end an exemption is announced."""
    decision = PolicyDecision(new_id(), "exemption-notice-days", 1, days, today(), "Besluttet.", "leder", now())
    async with world.database.transaction(world.authority) as tx:
        await PolicyRepository(tx).add([decision])
