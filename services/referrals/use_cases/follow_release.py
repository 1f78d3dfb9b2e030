"""Follow a sector's release: it takes no further part, and the needs it handed on are their catchers'."""

from uuid import UUID

from services.referrals.repository import KnownCases, Referrals

NEEDS_HANDED_ON = "needs-handed-on"


async def follow_release(referrals: Referrals, known: KnownCases, case_id: UUID, *, sector: str, ground: str) -> None:
    """Note that a sector let go of a case.

    The gate let it go because each need it handed on is caught by a referral, so that referral tells whose the need
    is now; if the catch was lost since, it is still the catcher's to answer for. The new owner may refer the need on
    once that referral has ended.
    """
    await known.end_involvement(case_id, sector=sector)
    if ground != NEEDS_HANDED_ON:
        return
    for referral in await referrals.caught_in_case(case_id, from_sector=sector):
        await known.hand_on(referral.need_id, from_sector=sector, to_sector=referral.to_sector)
