"""What is asked of a neighbour while somebody waits for the answer: of cases, whom the referrals of a page are about.

Asked with the caller's own token, purpose and unit, so that cases decides for itself and logs the look-up in the
caller's own name. One question a page, one try, a second at most; without an answer the page goes out all the same and
says so.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from chassis import tracing
from services.referrals.domain.contact_card import (
    HIDDEN,
    UNAVAILABLE,
    CardQuestion,
    CitizenPart,
    ContactCard,
    WhoItIs,
)

log = structlog.get_logger("helhed.referrals.asks")

PATIENCE = 1.0
REST = 1.0
# Who asks, why and for which unit. Not the Sync-Token: to wait for news would hold up the page, and what cases has not
# heard of yet has no card for the moment, which is the safe side.
_CARRIED = ("authorization", "access-purpose", "acting-unit")
# Cases closes a connection that has been idle for 75 s; letting go well before keeps us from writing into a closed one.
_KEEP_IDLE = 30.0


class _Card(BaseModel):
    """What is read of one card. Members that are not named here may come and go."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    referral_id: UUID
    display_name: str | None
    alias: str | None
    protected: bool
    phone: str | None
    safe_to_call: str | None
    language: str | None
    need_domain: str | None
    next_appointment_at: AwareDatetime | None
    hidden: int


class _Cards(BaseModel):
    items: list[_Card]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one question: the cards, and what is said of a referral that has none."""

    otherwise: WhoItIs
    found: Mapping[UUID, WhoItIs] = field(default_factory=dict)

    def of(self, referral_id: UUID) -> WhoItIs:
        """Whom this referral is about."""
        return self.found.get(referral_id, self.otherwise)


class ContactCards:
    """The way to cases: one pool of connections for a process."""

    def __init__(
        self,
        base_url: str,
        *,
        patience: float = PATIENCE,
        rest: float = REST,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._patience = patience
        self._fuse = _Fuse(rest)
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            timeout=patience,
            limits=httpx2.Limits(keepalive_expiry=_KEEP_IDLE),
            transport=transport,
            trust_env=False,
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def of(self, questions: Sequence[CardQuestion], headers: Mapping[str, str]) -> Told:
        """Whom these referrals are about, as far as whoever sent `headers` may be told. For none, nobody is asked."""
        if not questions:
            return Told(HIDDEN)
        if not self._fuse.holds():
            return Told(UNAVAILABLE)
        try:
            # The client's own limit is for each wait; this one is for all of them.
            async with asyncio.timeout(self._patience):
                answer = await self._client.post("/v1/contact-cards/_search", json=_asked(questions), headers=headers)
        except (httpx2.HTTPError, TimeoutError) as away:
            self._fuse.note(failed=True)
            return _without(type(away).__qualname__)
        self._fuse.note(failed=answer.is_server_error)
        return _read(answer)


class _Fuse:
    """A cases that hangs makes one page late, and not every page: after a failure nobody asks for a while, and then one
    asks for all."""

    def __init__(self, rest: float) -> None:
        self._rest = rest
        self._failed = False
        self._quiet_until = 0.0

    def holds(self) -> bool:
        """Whether this caller may ask now."""
        at = time.monotonic()
        if at < self._quiet_until:
            return False
        if self._failed:
            self._quiet_until = at + self._rest
        return True

    def note(self, *, failed: bool) -> None:
        """How asking went."""
        self._failed = failed
        self._quiet_until = time.monotonic() + self._rest if failed else 0.0


def _asked(questions: Sequence[CardQuestion]) -> dict[str, Any]:
    return {
        "referrals": [
            {"id": str(one.referral_id), "consentId": one.consent_id and str(one.consent_id)} for one in questions
        ]
    }


def _read(answer: httpx2.Response) -> Told:
    if answer.status_code == 403:
        return Told(HIDDEN)  # the caller's token is for referrals only
    if answer.status_code != 200:
        return _without(str(answer.status_code))
    try:
        cards = _Cards.model_validate_json(answer.content).items
    except ValidationError:
        return _without("unreadable")
    found = {card.referral_id: ContactCard(**card.model_dump(exclude={"referral_id"})) for card in cards}
    return Told(HIDDEN, {of: WhoItIs(CitizenPart.OK, card) for of, card in found.items()})


def _without(why: str) -> Told:
    log.warning("no-contact-cards", why=why)
    return Told(UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class CardsForCaller:
    """The same way, as one caller."""

    cards: ContactCards
    headers: Mapping[str, str]

    @classmethod
    def of(cls, cards: ContactCards, headers: Mapping[str, str]) -> "CardsForCaller":
        """As whoever sent this request."""
        carried = {name: headers[name] for name in _CARRIED if name in headers}
        return cls(cards, carried | {"traceparent": tracing.current().traceparent()})

    async def about(self, questions: Sequence[CardQuestion]) -> Told:
        """Whom these referrals are about."""
        return await self.cards.of(questions, self.headers)
