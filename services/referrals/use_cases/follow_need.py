"""Follow a need that is open again, and whose it is now."""

from uuid import UUID

from services.referrals.repository import KnownCases, Referrals


async def follow_reopened_need(
    referrals: Referrals, known: KnownCases, case_id: UUID, need_id: UUID, *, owner_sector: str
) -> None:
    """Note whose the need is. What is still asked for it from before is from now on this sector's to answer for, and to
    take back: else it could ask nobody until whoever was asked then has answered.

    The case is held, so that a request that is just being put is seen.
    """
    await known.hold(case_id)
    await known.reopen_need(need_id, owner_sector=owner_sector)
    await referrals.follow_need(need_id)
