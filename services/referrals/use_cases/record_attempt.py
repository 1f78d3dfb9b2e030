"""Note a try that did not reach the citizen."""

from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.days import require_past
from services.referrals.domain.moments import ContactAttempt
from services.referrals.repository import Referrals


async def record_attempt(
    referrals: Referrals,
    actor: Actor,
    referral_id: UUID,
    *,
    attempt: ContactAttempt,
    expected: int | None,
) -> None:
    """The receiver notes a try that did not reach the citizen.

    Raises:
        TimeInTheFuture, BeforeTheApproach: nobody can have tried then for this request.
    """
    require_past(attempt.at, now=attempt.recorded_at)
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.record_attempt(attempt, by=actor)
    await referrals.save(referral)
