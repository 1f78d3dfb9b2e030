"""Which promises of a referral start to run when, and on which terms.

The guarantee that the sender named holds as it did at the request, since the citizen has been told of it. What is
promised in every referral needs no naming: what the receiver's yes starts holds as it does on the day of the yes.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from services.referrals.domain.clocks import IsWorkingDay
from services.referrals.domain.days import day_of
from services.referrals.domain.errors.clocks import ReceivedBeforeRequest
from services.referrals.domain.guarantees import Guarantee, GuaranteeDecision, Start, in_force_on, of_every_referral
from services.referrals.domain.referral import Referral

Decisions = Sequence[GuaranteeDecision]


def codes_of(referral: Referral) -> list[str]:
    """The guarantees whose decisions have to be known: the one named, and those that nobody has to name."""
    return [*([referral.guarantee] if referral.guarantee else []), *of_every_referral()]


def at_request(code: str, decisions: Decisions, referral: Referral) -> Guarantee | None:
    """A guarantee as it stood on the day it would start: of the approach, else at the earliest of the request."""
    at_approach = in_force_on(code, decisions, referral.approach_day)
    if at_approach is not None and at_approach.starts is Start.APPROACH:
        return at_approach
    standing = in_force_on(code, decisions, day_of(referral.requested_at))
    return None if standing is None or standing.starts is Start.APPROACH else standing


def start_at_request(referral: Referral, decisions: Decisions, is_working_day: IsWorkingDay) -> None:
    """Start what runs from the citizen's approach, and what runs from the receiver's receipt of the request.

    We deliver a request on the day it is put, also when nobody there looks at it: a promise that waited for the answer
    would never be late where there is none.
    """
    standing = [at_request(code, decisions, referral) for code in codes_of(referral)]
    first_day = {Start.APPROACH: referral.approach_day, Start.RECEIPT: day_of(referral.requested_at)}
    _start(referral, standing, first_day, is_working_day)


def start_at_acceptance(referral: Referral, decisions: Decisions, *, today: date, is_working_day: IsWorkingDay) -> None:
    """Start what the receiver promises with its yes."""
    named = [at_request(referral.guarantee, decisions, referral)] if referral.guarantee else []
    standing = [*named, *(in_force_on(code, decisions, today) for code in of_every_referral())]
    _start(referral, standing, {Start.ACCEPTANCE: today}, is_working_day)


def note_receipt(referral: Referral, received_on: date, *, now: datetime, is_working_day: IsWorkingDay) -> None:
    """A receiver without a system says when the request came to it: what runs from then runs from that day.

    Raises:
        ReceivedBeforeRequest: it cannot have come before it was put.
    """
    if received_on < day_of(referral.requested_at):
        raise ReceivedBeforeRequest(field="receivedOn")
    today = day_of(now)
    referral.clocks = [clock.received(received_on, today, is_working_day) for clock in referral.clocks]


def _start(
    referral: Referral,
    standing: Sequence[Guarantee | None],
    first_day: Mapping[Start, date],
    is_working_day: IsWorkingDay,
) -> None:
    for guarantee, start in _starting(standing):
        if start in first_day:
            referral.start_clock(guarantee, on=first_day[start], is_working_day=is_working_day)


def _starting(standing: Sequence[Guarantee | None]) -> Iterator[tuple[Guarantee, Start]]:
    for guarantee in standing:
        if guarantee is not None and guarantee.starts is not None:
            yield guarantee, guarantee.starts
