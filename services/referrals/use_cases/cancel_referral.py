"""Take a request back."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.repository import Referrals


async def cancel_referral(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    because: str,
    expected: int | None,
    now: datetime,
) -> None:
    """The sender takes its request back."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.cancel(by=actor, because=because, at=now)
    await referrals.save(referral)
