"""Refuse, with a code and, where there is one, a better way."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.handover import require_reason_holds
from services.referrals.repository import Referrals


async def reject_referral(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    reason: DeclineCode,
    suggestion: str | None,
    expected: int | None,
    now: datetime,
) -> None:
    """The receiver refuses. Responsibility stays with the sender, who is told.

    Raises:
        NothingIsMissing: the reason is missing information, and none is missing.
    """
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.reject(by=actor, reason=reason, suggestion=suggestion, at=now)
    lacking = await referrals.handover_missing(referral)
    require_reason_holds(reason, lacking=lacking, question_open=referral.question_open)
    await referrals.save(referral)
