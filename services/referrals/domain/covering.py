"""What a basis covers on a day, for one reader on the receiving side: what they are shown, and what they may send on.

Without a reader it is what the unit addressed may be told.
"""

from collections.abc import Collection
from datetime import date

from chassis.actor import Actor
from services.referrals.domain.handover import Coverage
from services.referrals.domain.lifecycle import Side, State
from services.referrals.domain.sharing import LegalBasis, status
from services.referrals.domain.units import names_of, own_units

TAKEN_BACK: frozenset[State] = frozenset({State.CANCELLED, State.ENTERED_IN_ERROR})
"""Endings in the sender's own words."""


def is_over(state: State, side: Side) -> bool:
    """Whether a request has come to nothing for this side, so that no basis covers reading it any more.

    What was taken back, or never meant for them, nobody on the receiving side has use for. What was rejected or sent on
    the addressed unit goes on reading, because it has to account for its no.
    """
    if side in (Side.SENDER, Side.FORMER_SENDER):
        return False
    return state in TAKEN_BACK or (state is State.REJECTED and side is not Side.RECEIVER)


def by_consent(
    categories: Collection[str],
    *,
    to_unit: str | None,
    valid_until: date | None,
    withdrawn: bool,
    reader: Actor | None,
    on: date,
) -> Coverage:
    """What the citizen has agreed to. A consent that names a unit covers that unit's people."""
    stands = status(valid_until, withdrawn=withdrawn, on=on)
    return Coverage(stands, frozenset(categories), _reaches(to_unit, reader))


def by_provision(provision: LegalBasis | None, *, on: date) -> Coverage:
    """What the law permits. A provision that is no longer listed permits nothing."""
    if provision is None:
        return Coverage(status(date.min, withdrawn=False, on=on), frozenset())
    return Coverage(status(provision.valid_to, withdrawn=False, on=on), provision.data_categories)


def _reaches(unit: str | None, reader: Actor | None) -> bool:
    """Who has no unit acts for the whole sector, and so for the unit that the consent names too."""
    if reader is None:
        return True
    own = own_units(reader)
    return unit is None or not own or reader.sector is None or not own.isdisjoint(names_of(unit, reader.sector))
