"""Answer a survey, once."""

from datetime import datetime
from uuid import UUID

from chassis.errors import Text
from chassis.problems import Fault, Faults
from services.surveys.domain.catalogue import Catalogue
from services.surveys.domain.instrument import Answer, AnswerFault
from services.surveys.domain.link import Token
from services.surveys.domain.response import Response
from services.surveys.repository import Invitations, Responses

_TOLD = {
    "unknown-item": Text("kendes ikke", "is not known"),
    "repeated-item": Text("er besvaret mere end én gang", "is answered more than once"),
    "value-out-of-range": Text("er ikke et af svarene", "is not one of the answers"),
}


async def submit_response(
    invitations: Invitations,
    responses: Responses,
    catalogue: Catalogue,
    session_token: Token,
    answers: tuple[Answer, ...],
    *,
    id: UUID,
    now: datetime,
) -> Response:
    """Take the answers, score them, spend the link. All faults in the answers are told at once, and spend nothing."""
    session, invitation = await invitations.session(session_token)
    session.require_live(now)
    invitation.require_answerable(now)
    instrument = session.shown(catalogue.instrument(invitation.instrument))
    if faults := [_told(fault) for fault in instrument.faults_in(answers)]:
        raise Faults(faults)
    invitation.submit(at=now)
    response = Response.to(invitation, session, instrument, answers, id=id, at=now)
    await responses.add(response)
    await invitations.save(invitation, at=now)
    return response


def _told(fault: AnswerFault) -> Fault:
    return Fault("body", f"/answers/{fault.position}/{fault.member}", fault.code, _TOLD[fault.code])
