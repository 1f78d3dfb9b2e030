"""Confirm that whoever carried a code was met."""

from uuid import UUID

from services.referrals.domain.catch_codes import CatchConfirmation, as_kept, catch_unseen, require_usable
from services.referrals.domain.days import require_day_reached
from services.referrals.repository import CatchCodes, Referrals

_NONE = UUID(int=0)


async def confirm_catch(
    referrals: Referrals, codes: CatchCodes, said: str, confirmation: CatchConfirmation, *, receipt_id: UUID
) -> None:
    """Take the code's referral to its end, all at once, and tell who confirmed it nothing of it.

    It is asked twice whether the code is good: first without holding anything, so that a bad code costs what an unknown
    one does; then with the referral in hand, so that of two who have the same code one is told that it is used.

    Raises:
        TimeInTheFuture: nobody can have come yet.
        CatchCodeNotUsable: the code is good for nothing here, for whichever reason.
    """
    by, at, day = confirmation.by, confirmation.at, confirmation.attended_on
    require_day_reached(day, now=at, field="attendedOn")
    secret = as_kept(said)
    code = await codes.find(secret)
    known = await referrals.of_code(code.referral_id if code else _NONE, held=False)
    code, known = require_usable(code, known, by=by, attended_on=day, at=at)
    held = await referrals.of_code(known.id, held=True)
    code, held = require_usable(await codes.find(secret), held, by=by, attended_on=day, at=at)
    await codes.spend(code, at=at, on=confirmation)
    for _ in catch_unseen(held, by=by, attended_on=day, receipt_id=receipt_id, at=at):
        await referrals.save(held)
