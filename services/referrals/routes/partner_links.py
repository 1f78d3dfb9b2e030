"""One-referral links over HTTP, for who gives them out."""

from uuid import UUID

from fastapi import Request

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, IfMatch, problems, room
from chassis.ids import new_id, secret_token
from chassis.paging import Page, PageRequest
from services.referrals.domain.errors import NotPossibleNow, OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.handover import AnonymousSharesNothing
from services.referrals.domain.errors.partner_links import (
    LinkValidityOutOfRange,
    NotReachedByLink,
    ReferralHasEnded,
)
from services.referrals.permissions import PartnerLinkMaker, ReferralReader, ReferralWriter
from services.referrals.routes.given import LinkReads, LinkStore, Offers, Store
from services.referrals.schemas.partner_links import MadePartnerLinkView, PartnerLinkRequest, PartnerLinkView
from services.referrals.use_cases import make_partner_link as making
from services.referrals.use_cases import revoke_partner_link as revoking

router = room(tags=["partner links"], prefix="/v1/referrals/{referral_id}/partner-links")


@router.post(
    "",
    status_code=201,
    responses=problems(
        LinkValidityOutOfRange,
        AnonymousSharesNothing,
        OnlyTheSender,
        SectorHasLetGo,
        NotFound,
        Stale,
        ReferralHasEnded,
        NotReachedByLink,
        NotPossibleNow,
    ),
)
async def make_partner_link(
    referral_id: UUID,
    body: PartnerLinkRequest,
    actor: PartnerLinkMaker,
    referrals: Store,
    links: LinkStore,
    directory: Offers,
    reads: LinkReads,
    answer: Answers,
    version: IfMatch,
    request: Request,
) -> MadePartnerLinkView:
    """Make a link for a partner without a system, told once: with it the partner sees what is shared, says yes or no,
    and writes down how the citizen was reached. An earlier link of the same referral is dead.

    Only to a referral that is put to a service of which the directory says `partnerLinks`. Whoever has the link can
    answer: give it to nobody but the unit that the referral is addressed to. Who made it is kept with what is told by
    it, and cannot let the citizen go on the strength of that: a colleague does.

    The link names nobody. Whom to call, and when, the partner reads in the handover's `contactWishes`, while the basis
    covers `contact`.
    """
    made = await making.make_partner_link(
        referrals,
        links,
        directory,
        actor,
        referral_id,
        valid_until=body.valid_until,
        id=new_id(),
        secret=secret_token(),
        expected=version,
        now=now(),
    )
    view = await reads.one(referral_id, made.link.id)
    url = f"{request.app.state.public_url}/p#t={made.token.text}"
    location = f"/v1/referrals/{referral_id}/partner-links/{made.link.id}"
    return answer.created(MadePartnerLinkView(**dict(view), url=url), location)


@router.get("", responses=problems(NotFound, OnlyTheSender))
async def list_partner_links(
    referral_id: UUID, actor: ReferralReader, reads: LinkReads, paging: PageRequest
) -> Page[PartnerLinkView]:
    """The links that were made to a referral, the newest first. At most one of them is open."""
    return await reads.page(referral_id, paging)


@router.get("/{link_id}", responses=problems(NotFound, OnlyTheSender))
async def get_partner_link(
    referral_id: UUID, link_id: UUID, actor: ReferralReader, reads: LinkReads, answer: Answers
) -> PartnerLinkView:
    """One link: where it stands and when it was last used, never its secret."""
    return answer.ok(await reads.one(referral_id, link_id))


@router.post("/{link_id}/revocation", responses=problems(NotFound, OnlyTheSender, InvalidTransition, Stale))
async def revoke_partner_link(
    referral_id: UUID,
    link_id: UUID,
    actor: ReferralWriter,
    referrals: Store,
    links: LinkStore,
    reads: LinkReads,
    answer: Answers,
    version: IfMatch,
) -> PartnerLinkView:
    """Take a link back: it dies, and every session opened with it. What was answered with it stands.

    Also a sender that has let the case go may: what it has given out, it can always take back.
    """
    await revoking.revoke_partner_link(referrals, links, actor, referral_id, link_id, expected=version, now=now())
    return answer.ok(await reads.one(referral_id, link_id))
