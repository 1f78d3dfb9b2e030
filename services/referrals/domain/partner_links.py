"""A one-referral link: how a partner without a system answers one referral, and nothing else.

The secret stands in the link that the sender hands over; we keep a keyed hash of it. Opening a link uses nothing up,
for mail scanners open links too: it gives a short session, and only with a session can anything be answered.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from chassis.bearer import require_live
from chassis.errors import InvalidTransition, NotFound
from services.referrals.domain.access import state_told, way_back
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.days import day_of
from services.referrals.domain.directory import Service
from services.referrals.domain.errors import NotPossibleNow, OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.handover import AnonymousSharesNothing
from services.referrals.domain.errors.partner_links import (
    LinkValidityOutOfRange,
    NotReachedByLink,
    PartnerLinkNotUsable,
    ReferralHasEnded,
)
from services.referrals.domain.lifecycle import LIVE, Action, Side, State
from services.referrals.domain.link_holder import LinkHolder
from services.referrals.domain.redirection import Place
from services.referrals.domain.units import names_of

USUALLY = timedelta(days=30)
LONGEST = timedelta(days=180)
SESSION_LENGTH = timedelta(minutes=30)

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
    def holder(self) -> LinkHolder:
        """Whoever holds the link: the addressed unit, as far as anybody knows; by name nobody."""
        return LinkHolder(
            subject=f"{BY_LINK}{self.id}",
            issuer="urn:helhed:partner-links",
            client="partner-link",
            authority=self.to_authority or self.authority,
            sectors=frozenset({self.to_sector}),
            units=frozenset({self.to_unit} if self.to_unit else ()),
            sector=self.to_sector,
            unit=self.to_unit,
            purpose="coordination",
            made_by=self.made_by,
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
        require_live(self.expires_at, now, refusal=PartnerLinkNotUsable)


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


def require_reached_by_link(service: Service | None, to: Place, *, published_only: bool) -> None:
    """Refuse a link to a receiver that answers with a login.

    Whoever makes a link holds its secret, and could confirm with it that the citizen was met. So that a receiver is
    reached by link is said by whoever keeps the directory, of one service, and never by the sender. A request that has
    come to another unit than the service's since is not the partner's to answer.

    Raises:
        NotReachedByLink: it was put to no service, or to one of which the directory does not say so.
    """
    if service is None or (published_only and not service.placement.published):
        raise NotReachedByLink()
    placement = service.placement
    if not placement.partner_links or placement.sector != to.sector or not _one_unit(placement.unit, to):
        raise NotReachedByLink()


def _one_unit(unit: str | None, to: Place) -> bool:
    """Whether the service's unit is the one addressed. None is the whole sector: that is no unit of it."""
    if unit is None or to.unit is None:
        return unit is to.unit
    return to.unit in names_of(unit, to.sector)


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
