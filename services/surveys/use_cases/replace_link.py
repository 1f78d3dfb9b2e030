"""Make a fresh one-time link for an invitation that is about to be sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.bearer import BearerToken
from chassis.concurrency import expect
from services.surveys.domain.invitation import Invitation
from services.surveys.repository import Invitations


@dataclass(frozen=True, slots=True)
class FreshLink:
    """The new link's secret, told once and never stored, and the invitation it opens."""

    token: BearerToken
    invitation: Invitation


async def replace_link(
    invitations: Invitations, actor: Actor, invitation_id: UUID, *, secret: str, expected: int | None, now: datetime
) -> FreshLink:
    """Replace the link; the earlier one is dead from here on. Whoever has opened it already may finish."""
    invitation = await invitations.get(invitation_id, actor)
    expect(invitation.version, expected)
    token = BearerToken.make(invitation.authority, secret)
    invitation.replace_link(invitations.fingerprint(token), at=now)
    await invitations.save(invitation, at=now)
    return FreshLink(token, invitation)
