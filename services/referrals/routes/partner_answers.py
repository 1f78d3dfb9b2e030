"""A partner answers by link, over HTTP and open to everybody: the token from the link is the right to answer."""

from typing import Annotated

from fastapi import Body, Request

from chassis.bearer import BearerToken
from chassis.clock import now
from chassis.errors import InvalidTransition
from chassis.http import Answers, Public, Tx, problems, room
from chassis.ids import new_id, secret_token
from chassis.problems import language_of
from services.referrals.domain.errors import BeforeTheApproach, ReceiptAlreadyGiven, TimeInTheFuture
from services.referrals.domain.errors.clocks import ReceivedBeforeRequest
from services.referrals.domain.errors.handover import NothingIsMissing
from services.referrals.domain.errors.partner_links import PartnerLinkNotUsable
from services.referrals.domain.moments import ContactAttempt, FirstContact
from services.referrals.domain.partner_links import PartnerLink
from services.referrals.queries.partner_links import opened
from services.referrals.repository import Guarantees, PartnerLinks, Referrals
from services.referrals.schemas.partner_links import (
    PartnerAcceptance,
    PartnerAnswer,
    PartnerAnswerReceipt,
    PartnerContactAttempt,
    PartnerFirstContact,
    PartnerReceipt,
    PartnerRejection,
    PartnerSessionRequest,
    PartnerSessionView,
    by_link,
)
from services.referrals.use_cases import accept_referral as accepting
from services.referrals.use_cases import give_receipt as giving
from services.referrals.use_cases import hold_first_contact as holding
from services.referrals.use_cases import record_attempt as recording
from services.referrals.use_cases import reject_referral as rejecting
from services.referrals.use_cases.use_partner_link import come_back
from services.referrals.use_cases.use_partner_link import open_partner_session as opening

router = room(tags=["partner links"])


@router.post("/partner-sessions", status_code=201, responses=problems(PartnerLinkNotUsable))
async def open_partner_session(
    _: Public, body: PartnerSessionRequest, request: Request, tx: Tx, answer: Answers
) -> PartnerSessionView:
    """Open a referral with the token from its link, as often as need be: opening does not use the link up.

    It shows what the addressed unit may see today. Unknown, revoked, replaced, expired and used-up links get one
    answer.
    """
    token = BearerToken.read(body.token, refusal=PartnerLinkNotUsable)
    await tx.enter(token.authority)
    language = body.language or language_of(request)
    by = await opening(PartnerLinks(tx), token, id=new_id(), secret=secret_token(), now=now())
    referral, actions = await opened(tx, by.link, language)
    answer.headers["Content-Language"] = language
    return PartnerSessionView(
        session_token=by.token.text, expires_at=by.session.expires_at, referral=referral, allowed_actions=actions
    )


@router.post(
    "/partner-answers",
    status_code=201,
    responses=problems(
        *(PartnerLinkNotUsable, InvalidTransition, ReceiptAlreadyGiven, NothingIsMissing),
        *(TimeInTheFuture, BeforeTheApproach, ReceivedBeforeRequest),
    ),
)
async def give_partner_answer(
    _: Public, body: Annotated[PartnerAnswer, Body(discriminator="action")], tx: Tx
) -> PartnerAnswerReceipt:
    """Answer as the addressed unit: yes or no, an attempt, the first contact, the receipt.

    The rules are those of every receiver, and the history says that it was done by a link. A receipt by a link never
    takes holding. A session that is over gets the answer of a link that is.
    """
    session, at = BearerToken.read(body.session_token, refusal=PartnerLinkNotUsable), now()
    await tx.enter(session.authority)
    referrals = Referrals(tx)
    link = await come_back(referrals, PartnerLinks(tx), session, now=at)
    try:
        await _answered(referrals, Guarantees(tx), link, body)
    except InvalidTransition as refused:
        raise InvalidTransition(allowed=by_link(refused.facts["allowed"])) from None
    return PartnerAnswerReceipt(action=body.action, recorded_at=at)


async def _answered(referrals: Referrals, guarantees: Guarantees, link: PartnerLink, body: PartnerAnswer) -> None:
    """Let the holder of the link take the step that every receiver takes."""
    who, which, at = link.holder, link.referral_id, now()
    match body:
        case PartnerAcceptance():
            await accepting.accept_referral(
                referrals,
                guarantees,
                who,
                which,
                responsible_unit=None,
                received_on=body.received_on,
                expected=None,
                now=at,
            )
        case PartnerRejection(reason_code=reason, suggestion=suggestion):
            await rejecting.reject_referral(
                referrals, who, which, reason=reason, suggestion=suggestion, expected=None, now=at
            )
        case PartnerContactAttempt():
            attempt = ContactAttempt(new_id(), body.at, body.channel, body.result, recorded_at=at)
            await recording.record_attempt(referrals, who, which, attempt=attempt, expected=None)
        case PartnerFirstContact():
            contact = FirstContact(body.at, body.channel, tuple(dict.fromkeys(body.present)))
            await holding.hold_first_contact(referrals, who, which, contact=contact, expected=None, now=at)
        case PartnerReceipt():
            await giving.give_receipt(
                referrals, who, which, receipt_id=new_id(), takes_holding=False, coordinator=None, expected=None, now=at
            )
