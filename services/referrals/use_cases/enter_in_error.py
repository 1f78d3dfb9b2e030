"""Name a referral a mistake."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.repository import Referrals


async def enter_in_error(
    referrals: Referrals, actor: Actor, referral_id: UUID, *, because: str, expected: int | None, now: datetime
) -> None:
    """The sender never meant it."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.enter_in_error(by=actor, because=because, at=now)
    await referrals.save(referral)
