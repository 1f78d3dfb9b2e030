"""Who speaks to surveys in its tests: people over HTTP, and the service cases through events."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from chassis.clock import now
from chassis.database import Database
from chassis.envelope import Announcement, Envelope, data_of
from chassis.ids import new_id
from chassis.inbox import Outcome
from chassis.keys import development_token, service_token
from contracts.events.cases import CaseOpenedV1
from services.surveys.consumes import consumer

SHOWS_ALL = (5, 4, 3, 2, 1)
PROBLEM = "urn:helhed:problem:"


@dataclass(frozen=True, slots=True)
class Caller:
    """A bearer token and why its holder looks."""

    token: str
    purpose: str | None = "casework"

    @property
    def headers(self) -> dict[str, str]:
        """What the caller sends with every request."""
        purpose = {"Access-Purpose": self.purpose} if self.purpose else {}
        return {"Authorization": f"Bearer {self.token}", **purpose}


class Surveys:
    """The HTTP API of surveys, with the callers of one authority at hand."""

    def __init__(self, client: httpx2.AsyncClient, keys_dir: Path, authority: str) -> None:
        self.client = client
        self.keys_dir = keys_dir
        self.authority = authority

    def worker(self, sector: str = "employment", *, role: str = "caseworker", authority: str | None = None) -> Caller:
        """Somebody at work in a sector."""
        token = development_token(
            self.keys_dir, authority=authority or self.authority, sectors=[sector] if sector else [], roles=[role]
        )
        return Caller(token)

    @property
    def administrator(self) -> Caller:
        """Who turns programmes on."""
        token = development_token(self.keys_dir, authority=self.authority, sectors=[], roles=["administrator"])
        return Caller(token, purpose=None)

    @property
    def sender(self) -> Caller:
        """The worker of cases, which sends invitations."""
        token = service_token(self.keys_dir, "cases", authority=self.authority)
        return Caller(token, purpose="system-integration")

    async def get(self, path: str, by: Caller, **query: str) -> httpx2.Response:
        """Read something."""
        return await self.client.get(f"/v1{path}", headers=by.headers, params=query)

    async def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        by: Caller | None = None,
        key: str | None = None,
        **headers: str,
    ) -> httpx2.Response:
        """Do something, once: without a key every call is a new one."""
        sent = {"Idempotency-Key": key or str(uuid4()), **(by.headers if by else {}), **headers}
        return await self.client.post(f"/v1{path}", json=body, headers=sent)

    async def activate(self, programme: str = "who5-casework") -> httpx2.Response:
        """Turn a programme on."""
        answer = await self.post(f"/survey-programmes/{programme}/activation", by=self.administrator)
        assert answer.status_code == 200, answer.text
        return answer

    async def invitations(self, case_id: UUID, *, by: Caller | None = None) -> list[dict[str, Any]]:
        """The invitations of a case, as its holder sees them."""
        answer = await self.get("/invitations", by or self.worker(), caseId=str(case_id))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def link(self, invitation_id: str) -> str:
        """A fresh link's token, as the citizen finds it behind the `#t=`."""
        answer = await self.post(f"/invitations/{invitation_id}/link", by=self.sender)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"]).partition("/s#t=")[2]

    async def open(self, token: str, **members: str) -> httpx2.Response:
        """Open a link."""
        return await self.post("/survey-sessions", {"token": token, **members})

    async def sitting(self, token: str) -> str:
        """Open a link that must work; the session's token."""
        answer = await self.open(token)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sessionToken"])

    async def submit(
        self, session_token: str, values: tuple[int, ...] = SHOWS_ALL, *, key: str | None = None
    ) -> httpx2.Response:
        """Answer the first items of WHO-5 with these values."""
        items = ("cheerful", "calm", "active", "rested", "interested")
        answers = [{"item": item, "value": value} for item, value in zip(items, values, strict=False)]
        return await self.post("/survey-responses", {"sessionToken": session_token, "answers": answers}, key=key)


class Cases:
    """The service cases, telling one event after the other of each case."""

    def __init__(self, authority: str, database: Database) -> None:
        self.authority = authority
        self._database = database
        self._told: Counter[UUID] = Counter()
        self.last: Envelope | None = None

    async def say(self, case_id: UUID, event: Announcement) -> Outcome:
        """Tell the next event of a case."""
        self._told[case_id] += 1
        envelope = Envelope(
            id=new_id(),
            type=event.event_type,
            source=event.service,
            authority=self.authority,
            case_id=case_id,
            sequence=self._told[case_id],
            time=now(),
            data=data_of(event),
        )
        self.last = envelope
        return await consumer.apply(self._database, envelope)

    async def repeat(self) -> Outcome:
        """Deliver the latest event once more, as a broker may."""
        assert self.last is not None
        return await consumer.apply(self._database, self.last)

    async def open(self, sector: str = "employment") -> UUID:
        """Open a case; its id."""
        case_id = new_id()
        event = CaseOpenedV1(opened_by_sector=sector, case_number="2026-004217", origin="registered")
        assert await self.say(case_id, event) is Outcome.APPLIED
        return case_id


def slug(answer: httpx2.Response) -> str:
    """The problem an answer names."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return str(answer.json()["type"]).removeprefix(PROBLEM)


def fingerprint(answer: httpx2.Response) -> str:
    """Everything an answer tells, but for its trace id."""
    told = {name: value for name, value in answer.json().items() if name != "instance"}
    varying = {"traceparent", "date"}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in varying)
    return hashlib.sha256(json.dumps([answer.status_code, told, headers]).encode()).hexdigest()
