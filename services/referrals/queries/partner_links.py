"""Reads of one-referral links: by who gave them out, and what one opens."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.actor import Actor
from chassis.clock import now
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Key, Page, Paging
from services.referrals.domain.access import WRITE, Part
from services.referrals.domain.days import day_of
from services.referrals.domain.guarantees import in_force_on
from services.referrals.domain.lifecycle import Side, State
from services.referrals.domain.partner_links import PartnerLink, require_keeper
from services.referrals.queries.read import Queries
from services.referrals.queries.sight import Sight
from services.referrals.repository.guarantees import Guarantees
from services.referrals.repository.partner_links import LINK_COLUMNS, Opens, link_of
from services.referrals.schemas.partner_links import PartnerLinkView, PartnerReferralView, by_link
from services.referrals.schemas.views import PartyView, Referral
from services.referrals.tables import partner_links

_NEWEST: tuple[Key, ...] = ((partner_links.c.made_at, "desc"), (partner_links.c.id, "desc"))


class GivenLinks:
    """The links of a referral, as its sender sees them. To the receiving side they are nothing of its own."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._referrals = Queries(tx, actor)

    async def page(self, referral_id: UUID, paging: Paging) -> Page[PartnerLinkView]:
        """The links that were made to one referral, the newest first.

        Raises:
            NotFound, OnlyTheSender: they are not this caller's to see.
        """
        sight = await self._sight(referral_id)
        wanted = select(*LINK_COLUMNS).where(self._of(sight))
        found = await self._tx.all(paging.window(wanted, *_NEWEST))
        page, end = paging.cut(found, key=lambda row: (row.made_at, row.id))
        return Page(items=[self._shown(sight, link_of(row)) for row in page], page=end)

    async def one(self, referral_id: UUID, link_id: UUID) -> PartnerLinkView:
        """One link.

        Raises:
            NotFound, OnlyTheSender: there is none, or not for this caller.
        """
        sight = await self._sight(referral_id)
        row = await self._tx.one(select(*LINK_COLUMNS).where(self._of(sight), partner_links.c.id == link_id))
        if row is None:
            raise NotFound()
        return self._shown(sight, link_of(row))

    async def _sight(self, referral_id: UUID) -> Sight:
        sight = await self._referrals.look(referral_id)
        require_keeper(sight.side)
        return sight

    def _of(self, sight: Sight) -> Any:
        return (partner_links.c.authority == sight.row.authority) & (partner_links.c.referral_id == sight.row.id)

    def _shown(self, sight: Sight, link: PartnerLink) -> PartnerLinkView:
        today = day_of(now())
        # Told from the referral as this side is told of it: a link must not give away that the citizen was met.
        told = Opens(sight.state(sight.row.state) or State.REQUESTED, sight.row.to_unit)
        return PartnerLinkView(
            id=link.id,
            referral_id=link.referral_id,
            state=link.state_on(today, told),
            to=PartyView(sector=link.to_sector, unit=link.to_unit),
            made_at=link.made_at,
            valid_until=link.valid_until,
            last_used_at=link.last_used_at if _tells_when(sight) else None,
            revoked_at=link.revoked_at,
            version=link.version,
            allowed_actions=link.actions_on(today) if self._actor.permits(WRITE) else [],
        )


def _tells_when(sight: Sight) -> bool:
    """Whether this side is told when the link was used. Until the partner says yes, that is no news of the citizen;
    from then on it is a date of the way back."""
    asked = sight.side is Side.SENDER and sight.row.state == State.REQUESTED
    return asked or Part.DATES in sight.parts


async def opened(tx: Transaction, link: PartnerLink, language: str) -> tuple[PartnerReferralView, list[str]]:
    """What a link opens, and what can be answered by it: all of it as an ordinary receiver is shown it.

    Logged as a look of the link's.
    """
    seen = await Queries(tx, link.holder).referral(link.referral_id)
    return PartnerReferralView.of(seen, await _names(tx, seen, language)), by_link(list(seen.allowed_actions))


async def _names(tx: Transaction, seen: Referral, language: str) -> Mapping[str, str]:
    """What the promises that are shown are called, in words."""
    shown = {clock.guarantee: clock.started_on for clock in seen.clocks if clock.guarantee}
    decisions = await Guarantees(tx).decisions(*shown)
    standing = (in_force_on(code, decisions, day) for code, day in shown.items())
    return {named.code: named.labels[language] for named in standing if named is not None}
