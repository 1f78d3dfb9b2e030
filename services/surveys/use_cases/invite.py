"""Invite a citizen to a wave, by hand."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.surveys.domain.invitation import Invitation
from services.surveys.domain.programme import Programme, Wave
from services.surveys.repository import Activations, Cases, Invitations


async def invite(
    cases: Cases,
    activations: Activations,
    invitations: Invitations,
    actor: Actor,
    case_id: UUID,
    programme: Programme,
    wave: Wave,
    *,
    new_id: UUID,
    now: datetime,
) -> Invitation:
    """Invite to any wave of a programme that is on, whenever the caseworker finds the time right."""
    case = await cases.get(case_id, actor)
    case.require_open()
    (await activations.get(programme.code)).require_active()
    earlier = await invitations.live_of_wave(case.id, programme.code, wave.code)
    if earlier is not None:
        earlier.make_room(at=now)
        await invitations.save(earlier, at=now)
    invitation = Invitation.issue(
        new_id, authority=case.authority, case_id=case.id, programme=programme, wave=wave, at=now
    )
    await invitations.save(invitation, at=now)
    return invitation
