"""Follow a sector's release: it takes no further part, and the needs it handed on are their catchers'."""

from collections.abc import Sequence
from uuid import UUID

from services.referrals.repository import KnownCases, Referrals


async def follow_release(
    referrals: Referrals, known: KnownCases, case_id: UUID, *, sector: str, need_ids: Sequence[UUID]
) -> None:
    """Note that a sector let go of a case, and that these of its needs moved.

    The gate let each of them go because a referral had caught it, so that referral tells whose the need is now; if the
    catch was lost since, it is still the catcher's to answer for. The new owner may refer the need on once that
    referral has ended.
    """
    await known.end_involvement(case_id, sector=sector)
    for referral in await referrals.caught_of_needs(need_ids, from_sector=sector):
        await known.hand_on(referral.need_id, from_sector=sector, to_sector=referral.to_sector)
