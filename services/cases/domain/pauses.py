"""A pause that the citizen asked for: what it puts off, how long, and when somebody has to ask whether it is over.

A pause puts off every day by as many days as it took, and silences nobody for ever: on the day after its last one it is
on the list of the receiver and of whoever sees to the need. Where the way back is walled whole, the sending side is not
told of a pause, so for it the days run on as if there were none.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from services.cases.domain.catch import KnownReferral
from services.cases.domain.days import day_of, start_of
from services.cases.domain.policies import Policies


def as_told_to(referral: KnownReferral, sector: str | None = None) -> KnownReferral:
    """The referral with its pauses as far as this sector is told of them; without a sector, as everybody is."""
    receives = referral.takes_part and sector == referral.to_sector
    if receives or referral.tells_of_pauses:
        return referral
    return replace(referral, on_hold_since=None, on_hold_until=None, paused_days=0)


def put_off(referral: KnownReferral, since: datetime, days: int) -> datetime | None:
    """When so many days since a moment have passed, less those the citizen wanted; None during a pause."""
    return None if referral.on_hold_since else since + timedelta(days=days + referral.paused_days)


def rests(referral: KnownReferral) -> bool:
    """True while the promised day is put off. A day that had gone by when the pause began stays missed."""
    began, promised = referral.on_hold_since, referral.deadline
    return began is not None and promised is not None and promised >= day_of(began)


def last_day(referral: KnownReferral, policies: Policies) -> date | None:
    """The last day of the pause: the one that was named, else the authority's, and never later than it lets pass."""
    if referral.on_hold_since is None:
        return None
    began = day_of(referral.on_hold_since)
    usual, longest = (began + timedelta(days=days) for days in (policies.hold_watch_days, policies.hold_longest_days))
    return min(referral.on_hold_until or usual, longest)


def over_at(last: date) -> datetime:
    """The first moment after a last day."""
    return start_of(last + timedelta(days=1))
