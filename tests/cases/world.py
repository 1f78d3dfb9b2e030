"""A cases service in this process, over real PostgreSQL, with an authority that no other test uses."""

import itertools
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.envelope import Envelope, data_of
from chassis.http import build_app
from chassis.ids import new_id
from chassis.inbox import Outcome
from chassis.keys import development_token, make_missing
from chassis.settings import Settings
from chassis.tables import TABLES
from contracts.event import Event
from contracts.events import referrals as r
from contracts.events.surveys import InvitationIssuedV1
from services.cases.consumes import consumer
from services.cases.routes import ROUTERS

Json = dict[str, Any]

NAME = "Nancy Ann Berggren"
PHONE = "+45 12 34 56 78"
NOTE = "Hun drikker og vil gerne holde op."
SAFE_TO_CALL = "kun når børnene er i skole"


@dataclass
class Caller:
    """Somebody with a token."""

    http: httpx2.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, /, **params: str) -> httpx2.Response:
        return await self.http.get(f"/v1{path}", headers=self.headers, params=params)

    async def post(self, path: str, body: Any = None, /, **headers: str) -> httpx2.Response:
        key = {} if path.endswith("/_search") else {"Idempotency-Key": secrets.token_hex(16)}
        return await self.http.post(f"/v1{path}", headers=self.headers | key | _named(headers), json=body or {})

    async def patch(self, path: str, body: Any, /, **headers: str) -> httpx2.Response:
        kind = {"Content-Type": "application/merge-patch+json"}
        return await self.http.patch(f"/v1{path}", headers=self.headers | kind | _named(headers), json=body)

    async def put(self, path: str, body: Any, /, **headers: str) -> httpx2.Response:
        return await self.http.put(f"/v1{path}", headers=self.headers | _named(headers), json=body)

    async def read(self, path: str, /, **params: str) -> Json:
        """What is there, if it may be read."""
        answer = await self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def does(self, path: str, body: Any = None, /, **headers: str) -> Json:
        """What comes of it, if it is done."""
        answer = await self.post(path, body, **headers)
        assert answer.is_success, answer.text
        return dict(answer.json())


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class World:
    """One authority's cases, and somebody who tells it what referrals would tell."""

    app: FastAPI
    http: httpx2.AsyncClient
    keys: Path
    authority: str = field(default_factory=lambda: f"CVR{secrets.randbelow(10**8):08}")
    told: Counter[tuple[UUID, str]] = field(default_factory=Counter)

    @property
    def database(self) -> Database:
        """The service's own database, as its own role."""
        database: Database = self.app.state.house.database
        return database

    def caller(
        self,
        sector: str | None = "employment",
        *units: str,
        role: str = "caseworker",
        authority: str | None = None,
        subject: str = "anna",
        language: str = "da",
        scope: str | None = None,
    ) -> Caller:
        """Somebody of a sector (and units) with a role, here or in another authority."""
        token = development_token(
            self.keys,
            authority=authority or self.authority,
            sectors=[sector] if sector else [],
            units=units,
            roles=[role],
            subject=subject,
            scope=scope,
        )
        purpose = "system-integration" if role == "integration" else "casework"
        headers = {"Authorization": f"Bearer {token}", "Access-Purpose": purpose, "Accept-Language": language}
        return Caller(self.http, headers)

    # -- cases --------------------------------------------------------------------------------------------------------

    async def case(self, *domains: str, **changes: Any) -> Json:
        """A case that employment opened with these needs (one, when none is named), as employment sees it."""
        return await self.caller().does("/cases", opening(*domains, **changes))

    async def referred(self, case: Json, *steps: str, need: int = 0, to: str = "health", **how: Any) -> UUID:
        """A referral of one of the case's needs, from its owner, that has gone through these steps; its id."""
        referral_id = how.pop("referral_id", None) or new_id()
        need_id = case["needs"][need]["id"]
        common = {
            "referral_id": referral_id,
            "need_id": UUID(need_id),
            "from_sector": how.pop("from_sector", case["needs"][need]["ownerSector"]),
            "to_sector": to,
            "to_authority": how.pop("to_authority", None),
        }
        events: dict[str, Event] = {
            "requested": r.ReferralRequestedV1(**common, **how.pop("told", {})),
            "accepted": r.ReferralAcceptedV1(**common, responsible_unit=how.pop("unit", None)),
            "contact": r.FirstContactHeldV1(**common),
            "attempted": r.ContactAttemptedV1(**common),
            "receipt": r.HandoverReceivedV1(
                **common, receipt_id=new_id(), takes_holding=how.pop("takes", True), coordinator="bodil"
            ),
            "completed": r.ReferralCompletedV1(**common),
            "broken-off": r.ReferralCompletedV1(**common, broken_off=True),
            "rejected": r.ReferralRejectedV1(**common),
            "failed": r.ReferralFailedV1(**common),
            "cancelled": r.ReferralCancelledV1(**common),
        }
        assert not how, how
        await self.tell(UUID(case["id"]), *(events[step] for step in steps))
        return referral_id

    async def caught(self, case: Json, *, need: int = 0, to: str = "health", takes: bool = True) -> UUID:
        """All three acts of a receiver."""
        return await self.referred(case, "requested", "accepted", "contact", "receipt", need=need, to=to, takes=takes)

    async def invited(self, case: Json) -> UUID:
        """Surveys has issued an invitation; its id."""
        invitation_id = new_id()
        issued = InvitationIssuedV1(invitation_id=invitation_id, wave="baseline", purpose="casework")
        await self.tell(UUID(case["id"]), issued)
        return invitation_id

    async def release(self, case: Json, sector: str = "employment", /, **headers: str) -> httpx2.Response:
        """A sector asks to let go."""
        return await self.caller(sector).post(
            f"/cases/{case['id']}/releases", {"sector": sector, "reason": "Hun er grebet."}, **headers
        )

    # -- what is heard ------------------------------------------------------------------------------------------------

    def envelope(self, case_id: UUID, event: Event, sequence: int, at: datetime | None = None) -> Envelope:
        """What the broker would bring."""
        return Envelope(
            id=new_id(),
            type=event.event_type,
            source=event.service,
            authority=self.authority,
            case_id=case_id,
            sequence=sequence,
            time=at or now(),
            data=data_of(event),
        )

    async def hear(self, envelope: Envelope) -> Outcome:
        """Take in one delivery."""
        return await consumer.apply(self.database, envelope)

    async def tell(self, case_id: UUID, *events: Event) -> None:
        """Take in the next events of a case, in order."""
        for event in events:
            self.told[case_id, event.service] += 1
            assert await self.hear(self.envelope(case_id, event, self.told[case_id, event.service])) is Outcome.APPLIED

    async def announced(self, case_id: str) -> list[Json]:
        """The events of one case that wait to leave, in order."""
        outbox = TABLES.outbox
        async with self.database.transaction(self.authority) as tx:
            rows = await tx.all(select(outbox.c.event).where(outbox.c.case_id == case_id).order_by(outbox.c.sequence))
        return [row.event for row in rows]

    async def looked(self, *also: str) -> list[Any]:
        """The look-up log of the authority, in order; what came with changing something, only when named in `also`."""
        lookups = TABLES.lookups
        async with self.database.transaction(self.authority) as tx:
            looks = await tx.all(select(lookups).order_by(lookups.c.id))
        return [look for look in looks if look.what in also or look.what not in ("opening", "change")]


