"""What the arm of a trial owes a citizen who takes part in it, beside what the authority owes everybody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The arms' promises to one citizen on one day, as far as they bound the budget. How often they have the citizen
    met is read with the case."""

    budget_ceiling: int | None = None  # øre
