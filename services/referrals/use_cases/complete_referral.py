"""Finish."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.codes import Outcome
from services.referrals.repository import Referrals


async def complete_referral(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    outcome: Outcome,
    expected: int | None,
    now: datetime,
) -> None:
    """The receiver has done what it was asked to do."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.complete(by=actor, outcome=outcome, at=now)
    await referrals.save(referral)
