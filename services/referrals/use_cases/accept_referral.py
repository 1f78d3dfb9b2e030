"""Commit to act."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.referral import Referral
from services.referrals.repository import Referrals


async def accept_referral(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    responsible_unit: str | None,
    expected: int | None,
    now: datetime,
) -> Referral:
    """The receiver commits to act on a referral."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.accept(by=actor, responsible_unit=responsible_unit, at=now)
    await referrals.save(referral)
    return referral
