"""Ping-pong: two needs of one citizen, each declined because of the other.

The service does not know what a need is about, and need not: these two reasons name what the *other* need is. A need
declined for untreated mental illness, and another declined for active substance use, by somebody else: the citizen is
to be well before the one will help, and sober before the other will.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
class Catch:
    """A need was caught, and by that receiver is so until it is lost."""

    at: datetime
    lost_at: datetime | None = None

    def stands_at(self, moment: datetime) -> bool:
        """Whether it had come by then, and was not lost by then."""
        return self.at <= moment and (self.lost_at is None or self.lost_at > moment)


@dataclass(frozen=True, slots=True)
class PingPong:
    """Two declines that wait for each other, in the order in which they came, and what caught either need since."""

    first: Decline
    second: Decline
    since: datetime
    """From when on there is nobody to go to."""
    catches: tuple[Catch, ...]

    @property
    def resolved_at(self) -> datetime | None:
        """When one of the needs was caught, and not lost again."""
        return min((catch.at for catch in self.catches if catch.lost_at is None), default=None)

    def resolved_by(self, moment: datetime) -> bool:
        """Whether one of the needs was caught just before that moment, whatever became of it later."""
        return any(catch.at < moment and (catch.lost_at is None or catch.lost_at >= moment) for catch in self.catches)


def ping_pongs(declines: Iterable[Decline], catches: Mapping[UUID, Iterable[Catch]]) -> list[PingPong]:
    """Every time that two needs of one case were kept waiting for each other, the earliest first.

    A decline stands while its need is not caught (by a catch after it, and for as long as that lasts). Two that stand
    at the same time, of two needs, for the two reasons and by two receivers, are ping-pong from then on until either
    need is caught for good. How often the same two needs were declined meanwhile changes nothing.
    """
    found: dict[tuple[frozenset[UUID], datetime | None], PingPong] = {}
    for pair in sorted(_pairs(sorted(declines, key=_when), catches), key=lambda pair: pair.since):
        found.setdefault((frozenset({pair.first.need_id, pair.second.need_id}), pair.resolved_at), pair)
    return list(found.values())


def _when(decline: Decline) -> tuple[datetime, UUID]:
    return decline.at, decline.referral_id


def _pairs(declines: Sequence[Decline], catches: Mapping[UUID, Iterable[Catch]]) -> Iterator[PingPong]:
    """By the later decline, then by the earlier: so the first of a pair of needs is the one that began it."""
    for place, second in enumerate(declines):
        for first in declines[:place]:
            if not _waits_for_the_other(first, second):
                continue
            ends = [catch for no in (first, second) for catch in catches.get(no.need_id, ()) if catch.at > no.at]
            since = _uncaught_from(second.at, ends)
            if since is not None:
                yield PingPong(first, second, since, tuple(catch for catch in ends if catch.at > since))


def _uncaught_from(moment: datetime, catches: Iterable[Catch]) -> datetime | None:
    """The first moment from here on at which none of these catches stands."""
    for catch in sorted(catches, key=lambda catch: catch.at):
        if catch.stands_at(moment):
            if catch.lost_at is None:
                return None
            moment = catch.lost_at
    return moment


def _waits_for_the_other(one: Decline, other: Decline) -> bool:
    return one.need_id != other.need_id and one.by != other.by and {one.code, other.code} == set(BECAUSE_OF_THE_OTHER)
