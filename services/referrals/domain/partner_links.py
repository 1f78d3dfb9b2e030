"""A one-referral link: how a partner without a system answers one referral, and nothing else.

The secret stands in the link that the sender hands over; we keep a keyed hash of it. Opening a link uses nothing up,
for mail scanners open links too: it gives a short session, and only with a session can anything be answered.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import InvalidTransition, NotFound
from services.referrals.domain.access import state_told, way_back
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.days import day_of
from services.referrals.domain.errors import NotPossibleNow, OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.handover import AnonymousSharesNothing
from services.referrals.domain.errors.partner_links import (
    LinkValidityOutOfRange,
    PartnerLinkNotUsable,
    ReferralHasEnded,
)
from services.referrals.domain.lifecycle import LIVE, Action, Side, State

# The authority comes first in clear, because it says in whose rows to look; 256 random bits follow.
_TOKEN = re.compile(r"(?:\d{4}|R\d{4}|CVR\d{8})\.[A-Za-z0-9_-]{43}", re.ASCII)

USUALLY = timedelta(days=30)
LONGEST = timedelta(days=180)
SESSION_LENGTH = timedelta(minutes=30)

# More are not kept of one link, so that one opened without end fills no table. The oldest makes room: whoever opened
# it last, after any number of mail scanners, can answer.
OPEN_AT_ONCE = 20

REVOCATION = "revocation"
BY_LINK = "link:"
"""What the subject of everybody begins with who acts by a link: the history and the look-up log say so."""

LINK_ACTIONS: frozenset[Action] = frozenset(
    {
        Action.ACCEPTANCE,
        Action.REJECTION,
        Action.CONTACT_ATTEMPTS,
        Action.FIRST_CONTACT,
        Action.HANDOVER_RECEIPT,
    }
)
"""What can be done by a link, where the receiver could do it at all: never what moves a referral or promises to hold.
A receipt by a link never takes holding: whoever carries a whole case has to be somebody with a login."""


class LinkState(StrEnum):
    """Where a link stands."""

    OPEN = "open"
    REVOKED = "revoked"
    """Taken back, or replaced by a newer one."""
    EXPIRED = "expired"
    USED_UP = "used-up"
    """There is nothing left to answer with it: the referral has ended, or another unit has it now."""


class _Addressed(Protocol):
    """What a link needs to know of its referral."""

    @property
    def state(self) -> State | str | None: ...
    @property
    def to_unit(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class LinkToken:
    """The secret of a link or a session, as its holder shows it."""

    text: str

    @classmethod
    def make(cls, authority: str, secret: str) -> "LinkToken":
        """A token from a fresh secret of 43 url-safe characters."""
        return cls(f"{authority}.{secret}")

    @classmethod
    def read(cls, text: str) -> "LinkToken":
        """What somebody sent.

        Raises:
            PartnerLinkNotUsable: it cannot be a token of ours; the answer is the same as for one that we do not know.
        """
        if _TOKEN.fullmatch(text) is None:
            raise PartnerLinkNotUsable()
        return cls(text)

    @property
    def authority(self) -> str:
        """In whose rows to look. A claim, no proof: row-level security holds whoever lies to that authority's rows."""
        return self.text.partition(".")[0]


