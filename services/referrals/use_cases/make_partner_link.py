"""Give a partner without a system a link to one referral."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.bearer import BearerToken
from services.referrals.domain.access import side_of
from services.referrals.domain.days import day_of
from services.referrals.domain.partner_links import (
    PartnerLink,
    last_day,
    require_maker,
    require_reached_by_link,
)
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.repository import Directory, PartnerLinks, Referrals


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link and its secret, which is told once and never stored."""

    link: PartnerLink
    token: BearerToken


async def make_partner_link(
    referrals: Referrals,
    links: PartnerLinks,
    directory: Directory,
    actor: Actor,
    referral_id: UUID,
    *,
    valid_until: date | None,
    id: UUID,
    secret: str,
    expected: int | None,
    now: datetime,
) -> MadeLink:
    """The sender makes a link; an earlier one of the same referral is dead from here on.

    Raises:
        LinkValidityOutOfRange: it would be valid for too long, or not at all.
        NotFound, OnlyTheSender, SectorHasLetGo: the caller is not the sender.
        ReferralHasEnded, NotPossibleNow, AnonymousSharesNothing: nothing is to be answered, or nobody is to see it.
        NotReachedByLink: whoever keeps the directory has not said that the receiver answers by link.
    """
    until = last_day(valid_until, today=day_of(now))
    # Held until the end: of two who make a link at once, the second replaces the first one's.
    referral = await referrals.get(referral_id, actor, expected=expected)
    require_maker(side_of(actor, referral), referral.state, scope=referral.return_scope, anonymous=referral.anonymous)
    await _require_partner(directory, referral)
    earlier = await links.unrevoked(referral.id)
    if earlier is not None:
        earlier.make_room(at=now)
        await links.save(earlier)
    link = _link_to(referral, actor, id=id, valid_until=until, now=now)
    token = BearerToken.make(referral.authority, secret)
    await links.add(link, token)
    return MadeLink(link, token)


def _link_to(referral: Referral, actor: Actor, *, id: UUID, valid_until: date, now: datetime) -> PartnerLink:
    return PartnerLink(
        id=id,
        authority=referral.authority,
        referral_id=referral.id,
        to_sector=referral.to_sector,
        to_unit=referral.to_unit,
        made_at=now,
        made_by=actor.subject,
        valid_until=valid_until,
    )


async def _require_partner(directory: Directory, referral: Referral) -> None:
    """Refuse a receiver that the directory does not say to be reached by link: the directory of whoever was asked, and
    of another authority's what it has published."""
    to = Place(referral.to_sector, referral.to_unit, referral.to_service_id, referral.to_authority)
    asked = to.authority or referral.authority
    service = await directory.asked_for(to.service_id, of=asked) if to.service_id else None
    require_reached_by_link(service, to, published_only=to.authority is not None)
