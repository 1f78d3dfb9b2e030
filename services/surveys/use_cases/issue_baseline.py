"""Invite a citizen whose case has just opened."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from services.surveys.domain.invitation import Invitation
from services.surveys.domain.known_case import KnownCase
from services.surveys.domain.programme import Programme
from services.surveys.repository import Activations, Invitations


async def issue_baseline(
    activations: Activations,
    invitations: Invitations,
    case: KnownCase,
    programmes: Iterable[Programme],
    *,
    new_id: Callable[[], UUID],
    now: datetime,
) -> None:
    """Issue the baseline waves of every programme that the case's authority has turned on.

    The link's time runs from now and not from the opening: a worker that was away must not hand out dead links.
    """
    for programme in programmes:
        if (await activations.get(programme.code)).active:
            for wave in programme.baseline:
                invitation = Invitation.issue(
                    new_id(), authority=case.authority, case_id=case.id, programme=programme, wave=wave, at=now
                )
                await invitations.save(invitation, at=now)