@dataclass(slots=True, kw_only=True)
class PartnerLink:
    """One link to one referral. It is made for the unit that the referral is addressed to on that day."""

    id: UUID
    authority: str
    referral_id: UUID
    to_sector: str
    to_unit: str | None
    made_at: datetime
    made_by: str
    valid_until: date
    """The last day it opens anything."""
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    version: int = 0
    """The version that was loaded; 0 for one that nobody has saved yet."""
    to_authority: str | None = None
    """The referral's. Told to whoever comes with the link: they are the receiver, in its own name."""

    def state_on(self, day: date, referral: _Addressed) -> LinkState:
        """Where it stands. What was over before it was taken back, was not taken back."""
        if self.revoked_at is not None:
            return LinkState.EXPIRED if day_of(self.revoked_at) > self.valid_until else LinkState.REVOKED
        if referral.state not in LIVE or referral.to_unit != self.to_unit:
            return LinkState.USED_UP
        return LinkState.EXPIRED if day > self.valid_until else LinkState.OPEN

    def actions_on(self, day: date) -> list[str]:
        """What whoever gave it out can do with it. It may be taken back while it could come to be used at all."""
        return [REVOCATION] if self.revoked_at is None and day <= self.valid_until else []

    def revoke(self, *, at: datetime) -> None:
        """Take it back: it, and every session opened with it, are dead from here on.

        Raises:
            InvalidTransition: it was taken back before, or has expired.
        """
        if not self.actions_on(day_of(at)):
            raise InvalidTransition(allowed=[])
        self.revoked_at = at

    def make_room(self, *, at: datetime) -> None:
        """A newer link takes its place, whether or not it had expired."""
        self.revoked_at = at

    def use(self, referral: _Addressed, *, at: datetime) -> None:
        """Somebody opens it, or answers with it.

        Raises:
            PartnerLinkNotUsable: it is not open; its holder is not told why.
        """
        if self.state_on(day_of(at), referral) is not LinkState.OPEN:
            raise PartnerLinkNotUsable()
        self.last_used_at = at

    @property
    def holder(self) -> Actor:
        """Whoever holds the link: the addressed unit, as far as anybody knows; by name nobody."""
        return Actor(
            subject=f"{BY_LINK}{self.id}",
            issuer="urn:helhed:partner-links",
            client="partner-link",
            authority=self.to_authority or self.authority,
            sectors=frozenset({self.to_sector}),
            units=frozenset({self.to_unit} if self.to_unit else ()),
            sector=self.to_sector,
            unit=self.to_unit,
            purpose="coordination",
        )


@dataclass(frozen=True, slots=True)
class PartnerSession:
    """One sitting with an open link."""

    id: UUID
    authority: str
    link_id: UUID
    expires_at: datetime

    def require_live(self, now: datetime) -> None:
        """Refuse when the sitting is over.

        Raises:
            PartnerLinkNotUsable: its time has passed; the link itself may still open a new one.
        """
        if now >= self.expires_at:
            raise PartnerLinkNotUsable()


def require_maker(
    side: Side | None, state: State, *, scope: ReturnScope = ReturnScope.CAUGHT_ONLY, anonymous: bool = False
) -> None:
    """Refuse a link to who did not send the referral, and to a referral that asks nothing of anybody any more: as the
    sender is told its state, where that is not how it stands.

    Raises:
        NotFound, OnlyTheSender, SectorHasLetGo: it is not theirs to give.
        AnonymousSharesNothing: whoever is asked is not to see it.
        ReferralHasEnded: there is nothing to answer.
        NotPossibleNow: there is not, and the sender is not told so.
    """
    require_keeper(side)
    if side is Side.FORMER_SENDER:
        raise SectorHasLetGo()
    if anonymous:
        raise AnonymousSharesNothing(field="referralId")
    if side is not None and state_told(state, side, way_back(side, scope)) not in LIVE:
        raise ReferralHasEnded()
    if state not in LIVE:
        raise NotPossibleNow()


def require_keeper(side: Side | None) -> None:
    """Refuse all but the sender, also one that has let the case go: what it has given out it may always take back.

    Raises:
        NotFound, OnlyTheSender: it is not theirs.
    """
    if side is None:
        raise NotFound()
    if side not in (Side.SENDER, Side.FORMER_SENDER):
        raise OnlyTheSender()


def last_day(wanted: date | None, *, today: date) -> date:
    """The last day of a new link: the one wanted, or a month from today.

    Raises:
        LinkValidityOutOfRange: it has gone by, or is too far off.
    """
    if wanted is None:
        return today + USUALLY
    if not today <= wanted <= today + LONGEST:
        raise LinkValidityOutOfRange(field="validUntil", latest=(today + LONGEST).isoformat())
    return wanted
