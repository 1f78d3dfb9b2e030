"""Follow a sector's release: it takes no further part, and the needs it handed on are their catchers'."""

from collections.abc import Sequence
from uuid import UUID

from services.referrals.domain.referral import Referral
from services.referrals.repository import KnownCases, Referrals


async def follow_release(
    referrals: Referrals, known: KnownCases, case_id: UUID, *, sector: str, need_ids: Sequence[UUID]
) -> None:
    """Note that a sector let go of a case, and that these of its needs moved.

    The gate let each of them go because a referral had caught it, so that referral tells whose the need is now; if the
    catch was lost since, it is still the catcher's to answer for. What is caught by somebody who takes no part in
    the case is the holder's to follow: the need stays in the authority whose case it is. The new owner may refer the need on once that referral has
    ended.
    """
    await known.end_involvement(case_id, sector=sector)
    case = await known.case(case_id)
    holder = case.holding_sector if case else sector
    caught: dict[UUID, Referral] = {}
    for referral in await referrals.caught_of_needs(need_ids, let_go_by=sector):
        caught.setdefault(referral.need_id, referral)
    for need_id, referral in caught.items():
        owner = referral.to_sector if referral.takes_part else holder
        await known.hand_on(need_id, from_sector=sector, to_sector=owner)
