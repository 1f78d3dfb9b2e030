"""Invitations over HTTP: who is asked, and the one-time link for whoever sends it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from chassis.clock import now
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.http import Answers, IfMatch, Tx, problems, room
from chassis.ids import new_id, secret_token
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.wire import CodeList
from services.surveys.domain.errors import ProgrammeNotActive, SurveyedCaseClosed, UnknownWave, WaveAlreadyInvited
from services.surveys.domain.invitation import InvitationState
from services.surveys.permissions import InvitationReader, InvitationWriter, LinkMaker
from services.surveys.queries import Queries
from services.surveys.repository import Activations, Cases, Invitations
from services.surveys.routes.parts import Shipped
from services.surveys.schemas.invitations import InvitationRequest, InvitationView, LinkView
from services.surveys.use_cases.invite import invite
from services.surveys.use_cases.replace_link import replace_link
from services.surveys.use_cases.revoke_invitation import revoke_invitation

router = room(tags=["invitations"])


@router.get("/invitations")
async def list_invitations(
    actor: InvitationReader,
    tx: Tx,
    page: PageRequest,
    case_id: Annotated[UUID | None, Query(alias="caseId")] = None,
    state: Annotated[CodeList[InvitationState], Query(description="States, by comma.")] = None,
) -> Page[InvitationView]:
    """The invitations of the cases your sector holds or takes part in, latest first."""
    return await Queries(tx, actor).invitations(page, case_id=case_id, states=state or (), now=now())


@router.get("/invitations/{invitation_id}", responses=problems(NotFound))
async def get_invitation(invitation_id: UUID, actor: InvitationReader, tx: Tx, answer: Answers) -> InvitationView:
    """One invitation."""
    return answer.ok(await Queries(tx, actor).invitation(invitation_id, now=now()))


@router.post(
    "/invitations",
    status_code=201,
    responses=problems(
        UnknownWave, NotFound, ProgrammeNotActive, WaveAlreadyInvited, SurveyedCaseClosed, AlreadyExists
    ),
)
async def create_invitation(
    body: InvitationRequest, actor: InvitationWriter, shipped: Shipped, tx: Tx, answer: Answers
) -> InvitationView:
    """Invite a citizen to a wave, now. The link's time runs from now.

    Refused when the programme is off, the case is closed, or the wave is answered or can still be.
    """
    plan = shipped.planned(body.programme, body.wave)
    moment = now()
    invitation = await invite(
        Cases(tx), Activations(tx), Invitations(tx), actor, body.case_id, *plan, new_id=body.id or new_id(), now=moment
    )
    view = await Queries(tx, actor).shown(invitation, now=moment)
    return answer.created(view, location=f"/v1/invitations/{invitation.id}")


@router.post("/invitations/{invitation_id}/link", responses=problems(NotFound, InvalidTransition, Stale))
async def replace_invitation_link(
    invitation_id: UUID, actor: LinkMaker, tx: Tx, answer: Answers, version: IfMatch, request: Request
) -> LinkView:
    """A fresh one-time link, told once, for the service that is about to send it. The earlier link is dead.

    Refused when the invitation is answered, revoked or expired.
    """
    fresh = await replace_link(
        Invitations(tx), actor, invitation_id, secret=secret_token(), expected=version, now=now()
    )
    await Queries(tx, actor).note(fresh.invitation)
    answer.ok(fresh.invitation)
    url = f"{request.app.state.public_url}/s#t={fresh.token.text}"
    return LinkView(url=url, expires_at=fresh.invitation.expires_at)


@router.post("/invitations/{invitation_id}/revocation", responses=problems(NotFound, InvalidTransition, Stale))
async def revoke_invitation_link(
    invitation_id: UUID, actor: InvitationWriter, tx: Tx, answer: Answers, version: IfMatch
) -> InvitationView:
    """Take an invitation back: its link dies, and every session opened with it.

    Refused when it is answered, revoked or expired.
    """
    moment = now()
    invitation = await revoke_invitation(Invitations(tx), actor, invitation_id, expected=version, now=moment)
    return answer.ok(await Queries(tx, actor).shown(invitation, now=moment))
