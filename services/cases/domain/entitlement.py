"""What the arm of a trial owes a citizen who takes part in it, beside what the authority owes everybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# What arms owe (days between meetings, øre), by the sector that enrolled the citizen; of several the least.
Owed = Mapping[str, int]


def least(owed: Owed) -> int | None:
    """What holds, of all trials."""
    return min(owed.values(), default=None)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The arms' promises to one citizen on one day, as far as they bound the budget. How often they have the citizen
    met is read with the case."""

    ceilings: Owed = field(default_factory=dict)

    @property
    def budget_ceiling(self) -> int | None:
        """The ceiling that holds."""
        return least(self.ceilings)
