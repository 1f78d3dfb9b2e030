"""Follow a sector's release: it takes no further part, and the needs it handed on are their catchers'."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.referrals.domain.referral import Referral
from services.referrals.repository import KnownCases, Referrals


async def follow_release(
    referrals: Referrals, known: KnownCases, case_id: UUID, *, sector: str, need_ids: Sequence[UUID], at: datetime
) -> None:
    """Note that a sector let go of a case, and that these of its needs moved.

    The gate let each of them go because a referral had caught it, so that referral tells whose the need is now; if the
    catch was lost since, it is still the catcher's to answer for. What is caught by somebody who takes no part in the
    case is the holder's to follow: the need stays in the authority whose case it is. The new owner may refer the need
    on once that referral has ended; an anonymous one that nobody has met yet ends at once, with its sender's part.

    What the release rested on is marked: its sender cannot undo it, and stays a former one if it comes back.
    """
    await known.hold(case_id)
    await known.end_involvement(case_id, sector=sector)
    case = await known.case(case_id)
    holder = case.holding_sector if case else sector
    caught: dict[UUID, Referral] = {}
    relied_on = await referrals.caught_of_needs(need_ids, let_go_by=sector)
    await referrals.rely_on(relied_on)
    for referral in relied_on:
        caught.setdefault(referral.need_id, referral)
    for need_id, referral in caught.items():
        owner = referral.to_sector if referral.takes_part else holder
        await known.hand_on(need_id, from_sector=sector, to_sector=owner)
        await referrals.follow_need(need_id)
    for referral in await referrals.live_in_case(case_id):
        if referral.anonymous and referral.from_sector == sector:
            referral.end_with_sender(at=at)
            await referrals.save(referral)
