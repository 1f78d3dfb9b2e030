"""Confirm that the citizen attended a first contact."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.days import require_past
from services.referrals.domain.moments import FirstContact
from services.referrals.domain.referral import Referral
from services.referrals.repository import Referrals


async def hold_first_contact(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    contact: FirstContact,
    expected: int | None,
    now: datetime,
) -> Referral:
    """The receiver confirms a first contact that the citizen attended.

    Raises:
        TimeInTheFuture, BeforeTheApproach: nobody can have met them then for this request.
    """
    require_past(contact.at, now=now)
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.hold_first_contact(contact, by=actor, at=now)
    await referrals.save(referral)
    return referral
