"""Take note of what became of an invitation that was sent."""

from datetime import datetime
from uuid import UUID

from services.surveys.domain.invitation import Invitation
from services.surveys.repository import Invitations


class InvitationNotIssued(Exception):
    """A report about an invitation that was never issued here. Somebody is wrong, and silence would hide who."""


async def note_delivered(invitations: Invitations, invitation_id: UUID, *, sent_at: datetime) -> None:
    """It went out."""
    invitation = await _issued(invitations, invitation_id)
    invitation.note_delivered(at=sent_at)
    await invitations.save(invitation, at=sent_at)


async def note_undeliverable(
    invitations: Invitations, invitation_id: UUID, reason_code: str, *, tried_at: datetime
) -> None:
    """Nobody could be reached."""
    invitation = await _issued(invitations, invitation_id)
    invitation.note_undeliverable(reason_code, at=tried_at)
    await invitations.save(invitation, at=tried_at)


async def _issued(invitations: Invitations, invitation_id: UUID) -> Invitation:
    invitation = await invitations.known(invitation_id)
    if invitation is None:
        raise InvitationNotIssued
    return invitation
