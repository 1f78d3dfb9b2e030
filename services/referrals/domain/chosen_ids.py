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
    if chosen.version != 7 or abs(at - _BEGINNING - _age(chosen)) > FRESH_FOR:
        raise IdNotFresh(field="id")
    return chosen


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def _age(id: UUID) -> timedelta:
    """When a UUIDv7 says it was made, counted from where its clock began: it may be a time that no calendar has."""
    return timedelta(milliseconds=id.int >> 80)
