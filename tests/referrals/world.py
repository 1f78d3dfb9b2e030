"""A referrals service in this process, over real PostgreSQL, with an authority that no other test uses."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy import select

from chassis.database import Database
from chassis.envelope import Envelope, data_of
from chassis.ids import new_id
from chassis.inbox import Outcome
from chassis.keys import development_token, make_missing
from chassis.settings import Settings
from chassis.tables import TABLES
from contracts.event import Event
from contracts.events import cases
from services.referrals.app import make_app as app_of_the_service
from services.referrals.asks import ContactCards
from services.referrals.consumes import consumer
from tests.referrals.neighbour import Neighbour

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REASON = "Hun har selv bedt om hjælp til at holde op med at drikke."


@dataclass(frozen=True)
class KnownCase:
    """A case the service has heard of, with one need of employment's and a consent to share it with health."""

    id: UUID
    need_id: UUID
    consent_id: UUID


@dataclass
class Caller:
    """Somebody with a token."""

    http: httpx2.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, **params: str) -> httpx2.Response:
        return await self.http.get(f"/v1{path}", headers=self.headers, params=params)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        key = {"Idempotency-Key": secrets.token_hex(16)}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(f"/v1{path}", headers={**self.headers, **key, **named}, json=body or {})


@dataclass
class World:
    """One authority's referrals, and somebody who tells it what cases would tell."""

    app: FastAPI
    http: httpx2.AsyncClient
    keys: Path
    cases: Neighbour
    authority: str = field(default_factory=lambda: f"CVR{secrets.randbelow(10**8):08}")
    told: dict[UUID, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The service's own database, as its own role."""
        database: Database = self.app.state.house.database
        return database

    def caller(
        self,
        sector: str | None,
        *units: str,
        role: str = "caseworker",
        authority: str | None = None,
        scope: str | None = None,
        subject: str | None = None,
    ) -> Caller:
        """Somebody of a sector (and units) with a role, here or in another authority."""
        token = development_token(
            self.keys,
            authority=authority or self.authority,
            sectors=[sector] if sector else [],
            units=units,
            roles=[role],
            scope=scope,
            subject=subject,
        )
        purpose = "system-integration" if role == "integration" else "casework"
        return Caller(self.http, {"Authorization": f"Bearer {token}", "Access-Purpose": purpose})

    def envelope(self, case_id: UUID, event: Event, sequence: int) -> Envelope:
        """What the broker would bring."""
        return Envelope(
            id=new_id(),
            type=event.event_type,
            source=event.service,
            authority=self.authority,
            case_id=case_id,
            sequence=sequence,
            time=MONDAY,
            data=data_of(event),
        )

    async def hear(self, envelope: Envelope) -> Outcome:
        """Take in one delivery."""
        return await consumer.apply(self.database, envelope)

    async def tell(self, case_id: UUID, *events: Event) -> None:
        """Take in the next events of a case, in order."""
        for event in events:
            self.told[case_id] = self.told.get(case_id, 0) + 1
            assert await self.hear(self.envelope(case_id, event, self.told[case_id])) is Outcome.APPLIED

    async def case(
        self, *, to_unit: str | None = None, valid_until: date | None = None, to_authority: str | None = None
    ) -> KnownCase:
        """A case that employment opened, with a need and a consent to health."""
        known = KnownCase(new_id(), new_id(), new_id())
        await self.tell(
            known.id,
            cases.CaseOpenedV1(opened_by_sector="employment", case_number="2026-004217", origin="registered"),
            cases.NeedRegisteredV1(need_id=known.need_id, owner_sector="employment"),
            consent(known.consent_id, to_unit=to_unit, valid_until=valid_until, to_authority=to_authority),
        )
        return known

    async def referral(self, *steps: str, case: KnownCase | None = None, **wish: Any) -> dict[str, Any]:
        """A referral from employment to health that has gone through these steps; as health sees it."""
        case = case or await self.case()
        asked = await self.caller("employment").post("/referrals", wish_for(case, **{**APPROACHED, **wish}))
        assert asked.status_code == 201, asked.text
        seen: dict[str, Any] = asked.json()
        for step in steps:
            sector = "employment" if step in SENDERS else "health"
            took = await self.caller(sector).post(f"/referrals/{seen['id']}/{step}", BODIES[step])
            assert took.is_success, took.text
        return dict((await self.caller("health").get(f"/referrals/{seen['id']}")).json())

    async def announced(self, case_id: UUID) -> list[dict[str, Any]]:
        """The events of one case that wait to leave, in order."""
        outbox = TABLES.outbox
        async with self.database.transaction(self.authority) as tx:
            rows = await tx.all(select(outbox.c.event).where(outbox.c.case_id == case_id).order_by(outbox.c.sequence))
        return [row.event for row in rows]


BODIES: dict[str, dict[str, Any]] = {
    "acceptance": {},
    "rejection": {"reasonCode": "no-capacity", "suggestion": "Prøv distriktspsykiatrien."},
    "contact-attempts": {"at": "2026-03-04T10:00:00Z", "channel": "phone", "result": "no-answer"},
    "first-contact": {
        "at": "2026-03-08T12:00:00Z",
        "channel": "face-to-face",
        "attended": True,
        "present": ["companion"],
    },
    "handover-receipt": {"takesHolding": True},
    "completion": {"outcome": "help-given"},
    "failure": {"reasonCode": "citizen-not-reached"},
    "cancellation": {"because": "Hun er flyttet til en anden kommune."},
    "entry-in-error": {"because": "Det var en anden borger, der bad om hjælp."},
    "redirection": {"toSector": "health", "toUnit": "psykiatri", "reasonCode": "wrong-service"},
    "claim": {},
    "return": {},
    "questions": {"text": "Er der børn i hjemmet?"},
    "answers": {"questionId": "01a20038-0000-7000-8000-00000000f00d", "text": "Nej, de er hos deres far."},
    "hold": {"until": "2199-01-01", "because": "Hun vil være hos sin søster først."},
    "resumption": {},
}
"""A good body for every action."""

APPROACHED = {"approachedOn": "2026-03-01"}
"""What belongs to a wish of which these things are to happen: nothing did before the citizen asked for help."""

SENDERS = frozenset({"answers", "cancellation", "entry-in-error"})
"""The actions that are the sender's."""


def wish_for(case: KnownCase, **changes: Any) -> dict[str, Any]:
    """What employment asks of health, but for the changes; a member given as None is left out."""
    wish = {
        "caseId": str(case.id),
        "needId": str(case.need_id),
        "toSector": "health",
        "reason": REASON,
        "consentId": str(case.consent_id),
        **changes,
    }
    return {name: value for name, value in wish.items() if value is not None}


def consent(consent_id: UUID, **changes: Any) -> cases.ConsentGivenV1:
    """A consent from employment to health, but for the changes."""
    scope: dict[str, Any] = {
        "from_sector": "employment",
        "to_sector": "health",
        "data_categories": ("need",),
        "shared_for": "treatment",
        "legal_basis": "sundhedsloven-43",
        **changes,
    }
    return cases.ConsentGivenV1(consent_id=consent_id, **scope)


def let_go() -> cases.ResponsibilityTransferredV1:
    """Employment, which held the case, has let it go."""
    return cases.ResponsibilityTransferredV1(from_sector="employment", to_sector="social", receipt_id=new_id())


def make_app(database_url: str, keys: Path, *, patience: float = 60.0, rest: float = 0.0) -> FastAPI:
    """The service's application, as its own process would have it; how patient it is with cases, the test says."""
    make_missing(keys, "development")
    settings = Settings(
        service="referrals",
        mode="development",
        home=keys.parent,
        keys_dir=keys,
        issuers_file=keys / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
        database_url=database_url,
    )

    def way_to_cases() -> ContactCards:
        return ContactCards("http://cases", patience=patience, rest=rest, transport=app.state.neighbour)

    app = app_of_the_service(settings=settings, way_to_cases=way_to_cases)
    app.state.database_url = database_url
    app.state.public_url = "https://town.example"
    return app


@asynccontextmanager
async def opened(app: FastAPI, keys: Path) -> AsyncIterator[World]:
    """The application while it runs. Where cases would be is nobody, until a test says who."""
    app.state.neighbour = Neighbour()
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://referrals") as http,
    ):
        yield World(app, http, keys, app.state.neighbour)


def slug(response: httpx2.Response) -> str:
    """The last part of a problem's type; the status where there is no problem."""
    return str(response.json().get("type", response.status_code)).rpartition(":")[2]


def without_trace(response: httpx2.Response) -> dict[str, Any]:
    """A problem without its trace, which is each request's own."""
    return {name: value for name, value in response.json().items() if name != "instance"}
