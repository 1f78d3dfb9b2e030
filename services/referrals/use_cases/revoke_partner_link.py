"""Take a one-referral link back."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.access import side_of
from services.referrals.domain.partner_links import PartnerLink, require_keeper
from services.referrals.repository import PartnerLinks, Referrals


async def revoke_partner_link(
    referrals: Referrals,
    links: PartnerLinks,
    actor: Actor,
    referral_id: UUID,
    link_id: UUID,
    *,
    expected: int | None,
    now: datetime,
) -> PartnerLink:
    """The link and every session opened with it are dead from here on. What was done with it stands."""
    referral = await referrals.peek(referral_id, actor)
    require_keeper(side_of(actor, referral))
    link = await links.get(referral.id, link_id, expected=expected)
    link.revoke(at=now)
    await links.save(link)
    return link
