"""Open a one-referral link, and come back with the session it gave."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.bearer import BearerToken
from services.referrals.domain.partner_links import SESSION_LENGTH, PartnerLink, PartnerSession
from services.referrals.repository import PartnerLinks, Referrals


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """The link that was opened, the session it gave, and the session's secret, which is told once."""

    link: PartnerLink
    session: PartnerSession
    token: BearerToken


async def open_partner_session(
    links: PartnerLinks, link_token: BearerToken, *, id: UUID, secret: str, now: datetime
) -> OpenedLink:
    """Open the link. It stays usable: mail scanners open links too.

    Raises:
        PartnerLinkNotUsable: it opens nothing, for whatever reason.
    """
    link, referral = await links.of_token(link_token)
    link.use(referral, at=now)
    await links.save(link)
    session = PartnerSession(id, link.authority, link.id, now + SESSION_LENGTH)
    token = BearerToken.make(link.authority, secret)
    await links.remember(session, token, at=now)
    return OpenedLink(link, session, token)


async def come_back(
    referrals: Referrals, links: PartnerLinks, session_token: BearerToken, *, now: datetime
) -> PartnerLink:
    """The link of a live session, with its referral held: what its holder may do is settled until the transaction ends.

    Raises:
        PartnerLinkNotUsable: there is no such session, or it or its link is over.
    """
    session, seen, opens = await links.of_session(session_token)
    session.require_live(now)
    seen.use(opens, at=now)
    # First the referral, then the link, as by everybody who holds both: nobody waits in a circle.
    referral = await referrals.get(seen.referral_id, seen.holder)
    link = await links.get(referral.id, seen.id)
    link.to_authority = referral.to_authority
    link.use(referral, at=now)
    await links.save(link)
    return link
