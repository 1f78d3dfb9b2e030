"""Go on after a pause."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.repository import Referrals


async def resume_referral(
    referrals: Referrals, actor: Actor, referral_id: UUID, *, expected: int | None, now: datetime
) -> None:
    """The receiver goes on from where the pause began."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.resume(by=actor, at=now)
    await referrals.save(referral)
