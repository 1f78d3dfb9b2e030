"""A partner without a system, with a link in hand."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.referrals.hsds import placed, put_service, service
from tests.referrals.world import BODIES, KnownCase, World

ANSWERS: dict[str, dict[str, Any]] = {
    "acceptance": {},
    "rejection": BODIES["rejection"],
    "contact-attempts": BODIES["contact-attempts"],
    "first-contact": BODIES["first-contact"],
    "handover-receipt": {"takesHolding": False},
}
"""A good body for everything that can be answered by a link."""


async def offered(world: World, *, authority: str | None = None, **placement: Any) -> str:
    """The id of a service in the directory whose unit answers by link, unless the test says otherwise."""
    wanted = {"unit": "alkohol", "partnerLinks": True, **placement}
    document = service(helhed=placed("health", **{name: value for name, value in wanted.items() if value is not None}))
    kept = await put_service(world.caller(None, role="integration", authority=authority), document)
    assert kept.status_code == 201, kept.text
    return str(document["id"])


async def linkable(world: World, *steps: str, case: KnownCase | None = None, **wish: Any) -> dict[str, Any]:
    """A referral to a service that is reached by link, as far as these steps; as health sees it."""
    return await world.referral(*steps, case=case, **{"toServiceId": await offered(world), **wish})


async def made(world: World, referral_id: str, **wish: Any) -> dict[str, Any]:
    """A fresh link of a referral, as employment, which sent it, is told of it."""
    answer = await world.caller("employment").post(f"/referrals/{referral_id}/partner-links", wish)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def token_of(link: dict[str, Any]) -> str:
    """The secret in a link."""
    return str(link["url"]).partition("#t=")[2]


@dataclass
class Partner:
    """Whoever holds a link. There is no login."""

    http: httpx2.AsyncClient
    token: str
    session: str = ""

    @classmethod
    async def of(cls, world: World, referral_id: str, **wish: Any) -> "Partner":
        """A partner who was given a link to this referral."""
        return cls(world.http, token_of(await made(world, referral_id, **wish)))

    async def open(self, token: str | None = None, **body: Any) -> httpx2.Response:
        """Open the link; what it gives is kept."""
        opened = await self.http.post("/v1/partner-sessions", json={"token": token or self.token, **body})
        self.session = opened.json().get("sessionToken", self.session)
        return opened

    async def answer(self, action: str, *, key: str | None = None, **body: Any) -> httpx2.Response:
        """Answer in the session opened last."""
        told = {"sessionToken": self.session, "action": action, **(body or ANSWERS.get(action, {}))}
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        return await self.http.post("/v1/partner-answers", json=told, headers=headers)
