"""How far goals are reached, on the wire."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.wire import Body, Day, Moment, View
from services.cases.domain.attainment import RHO, Attainment, AttainmentScore
from services.cases.schemas.plan import AuthorView, Level

CONVENTION = "Kiresuk-Sherman T score: 50 + 10·Σwx / √((1−ρ)Σw² + ρ(Σw)²)"


class AttainmentRequest(Body):
    """The level that was seen, by the words of the goal's scale, and the day it was seen."""

    level: Level
    on: Day


class AttainmentView(View):
    """How far a goal was seen to be reached on a day. It is never changed: what is seen later is told later."""

    id: UUID
    case_id: UUID
    goal_id: UUID
    plan_version: int
    level: int
    on: Day
    recorded_at: Moment
    recorded_by: AuthorView
    version: int
    allowed_actions: list[str]

    @classmethod
    def of(cls, case_id: UUID, seen: Attainment) -> "AttainmentView":
        """What was seen, as it is told."""
        return cls(
            id=seen.id,
            case_id=case_id,
            goal_id=seen.goal_id,
            plan_version=seen.plan_version,
            level=seen.level,
            on=seen.on,
            recorded_at=seen.recorded_at,
            recorded_by=AuthorView(sector=seen.by_sector, unit=seen.by_unit),
            version=1,
            allowed_actions=[],
        )


class AttainmentScoreView(View):
    """How far all goals together are reached. T scores compare only where as many goals are weighed alike."""

    case_id: UUID
    on: Day
    plan_version: int
    score: float | None = Field(description="The T score; null when no goal can be counted.")
    baseline_score: float | None = Field(description="The T score of the same goals where the citizen started.")
    n: int = Field(description="How many goals are counted: they have a scale, and a level seen by that day.")
    without_scale: int
    without_attainment: int
    convention: str
    rho: float

    @classmethod
    def of(cls, case_id: UUID, plan_version: int, on: date, reached: AttainmentScore) -> "AttainmentScoreView":
        """The figure with what it rests on."""
        return cls(
            case_id=case_id,
            on=on,
            plan_version=plan_version,
            score=reached.score,
            baseline_score=reached.baseline_score,
            n=reached.counted,
            without_scale=reached.without_scale,
            without_attainment=reached.without_attainment,
            convention=CONVENTION,
            rho=RHO,
        )
