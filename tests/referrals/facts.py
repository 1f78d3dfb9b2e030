"""What a report is made of, and what its reader can make of one number of it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from chassis.small_cells import FEWEST
from services.referrals.domain.funnel import Counted, Stand
from services.referrals.domain.telling import FEW, Told

MONTH = date(2026, 3, 1)


def fact(stand: Stand, times: int, **changes: Any) -> Counted:
    plain: dict[str, Any] = {
        "part": None,
        "was_accepted": False,
        "sent_here": False,
        "code": None,
        "walled": False,
        "citizen": None,
    }
    return Counted(month=MONTH, sector="health", authority=None, stand=stand, times=times, **plain | changes)


def bounds(told: Told, line: Collection[Told] = ()) -> range:
    """What a number in a line can be, for all that is told of it by itself."""
    if isinstance(told, int):
        return range(told, told + 1)
    # Beside a number that is told, what is withheld is a larger one.
    return range(1, FEWEST) if told == FEW else range(FEWEST if any(n is not None for n in line) else 0, 60)
