"""Invitations, their links, and scores on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.actor import Actor
from chassis.wire import Body, Code, Moment, View
from services.surveys.domain.access import allowed_actions
from services.surveys.domain.invitation import Invitation, InvitationState
from services.surveys.domain.purpose import Purpose


class InvitationRequest(Body):
    """Invite the citizen of a case to a wave, now."""

    id: UUID | None = Field(default=None, description="Your own id for it; without one we make it.")
    case_id: UUID
    programme: Code
    wave: Code


class InvitationView(View):
    """An invitation as of now. `state` is `expired` once `expiresAt` has passed without an answer."""

    id: UUID
    case_id: UUID
    programme: str
    wave: str
    instrument: str
    purpose: Purpose
    state: InvitationState
    issued_at: Moment
    expires_at: Moment
    delivered_at: Moment | None
    undeliverable_reason: str | None
    submitted_at: Moment | None
    version: int
    allowed_actions: list[str]

    @classmethod
    def of(cls, invitation: Invitation, actor: Actor, *, now: datetime) -> "InvitationView":
        """The invitation as this caller sees it now."""
        return cls(
            id=invitation.id,
            case_id=invitation.case_id,
            programme=invitation.programme,
            wave=invitation.wave,
            instrument=invitation.instrument,
            purpose=invitation.purpose,
            state=invitation.state_at(now),
            issued_at=invitation.issued_at,
            expires_at=invitation.expires_at,
            delivered_at=invitation.delivered_at,
            undeliverable_reason=invitation.undeliverable_reason,
            submitted_at=invitation.submitted_at,
            version=invitation.version,
            allowed_actions=allowed_actions(actor, invitation, now),
        )


class LinkView(View):
    """A fresh one-time link. Told once: we keep only its fingerprint."""

    url: str = Field(description="The secret is in the fragment, which browsers do not send and servers do not log.")
    expires_at: Moment


class ScoreView(View):
    """What the citizen's answers to one wave came to. `score` is null when an item was not answered."""

    invitation_id: UUID
    programme: str
    wave: str
    instrument: str
    version: str
    language: str
    score: int | None
    submitted_at: Moment
