"""Ping-pong: two needs of one citizen, each declined because of the other.

The service does not know what a need is about, and need not: these two reasons name what the *other* need is. A need
declined for untreated mental illness, and another declined for active substance use, by somebody else: the citizen is
to be well before the one will help, and sober before the other will.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referrals.domain.codes import DeclineCode
from services.referrals.domain.redirection import Place

BECAUSE_OF_THE_OTHER = frozenset({DeclineCode.UNTREATED_MENTAL_ILLNESS, DeclineCode.ACTIVE_SUBSTANCE_USE})
"""Reasons to decline that say what the citizen should have been helped with first."""


@dataclass(frozen=True, slots=True)
class Decline:
    """A receiver said no to a need, or sent it on, for such a reason."""

    referral_id: UUID
    need_id: UUID
    code: DeclineCode
    by: Place
    at: datetime


@dataclass(frozen=True, slots=True)
class PingPong:
    """Two declines that wait for each other, in the order in which they came."""

    first: Decline
    second: Decline
    resolved_at: datetime | None

    @property
    def since(self) -> datetime:
        """From when on there is nobody to go to."""
        return self.second.at

    def resolved_by(self, moment: datetime) -> bool:
        """Whether one of the needs had been caught by then."""
        return self.resolved_at is not None and self.resolved_at < moment


def ping_pongs(declines: Iterable[Decline], catches: Mapping[UUID, Iterable[datetime]]) -> list[PingPong]:
    """Every time that two needs of one case were kept waiting for each other, the earliest first.

    A decline stands until its need is caught (the first catch after it). Two that stand at the same time, of two needs,
    for the two reasons and by two receivers, are ping-pong from the later of them until either need is caught. How
    often the same two needs were declined meanwhile changes nothing.
    """
    standing = [(decline, _until(decline, catches.get(decline.need_id, ()))) for decline in sorted(declines, key=_when)]
    found: dict[tuple[frozenset[UUID], datetime | None], PingPong] = {}
    for pair in _pairs(standing):
        found.setdefault((frozenset({pair.first.need_id, pair.second.need_id}), pair.resolved_at), pair)
    return list(found.values())


def _when(decline: Decline) -> tuple[datetime, UUID]:
    return decline.at, decline.referral_id


def _until(decline: Decline, catches: Iterable[datetime]) -> datetime | None:
    return min((caught for caught in catches if caught > decline.at), default=None)


def _pairs(standing: list[tuple[Decline, datetime | None]]) -> Iterator[PingPong]:
    """By the later decline, then by the earlier: so the first of a pair of needs is the one that began it."""
    for place, (second, second_until) in enumerate(standing):
        for first, first_until in standing[:place]:
            if _waits_for_the_other(first, second) and (first_until is None or first_until > second.at):
                yield PingPong(first, second, min(filter(None, (first_until, second_until)), default=None))


def _waits_for_the_other(one: Decline, other: Decline) -> bool:
    return one.need_id != other.need_id and one.by != other.by and {one.code, other.code} == set(BECAUSE_OF_THE_OTHER)
