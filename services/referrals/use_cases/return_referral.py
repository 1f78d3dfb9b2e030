"""Hand a referral back to the unit."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.repository import Referrals


async def return_referral(
    referrals: Referrals, actor: Actor, referral_id: UUID, *, expected: int | None, now: datetime
) -> None:
    """Who has it in hand gives it back; a team lead does so for who is away."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.hand_back(by=actor, at=now)
    await referrals.save(referral)
