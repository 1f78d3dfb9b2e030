"""Answer a survey, once."""

from datetime import datetime
from uuid import UUID

from chassis.bearer import BearerToken
from services.surveys.domain.catalogue import Catalogue
from services.surveys.domain.instrument import Answer
from services.surveys.domain.response import Response
from services.surveys.repository import Invitations, Responses


async def submit_response(
    invitations: Invitations,
    responses: Responses,
    catalogue: Catalogue,
    session_token: BearerToken,
    answers: tuple[Answer, ...],
    *,
    id: UUID,
    now: datetime,
) -> Response:
    """Take the answers, score them, spend the link.

    Raises:
        LinkNotUsable: there is no such sitting, or it or its invitation is over.
        FaultyAnswers: with all that is wrong at once; nothing is spent.
    """
    session, invitation = await invitations.session(session_token)
    session.require_live(now)
    invitation.require_answerable(now)
    instrument = session.shown(catalogue.instrument(invitation.instrument))
    instrument.require_faultless(answers)
    invitation.submit(at=now)
    response = Response.to(invitation, session, instrument, answers, id=id, at=now)
    await responses.add(response)
    await invitations.save(invitation, at=now)
    return response
