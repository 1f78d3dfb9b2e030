"""Give up."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.codes import FailureCode
from services.referrals.repository import Referrals


async def fail_referral(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    reason: FailureCode,
    expected: int | None,
    now: datetime,
) -> None:
    """The receiver gives up. Responsibility stays with the sender, who is told."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.fail(by=actor, reason=reason, at=now)
    await referrals.save(referral)
