"""What the arm of a trial owes a citizen who takes part in it, beside what the authority owes everybody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The arms' promises to one citizen on one day: how often they are met at the least, how much the budget may be."""

    contact_every_days: int | None = None
    budget_ceiling: int | None = None  # øre
