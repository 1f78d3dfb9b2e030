"""Pause, because the citizen wants to."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.days import require_not_past
from services.referrals.repository import Referrals


async def put_on_hold(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    until: date | None,
    because: str,
    expected: int | None,
    now: datetime,
) -> None:
    """The receiver notes that the citizen wants a pause."""
    require_not_past(until, now=now)
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.put_on_hold(by=actor, until=until, because=because, at=now)
    await referrals.save(referral)