_people = itertools.count(secrets.randbelow(10**6))


def cpr() -> str:
    """The number of a person nobody has met (day and month are real, the rest is not)."""
    serial = next(_people)
    return f"0101{serial // 10_000 % 100:02}{serial % 10_000:04}"


def opening(*domains: str, **changes: Any) -> Json:
    """What is told when a case is opened; a member given as None is left out."""
    told = {
        "citizen": {"identifiers": [{"system": "cpr", "value": cpr()}], "name": NAME},
        "needs": [{"domain": domain} for domain in domains or ("debt",)],
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def agreed(**changes: Any) -> Json:
    """A consent from employment to health, but for the changes."""
    return {
        "decision": "given",
        "fromSector": "employment",
        "toSector": "health",
        "dataCategories": ["need"],
        "sharedFor": "treatment",
        "legalBasis": "fvl-28-1",
        "evidence": NOTE,
        "givenBy": "citizen",
        **changes,
    }


ASIDE = {"citizenStatement": "Ikke nu, jeg skal først have ro.", "revisitOn": "2199-01-01", "revisitBySector": "social"}


def make_app(database_url: str, keys: Path) -> FastAPI:
    """The service's application, as its own process would have it."""
    make_missing(keys, "development")
    settings = Settings(
        service="cases",
        mode="development",
        home=keys.parent,
        keys_dir=keys,
        issuers_file=keys / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
        database_url=database_url,
    )
    return build_app("cases", title="Helhed: cases", routers=ROUTERS, settings=settings)


@asynccontextmanager
async def opened(app: FastAPI, keys: Path) -> AsyncIterator[World]:
    """The application while it runs."""
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://cases") as http,
    ):
        yield World(app, http, keys)


def slug(answer: httpx2.Response) -> str:
    """The last part of a problem's type; the status where there is no problem."""
    return str(answer.json().get("type", answer.status_code)).rpartition(":")[2]


def fingerprint(answer: httpx2.Response) -> tuple[Any, ...]:
    """Everything an answer tells, but for its trace: status, body and headers."""
    own = {"traceparent", "date", "content-length"}
    body = {name: value for name, value in answer.json().items() if name != "instance"}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in own)
    return answer.status_code, body, headers, len(answer.content)


def somewhere() -> str:
    """The id of nothing."""
    return str(uuid4())
