"""Bodies and answers of requests to join a case."""

from uuid import UUID

from chassis.actor import Actor
from chassis.wire import Body, Code, LongText, Moment, View
from services.cases.domain.join_request import JoinDeclineCode, JoinRequest, JoinRequestState, join_actions
from services.cases.schemas.requests import IdentifierRequest


class JoinRequestRequest(Body):
    """Whose case, and why the sector should have a part in it: the holder reads the reason."""

    identifier: IdentifierRequest
    reason: LongText


class JoinAcceptanceRequest(Body):
    """Without `legalBasis` it rests on a consent in force from the holder's sector to the one that asks."""

    legal_basis: Code | None = None


class JoinRejectionRequest(Body):
    """Why not. The asker is not told."""

    reason_code: JoinDeclineCode


class JoinRequestView(View):
    """A request to join. Its asker learns its state, and, once accepted, which case; the holder all of it."""

    id: UUID
    case_id: UUID | None
    asking_sector: str
    asking_unit: str | None
    asked_by: str
    reason: str
    asked_at: Moment
    state: JoinRequestState
    answered_at: Moment | None
    reason_code: JoinDeclineCode | None
    version: int
    allowed_actions: list[str]


def shown_request(request: JoinRequest, actor: Actor, *, holds: bool) -> JoinRequestView:
    """What of it this actor may see."""
    accepted = request.state == "accepted"
    return JoinRequestView(
        id=request.id,
        case_id=request.case_id if holds or accepted else None,
        asking_sector=request.asking_sector,
        asking_unit=request.asking_unit,
        asked_by=request.asked_by,
        reason=request.reason,
        asked_at=request.asked_at,
        state=request.state,
        answered_at=request.answered_at if holds else None,
        reason_code=request.reason_code if holds else None,
        version=request.version,
        allowed_actions=join_actions(request, actor, holds=holds),
    )
