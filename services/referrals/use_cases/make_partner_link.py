"""Give a partner without a system a link to one referral."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.access import side_of
from services.referrals.domain.days import day_of
from services.referrals.domain.partner_links import LinkToken, PartnerLink, last_day, require_maker
from services.referrals.repository import PartnerLinks, Referrals


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A new link and its secret, which is told once and never stored."""

    link: PartnerLink
    token: LinkToken


async def make_partner_link(
    referrals: Referrals,
    links: PartnerLinks,
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
    """
    until = last_day(valid_until, today=day_of(now))
    # Held until the end: of two who make a link at once, the second replaces the first one's.
    referral = await referrals.get(referral_id, actor, expected=expected)
    require_maker(side_of(actor, referral), referral.state, scope=referral.return_scope, anonymous=referral.anonymous)
    earlier = await links.unrevoked(referral.id)
    if earlier is not None:
        earlier.make_room(at=now)
        await links.save(earlier)
    link = PartnerLink(
        id=id,
        authority=referral.authority,
        referral_id=referral.id,
        to_sector=referral.to_sector,
        to_unit=referral.to_unit,
        made_at=now,
        made_by=actor.subject,
        valid_until=until,
    )
    token = LinkToken.make(referral.authority, secret)
    await links.add(link, token)
    return MadeLink(link, token)
