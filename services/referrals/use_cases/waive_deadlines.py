"""Write down that the citizen chose another provider."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.referral import Referral
from services.referrals.repository import Referrals


async def waive_deadlines(
    referrals: Referrals, actor: Actor, referral_id: UUID, *, statement: str, expected: int | None, now: datetime
) -> Referral:
    """The citizen's own choice, in own words, ends what was promised by a date. The referral goes on."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.waive_deadlines(by=actor, statement=statement, at=now)
    await referrals.save(referral)
    return referral
