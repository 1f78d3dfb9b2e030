"""Ids that a client chooses for a new referral.

An id leads to one referral, whoever sends it and wherever it is received, so that an id that is taken must be refused.
Whoever knows an old one could otherwise ask by it, of any sector and of another authority, whether there is a referral
of that id. So only an id is taken that was made just now: it says when it was, and the rest of it nobody guesses.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.referrals.domain.errors.steps import IdNotFresh

FRESH_FOR = timedelta(minutes=10)
"""How far the client's clock may be from ours, and how long it may take to send what it has prepared."""


def fresh(chosen: UUID, *, at: datetime) -> UUID:
    """The id, when it is one to begin with.

    Raises:
        IdNotFresh: it is no UUIDv7, or was not made about now.
    """
    if chosen.version != 7 or abs(at - _made_at(chosen)) > FRESH_FOR:
        raise IdNotFresh(field="id")
    return chosen


def _made_at(id: UUID) -> datetime:
    """When a UUIDv7 says it was made. Its first 48 bits may say a time that no calendar has."""
    milliseconds = min(id.int >> 80, _LAST)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


_LAST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp()) * 1000
