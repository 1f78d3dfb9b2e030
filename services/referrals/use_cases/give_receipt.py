"""Give the receipt."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.referral import Referral
from services.referrals.repository import Referrals


async def give_receipt(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    receipt_id: UUID,
    takes_holding: bool,
    coordinator: str | None,
    expected: int | None,
    now: datetime,
) -> Referral:
    """The receiver gives its receipt: with `takes_holding` an irrevocable offer to hold the case."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.give_receipt(receipt_id, by=actor, takes_holding=takes_holding, coordinator=coordinator, at=now)
    await referrals.save(referral)
    return referral
