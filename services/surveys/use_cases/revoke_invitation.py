"""Take one invitation back."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from services.surveys.domain.invitation import Invitation
from services.surveys.repository import Invitations


async def revoke_invitation(
    invitations: Invitations, actor: Actor, invitation_id: UUID, *, expected: int | None, now: datetime
) -> Invitation:
    """Revoke: the link, and every sitting opened with it, are dead from here on."""
    invitation = await invitations.get(invitation_id, actor)
    expect(invitation.version, expected)
    invitation.revoke(at=now)
    await invitations.save(invitation, at=now)
    return invitation
