"""End what is live when the case ends."""

from datetime import datetime
from uuid import UUID

from services.referrals.repository import KnownCases, Referrals


async def end_with_case(referrals: Referrals, known: KnownCases, case_id: UUID, *, at: datetime) -> None:
    """A closed case takes no new referral, and its live ones are cancelled.

    The case is marked first: a request that is on its way holds the case's row, so either it is found here
    and cancelled, or it finds the case closed.
    """
    await known.close_case(case_id)
    for referral in await referrals.live_in_case(case_id):
        referral.end_with_case(at=at)
        await referrals.save(referral)
