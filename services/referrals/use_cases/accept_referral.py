"""Commit to act."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.days import require_day_reached
from services.referrals.repository import Guarantees, Referrals
from services.referrals.use_cases.start_clocks import start_at_acceptance


async def accept_referral(
    referrals: Referrals,
    guarantees: Guarantees,
    actor: Actor,
    referral_id: UUID,
    *,
    responsible_unit: str | None,
    received_on: date | None = None,
    expected: int | None,
    now: datetime,
) -> None:
    """The receiver commits to act on a referral. Its own promises run from now on.

    `received_on` is for a receiver without a system: to the others we delivered the request on the day it was put.

    Raises:
        TimeInTheFuture, ReceivedBeforeRequest: the request cannot have come on that day.
    """
    require_day_reached(received_on, now=now, field="receivedOn")
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.accept(by=actor, responsible_unit=responsible_unit, at=now)
    await start_at_acceptance(guarantees, referral, received_on=received_on, now=now)
    await referrals.save(referral)
