"""Complete what is handed over with a request."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from services.referrals.domain.beside import content_refusal
from services.referrals.domain.handover import HandoverContent
from services.referrals.repository import Handovers, Referrals


async def complete_handover(
    referrals: Referrals,
    handovers: Handovers,
    actor: Actor,
    referral_id: UUID,
    content: HandoverContent,
    *,
    expected: int,
    now: datetime,
) -> None:
    """The sender writes it as a whole, each time as a version of its own. What says nothing new makes none.

    `expected` is the version of the content that the caller has read, 0 for none.
    """
    referral = await referrals.get(referral_id, actor)
    referral.require_beside(content_refusal, by=actor, at=now)
    newest = await handovers.newest(referral_id)
    expect(newest.version if newest else 0, expected)
    if content == await handovers.content_of(referral_id):
        return
    referral.complete_handover(content, by=actor, at=now)
    await referrals.save(referral)
