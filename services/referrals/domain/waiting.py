"""How long people wait: from when, until what, and of whom.

A quantile is over those who were reached and those who still waited when the month was told: who still waited waits
longer than anybody who was reached. So half of them were reached within the median, and where fewer than half were, it
is not known yet. Who was declined, or given up before, waits no longer here; how many they are stands beside it. A
request that was sent on is one of them with this receiver, and with the next its days count on from the approach.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.referrals.domain.funnel import ACCEPTED, CONTACT_HELD, DECLINED, Stand
from services.referrals.domain.telling import Told

SHARES = (0.5, 0.9)
"""The quantiles told: the median and the 90th percentile."""


class Since(StrEnum):
    """What days of waiting are counted from."""

    APPROACH = "approach"
    REQUEST = "request"


class Until(StrEnum):
    """What is waited for."""

    ACCEPTANCE = "acceptance"
    FIRST_CONTACT = "first-contact"


@dataclass(frozen=True, slots=True)
class Awaited:
    """The numbers of the tree that tell who was reached, who still waits, and who fell out before."""

    reached: str
    waiting: tuple[str, ...]
    fell_out: tuple[str, ...]


AWAITED: Mapping[Until, Awaited] = {
    Until.ACCEPTANCE: Awaited(ACCEPTED, (Stand.UNANSWERED,), (DECLINED,)),
    Until.FIRST_CONTACT: Awaited(
        CONTACT_HELD, (Stand.UNANSWERED, Stand.AWAITING_CONTACT), (DECLINED, Stand.FAILED_BEFORE_CONTACT)
    ),
}


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Days within which half, and nine in ten, were reached; None where so many were not."""

    median: int | None
    p90: int | None


UNKNOWN = Quantiles(None, None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long one group waited, as it may be told. Without `n`, nothing of how long is told."""

    n: Told
    reached: Told
    still_waiting: Told
    fell_out: Told
    days: Quantiles


def waiting(told: Mapping[str, Told], until: Until, days: Quantiles) -> Waiting:
    """What may be told of a group's waiting. Days are of nobody in particular only where the people are told."""
    asked = AWAITED[until]
    n = added(told, (asked.reached, *asked.waiting))
    return Waiting(
        n,
        told[asked.reached],
        added(told, asked.waiting),
        added(told, asked.fell_out),
        days if isinstance(n, int) else UNKNOWN,
    )


def added(told: Mapping[str, Told], nodes: Iterable[str]) -> Told:
    """The sum of numbers, where those that are told make it up: so it tells nothing more than they do."""
    some = [told[node] for node in nodes if told[node] != 0]
    numbers = [number for number in some if isinstance(number, int)]
    if len(some) == 1:
        return some[0]
    return sum(numbers) if len(numbers) == len(some) else None
