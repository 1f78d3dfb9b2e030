"""Cases and referrals in one process, each over its own PostgreSQL, and somebody who carries the news between them."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI

from chassis.envelope import Envelope
from chassis.inbox import Outcome
from services.cases import consumes as in_cases
from services.referrals import consumes as in_referrals
from tests.cases.world import NAME, PHONE, SAFE_TO_CALL, agreed
from tests.cases.world import Caller as CaseCaller
from tests.cases.world import World as CasesWorld
from tests.cases.world import opened as cases_opened
from tests.referrals.world import REASON, Caller, World
from tests.referrals.world import opened as referrals_opened

ALCOHOL, PSYCHIATRY, JOBCENTER = "health:alkohol", "health:psykiatri", "employment:jobcenter"
REACH = {"phone": PHONE, "safeToCall": SAFE_TO_CALL, "language": "pl"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A referral from the job centre to the alcohol unit, on a consent."""

    id: str
    case: Json
    consent_id: str

    @property
    def path(self) -> str:
        """Where it lives."""
        return f"/referrals/{self.id}"


@dataclass
class Both:
    """One authority in two services. What is known of the case is in cases; referrals asks it over `cases_way`."""

    cases: CasesWorld
    referrals: World

    def caller(self, sector: str, *units: str, **who: Any) -> Caller:
        """Somebody who calls referrals."""
        return self.referrals.caller(sector, *units, **who)

    def at_cases(self, sector: str = "employment", *units: str) -> CaseCaller:
        """Somebody who calls cases."""
        return self.cases.caller(sector, *units)

    @property
    def unit(self) -> Caller:
        """A caseworker of the alcohol unit."""
        return self.caller("health", ALCOHOL, subject="bodil")

    async def referral(self, *steps: str, citizen: Json | None = None, to_unit: str = ALCOHOL, **consent: Any) -> Asked:
        """A case that the job centre opened, and its request to a unit of health."""
        case = await self.cases.case("substance-use", citizen=citizen or somebody())
        scope = {"dataCategories": ["need", "contact"], **consent}
        given = await self.at_cases().does(f"/cases/{case['id']}/consents", agreed(**scope))
        await self.carry(case)
        wish = {
            "caseId": case["id"],
            "needId": case["needs"][0]["id"],
            "toSector": "health",
            "toUnit": to_unit,
            "reason": REASON,
            "consentId": given["id"],
        }
        made = await self.caller("employment", JOBCENTER).post("/referrals", wish)
        assert made.status_code == 201, made.text
        asked = Asked(made.json()["id"], case, given["id"])
        for step in steps:
            took = await self.unit.post(f"{asked.path}/{step}", STEPS[step])
            assert took.is_success, took.text
        await self.carry(case)
        return asked

    async def withdraw(self, asked: Asked, sector: str = "employment") -> None:
        """The citizen takes the consent back; cases knows at once, referrals when the news comes."""
        path = f"/cases/{asked.case['id']}/consents/{asked.consent_id}/withdrawal"
        await self.at_cases(sector).does(path)

    async def carry(self, case: Json) -> None:
        """All that either has announced of a case reaches the other, until both have nothing to say."""
        news = True
        while news:
            from_cases = await self.cases.announced(case["id"])
            from_referrals = await self.referrals.announced(UUID(case["id"]))
            outcomes = [await in_referrals.consumer.apply(self.referrals.database, told) for told in _read(from_cases)]
            outcomes += [await in_cases.consumer.apply(self.cases.database, told) for told in _read(from_referrals)]
            news = Outcome.APPLIED in outcomes


def _read(events: list[Json]) -> list[Envelope]:
    return [Envelope.from_json(event) for event in events]


STEPS: dict[str, Json] = {"acceptance": {}, "claim": {}, "rejection": {"reasonCode": "no-capacity"}}


def somebody(**differs: Any) -> Json:
    """A citizen whom it is not always safe to call."""
    return {"identifiers": [{"system": "journal", "value": uuid4().hex}], "name": NAME, "contact": REACH} | differs


@asynccontextmanager
async def both_opened(cases_app: FastAPI, referrals_app: FastAPI, keys: Path) -> AsyncIterator[Both]:
    """The two while they run; referrals finds cases where it looks for it."""
    authority = f"CVR{secrets.randbelow(10**8):08}"
    async with cases_opened(cases_app, keys) as cases, referrals_opened(referrals_app, keys) as referrals:
        cases.authority = referrals.authority = authority
        referrals.cases.is_at(cases_app)
        yield Both(cases, referrals)
