"""Goal attainment scaling: how far the citizen has come towards own goals, in one figure (Kiresuk & Sherman 1968).

T = 50 + 10·Σwx / √((1−ρ)Σw² + ρ(Σw)²), where x is the level reached on a goal (-2 to 2, 0 as expected), w its weight,
and ρ the correlation that goals of one person are taken to have. T scores can be compared only where as many goals
are weighed in the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from uuid import UUID

from services.cases.domain.errors.plan import AttainmentInTheFuture, GoalWithoutScale
from services.cases.domain.plan import Goal

LEVELS = (-2, -1, 0, 1, 2)
RHO = 0.3


@dataclass(frozen=True, slots=True)
class Attainment:
    """The level a goal was seen to have reached on a day. It is not rewritten: what was seen later is said later."""

    id: UUID
    goal_id: UUID
    plan_version: int
    level: int
    on: date
    recorded_at: datetime
    by_sector: str
    by_unit: str | None


@dataclass(frozen=True, slots=True)
class AttainmentScore:
    """The T score over the goals that can be counted, where it began, and how many goals could not be counted."""

    score: float | None
    baseline_score: float | None
    counted: int
    without_scale: int
    without_attainment: int


def t_score(reached: Sequence[tuple[int, int]]) -> float | None:
    """The T score of (weight, level) pairs; of none there is none."""
    if not reached:
        return None
    weights = [weight for weight, _ in reached]
    spread = sqrt((1 - RHO) * sum(w * w for w in weights) + RHO * sum(weights) ** 2)
    return round(50 + 10 * sum(weight * level for weight, level in reached) / spread, 2)


def must_be_attainable(goal: Goal, on: date, today: date) -> None:
    """Refuse what cannot be told of a goal.

    Raises:
        AttainmentInTheFuture, GoalWithoutScale.
    """
    if on > today:
        raise AttainmentInTheFuture()
    if goal.scale is None:
        raise GoalWithoutScale()


def attained(goals: Sequence[Goal], levels: Mapping[UUID, int]) -> AttainmentScore:
    """How far all goals together are reached, given the latest level of each that has one."""
    scaled = [(goal.scale, levels.get(goal.id)) for goal in goals if goal.scale]
    reached = [(scale, level) for scale, level in scaled if level is not None]
    return AttainmentScore(
        score=t_score([(scale.weight, level) for scale, level in reached]),
        baseline_score=t_score([(scale.weight, scale.baseline) for scale, _ in reached]),
        counted=len(reached),
        without_scale=len(goals) - len(scaled),
        without_attainment=len(scaled) - len(reached),
    )
