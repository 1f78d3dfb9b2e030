"""Start the clocks of a referral: at the request what runs from the approach or the receipt, at the yes the others."""

from datetime import date, datetime

from chassis.working_days import is_working_day
from services.referrals.domain import starting
from services.referrals.domain.days import day_of
from services.referrals.domain.errors.clocks import GuaranteeNotInForce
from services.referrals.domain.referral import Referral
from services.referrals.repository import Guarantees


async def start_at_request(guarantees: Guarantees, referral: Referral) -> None:
    """Start what was promised to a citizen who asks for help, and what runs from the request.

    Raises:
        GuaranteeNotInForce: the guarantee named is unknown, or not in force on the day its clock would start.
    """
    decisions = await guarantees.decisions(*starting.codes_of(referral))
    if referral.guarantee and starting.at_request(referral.guarantee, decisions, referral) is None:
        raise GuaranteeNotInForce()
    starting.start_at_request(referral, decisions, is_working_day)


async def start_with_new_receiver(guarantees: Guarantees, successor: Referral) -> None:
    """Start what runs from the request as it came to the next. What went along from the one before does not begin
    again, and what the sender named holds up no request when it is not promised any more."""
    decisions = await guarantees.decisions(*starting.codes_of(successor))
    starting.start_at_request(successor, decisions, is_working_day)


async def start_at_acceptance(
    guarantees: Guarantees, referral: Referral, *, received_on: date | None, now: datetime
) -> None:
    """Start what the receiver promises, and count from the day the request came where only the receiver knows it.

    Raises:
        ReceivedBeforeRequest: it cannot have come before it was put.
    """
    decisions = await guarantees.decisions(*starting.codes_of(referral))
    starting.start_at_acceptance(referral, decisions, today=day_of(now), is_working_day=is_working_day)
    if received_on is not None:
        starting.note_receipt(referral, received_on, now=now, is_working_day=is_working_day)
