"""Answering over HTTP, open to everybody: the token from the link is the right to answer once."""

from fastapi import Request

from chassis.bearer import BearerToken
from chassis.clock import now
from chassis.http import Answers, Public, Tx, problems, room
from chassis.ids import new_id, secret_token
from chassis.problems import language_of
from services.surveys.domain.errors import LanguageNotAvailable, LinkNotUsable
from services.surveys.domain.instrument import FaultyAnswers
from services.surveys.repository import Invitations, Responses
from services.surveys.routes.parts import Shipped
from services.surveys.schemas.answering import (
    SurveyReceipt,
    SurveyResponseRequest,
    SurveySessionRequest,
    SurveySessionView,
    told,
)
from services.surveys.use_cases.open_session import open_session
from services.surveys.use_cases.submit_response import submit_response

router = room(tags=["answering"])


@router.post("/survey-sessions", status_code=201, responses=problems(LinkNotUsable, LanguageNotAvailable))
async def open_survey_session(
    _: Public, body: SurveySessionRequest, request: Request, shipped: Shipped, tx: Tx, answer: Answers
) -> SurveySessionView:
    """Open a survey with the token from its link, as often as need be: opening does not use the link up.

    Unknown, used, revoked, replaced and expired links get one answer.
    """
    link = BearerToken.read(body.token, refusal=LinkNotUsable)
    await tx.enter(link.authority)
    language = body.language or language_of(request)
    opened = await open_session(
        Invitations(tx), shipped, link, language=language, secret=secret_token(), id=new_id(), now=now()
    )
    answer.headers["Content-Language"] = language
    return SurveySessionView.of(
        opened.instrument,
        opened.invitation.purpose,
        token=opened.token.text,
        language=language,
        expires_at=opened.session.expires_at,
    )


@router.post("/survey-responses", status_code=201, responses=problems(LinkNotUsable))
async def submit_survey_response(_: Public, body: SurveyResponseRequest, shipped: Shipped, tx: Tx) -> SurveyReceipt:
    """Answer, once. The link and its sessions are used up; the answers are never changed.

    Items may be left out; then there is no score. Faults in the answers are told all at once and use nothing up.
    """
    session = BearerToken.read(body.session_token, refusal=LinkNotUsable)
    await tx.enter(session.authority)
    answers = tuple(answer.to_domain() for answer in body.answers)
    try:
        response = await submit_response(
            Invitations(tx), Responses(tx), shipped, session, answers, id=new_id(), now=now()
        )
    except FaultyAnswers as faulty:
        raise told(faulty) from None
    return SurveyReceipt(receipt_id=response.id, submitted_at=response.submitted_at)
