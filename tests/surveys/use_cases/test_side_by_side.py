"""Two who change one case at the same time: whoever comes second waits, and nobody is stopped by the other."""

import asyncio

import pytest

from chassis.database import Database
from chassis.errors import InvalidTransition
from services.surveys.domain.invitation import InvitationState
from services.surveys.repository import Cases, Invitations
from services.surveys.use_cases.revoke_invitation import revoke_invitation
from tests.surveys.builders import NOON, caseworker
from tests.surveys.desk import Desk


async def test_a_revocation_beside_a_closing_case_waits_for_it_and_does_not_stand_in_its_way(
    database: Database, authority: str
) -> None:
    """Both hold the case first and its invitation after: in another order each would wait for the other."""
    desk = Desk(database, authority)
    await desk.set_up()
    invitation = await desk.invite(NOON)

    async def revoke() -> None:
        async with database.transaction(authority) as tx:
            actor = caseworker(authority=authority)
            await revoke_invitation(Invitations(tx), actor, invitation.id, expected=None, now=NOON)

    async with database.transaction(authority) as closing:
        await Cases(closing).known(desk.case_id)
        beside = asyncio.create_task(revoke())
        waiting, _ = await asyncio.wait({beside}, timeout=0.2)
        (found,) = await Invitations(closing).open_of_case(desk.case_id)
        found.revoke(at=NOON)
        await Invitations(closing).save(found, at=NOON)

    assert not waiting
    with pytest.raises(InvalidTransition):
        await beside
    assert await desk.state(invitation.id) is InvitationState.REVOKED
