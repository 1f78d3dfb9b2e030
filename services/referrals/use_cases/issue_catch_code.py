"""Make a code for a citizen who wants to be met without being known."""

from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from services.referrals.domain.beside import code_refusal
from services.referrals.domain.catch_codes import CatchCode
from services.referrals.repository import CatchCodes, Referrals


async def issue_catch_code(
    referrals: Referrals,
    codes: CatchCodes,
    actor: Actor,
    referral_id: UUID,
    *,
    id: UUID,
    secret: str,
    expected: int | None,
    now: datetime,
) -> CatchCode:
    """The sender has a code made. A referral has one that is good; the one before it is dead from here on."""
    referral = await referrals.get(referral_id, actor, expected=expected)
    referral.require_beside(code_refusal, by=actor, at=now)
    code = CatchCode.issue(id, referral_id, at=now)
    await codes.issue(code, secret, by=actor)
    return code
