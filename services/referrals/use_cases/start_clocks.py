"""Start the clocks of a referral: at the request what runs from the citizen's approach, at the yes the others."""

from datetime import date, datetime

from chassis.working_days import is_working_day
from services.referrals.domain.days import day_of
from services.referrals.domain.errors.clocks import GuaranteeNotInForce
from services.referrals.domain.guarantees import Guarantee, Start
from services.referrals.domain.referral import Referral
from services.referrals.repository import Guarantees


async def start_at_request(guarantees: Guarantees, referral: Referral) -> None:
    """What was promised to a citizen who asks for help runs from the day they asked.

    Raises:
        GuaranteeNotInForce: the guarantee named is unknown, or not in force on the day its clock would start.
    """
    if referral.guarantee is None:
        return
    named = await _named(guarantees, referral, referral.guarantee)
    if named is None:
        raise GuaranteeNotInForce()
    if _starts(named) is Start.APPROACH:
        referral.start_clock(named, on=referral.approach_day, is_working_day=is_working_day)


async def start_at_acceptance(
    guarantees: Guarantees, referral: Referral, *, received_on: date | None, now: datetime
) -> None:
    """What the receiver promises runs from its yes, or from the day the request came to it, where that is promised.

    The guarantee that was named at the request holds as it did then: the citizen has been told of it.
    """
    today = day_of(now)
    starting = await guarantees.of_every_referral(today)
    if referral.guarantee is not None and (named := await _named(guarantees, referral, referral.guarantee)):
        starting = [named, *starting]
    first_day = {Start.ACCEPTANCE: today, Start.RECEIPT: received_on or today}
    for guarantee in starting:
        if (start := _starts(guarantee)) in first_day:
            referral.start_clock(guarantee, on=first_day[start], is_working_day=is_working_day)


async def _named(guarantees: Guarantees, referral: Referral, code: str) -> Guarantee | None:
    """The guarantee named, as it stood on the day it would start: of the approach, else at the earliest the request."""
    at_approach = await guarantees.named(code, referral.approach_day)
    if at_approach is not None and _starts(at_approach) is Start.APPROACH:
        return at_approach
    at_request = await guarantees.named(code, day_of(referral.requested_at))
    return None if at_request is None or _starts(at_request) is Start.APPROACH else at_request


def _starts(guarantee: Guarantee) -> Start | None:
    return guarantee.terms.starts if guarantee.terms else None
