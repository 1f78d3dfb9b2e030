"""Somebody who opens cases and refers, one call at a time, in an authority that the demo does not use."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx2

from helhed.demo.caller import Caller, History, Json
from helhed.demo.people import person
from tests.support.towns import RunningTown

AUTHORITY = "0147"


@dataclass(slots=True)
class Caseworker:
    """A caseworker whose client keeps nothing from one call to the next: only the gateway remembers what it wrote."""

    town: RunningTown
    http: httpx2.AsyncClient
    notes: History
    name: str
    patience: float = 0.0

    def caller(self) -> Caller:
        """A client that knows nothing."""
        token = self.town.token(
            authority=AUTHORITY, sector="employment", unit="employment:jobcenter-by", subject=self.name
        )
        return Caller(self.http, token, patience=self.patience, history=self.notes)

    async def opens_a_case(self) -> httpx2.Response:
        """A case with one need."""
        citizen = person(random.Random())
        body = {
            "citizen": {"identifiers": [{"system": "cpr", "value": citizen.number}], "name": citizen.name},
            "needs": [{"id": str(uuid4()), "domain": "substance-use"}],
        }
        return await self.caller().send("POST", "/v1/cases", body=body, key=str(uuid4()))

    async def refers(self, case: Json, key: str | None = None) -> httpx2.Response:
        """The case's need, to health."""
        body = {
            "caseId": case["id"],
            "needId": case["needs"][0]["id"],
            "toSector": "health",
            "toUnit": "health:rusmiddelcenter",
            "reason": "Borgeren ønsker hjælp nu.",
            "legalBasis": "fvl-28-2",
        }
        return await self.caller().send("POST", "/v1/referrals", body=body, key=key or str(uuid4()))


@asynccontextmanager
async def client(town: RunningTown, base_url: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the town's gateway, or of another address in it."""
    async with httpx2.AsyncClient(base_url=base_url or town.gateway_url, timeout=30, trust_env=False) as http:
        yield http
