"""Take a referral of the unit in hand."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.repository import Referrals


async def claim_referral(
    referrals: Referrals, actor: Actor, referral_id: UUID, *, expected: int | None, now: datetime
) -> None:
    """Somebody of the addressed unit sees to it; a team lead takes over what another has."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.take_in_hand(by=actor, at=now)
    await referrals.save(referral)
