"""The one plan on the wire: what comes in, what goes out. What of it a reader may see is `plan_shown`'s to say."""

from collections.abc import Callable
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.wire import Body, Code, Day, LongText, Moment, SectorCode, ShortText, View
from services.cases.domain.plan import (
    Agreement,
    Companion,
    Effort,
    Goal,
    Plan,
    PlanState,
    Representative,
    Scale,
)
from services.cases.schemas.requests import Yes

GoalAbout = Code  # of the list `need-domains`, or `other`: the list is asked, not this file
Weight = Annotated[int, Field(strict=True, ge=1, le=10)]
Level = Annotated[int, Field(strict=True, ge=-2, le=2)]

# -- in -----------------------------------------------------------------------------------------------------------


class LevelsRequest(Body):
    """What each level means for this goal, in words agreed with the citizen; 0 is what is expected."""

    much_less: ShortText = Field(alias="-2")
    less: ShortText = Field(alias="-1")
    expected: ShortText = Field(alias="0")
    more: ShortText = Field(alias="1")
    much_more: ShortText = Field(alias="2")


class ScaleRequest(Body):
    """How far the goal is reached, told beforehand: the weight of the goal, where the citizen starts, five levels."""

    weight: Weight = 1
    baseline: Level = -1
    levels: LevelsRequest

    def said(self) -> Scale:
        """The scale as the domain knows it."""
        words = self.levels.model_dump(by_alias=True)
        return Scale(self.weight, self.baseline, {int(level): text for level, text in words.items()})


class GoalRequest(Body):
    """What the citizen wants to reach, in the citizen's own words. It need not be work."""

    id: UUID | None = None
    in_citizens_words: LongText
    about: GoalAbout
    target_date: Day | None = None
    scale: ScaleRequest | None = None


class PeriodBody(Body):
    """From a day on, until a day or further notice."""

    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to and self.to < self.from_:
            raise ValueError("it ends before it begins")
        return self


class EffortRequest(PeriodBody):
    """One piece of help, run by one sector, for a goal or without one."""

    id: UUID | None = None
    sector: SectorCode
    kind: Code
    goal_id: UUID | None = None
    citizen_comment: LongText | None = None


class AgreementRequest(Body):
    """Where the citizen stands, in own words. To disagree is as good an answer as to agree."""

    agrees: Yes
    statement: LongText
    at: Moment


class CompanionRequest(Body):
    """Who supports the citizen at meetings (bisidder). A companion decides nothing."""

    name: ShortText | None = None
    relation: ShortText | None = None


class RepresentativeRequest(PeriodBody):
    """Who acts for the citizen (partsrepræsentant), and in what."""

    name: ShortText | None = None
    scope: ShortText


class PlanRequest(Body):
    """The whole plan as it shall be. Efforts of other sectors that were read are sent back as they were."""

    goals: Annotated[list[GoalRequest], Field(max_length=50)] = Field(default_factory=list)
    efforts: Annotated[list[EffortRequest], Field(max_length=200)] = Field(default_factory=list)
    citizen_agreement: AgreementRequest | None = None
    companion: CompanionRequest | None = None
    representative: RepresentativeRequest | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for parts in (self.goals, self.efforts):
            ids = [part.id for part in parts if part.id]
            if len(ids) != len(set(ids)):
                raise ValueError("an id stands twice")
        return self

    def said(self, new_id: Callable[[], UUID]) -> Plan:
        """The plan as the domain knows it; what has no id gets one."""
        stand, companion, acts = self.citizen_agreement, self.companion, self.representative
        return Plan(
            goals=tuple(
                Goal(g.id or new_id(), g.in_citizens_words, g.about, g.target_date, g.scale.said() if g.scale else None)
                for g in self.goals
            ),
            efforts=tuple(
                Effort(e.id or new_id(), e.sector, e.kind, e.from_, e.to, e.goal_id, e.citizen_comment)
                for e in self.efforts
            ),
            agreement=Agreement(stand.agrees, stand.statement, stand.at) if stand else None,
            companion=Companion(companion.name, companion.relation) if companion else None,
            representative=Representative(acts.name, acts.scope, acts.from_, acts.to) if acts else None,
        )


# -- out ----------------------------------------------------------------------------------------------------------


class LevelsView(View):
    """What each level means for this goal."""

    much_less: str = Field(alias="-2")
    less: str = Field(alias="-1")
    expected: str = Field(alias="0")
    more: str = Field(alias="1")
    much_more: str = Field(alias="2")


class ScaleView(View):
    """How far the goal is reached, told beforehand."""

    weight: int
    baseline: int
    levels: LevelsView


class GoalView(View):
    """What the citizen wants to reach."""

    id: UUID
    in_citizens_words: str
    about: str
    target_date: Day | None
    scale: ScaleView | None


class EffortView(View):
    """One piece of help."""

    id: UUID
    sector: str
    kind: str
    goal_id: UUID | None
    from_: Day = Field(alias="from")
    to: Day | None
    citizen_comment: str | None


class AgreementView(View):
    """Where the citizen stands. `sinceVersion` is the version that first said so: later ones repeat it."""

    agrees: bool
    statement: str
    at: Moment
    since_version: int


class CompanionView(View):
    """Who supports the citizen at meetings."""

    name: str | None
    relation: str | None


class RepresentativeView(View):
    """Who acts for the citizen, and in what."""

    name: str | None
    scope: str
    from_: Day = Field(alias="from")
    to: Day | None


class AuthorView(View):
    """Which sector and unit wrote it. Who in it is for the look-up log."""

    sector: str
    unit: str | None


class ChangedView(View):
    """Ids of what was added, removed and changed."""

    added: list[UUID]
    removed: list[UUID]
    changed: list[UUID]


class ChangesView(View):
    """What a version changed. `hidden` counts changes to efforts of other sectors that the reader may not see."""

    goals: ChangedView
    efforts: ChangedView
    also: list[str]
    hidden: int


class PlanSaid(View):
    """What a version of the plan says, as far as the reader may see it; `hidden` counts the efforts left out."""

    case_id: UUID
    version: int
    goals: list[GoalView]
    efforts: list[EffortView]
    hidden: int
    citizen_agreement: AgreementView | None
    companion: CompanionView | None
    representative: RepresentativeView | None
    written_at: Moment
    written_by: AuthorView
    allowed_actions: list[str]


class PlanView(PlanSaid):
    """The plan as it was written last. A `draft` waits for the citizen's stand; until then `currentVersion` holds."""

    state: PlanState
    current_version: int | None


class PlanVersionView(PlanSaid):
    """One version as it was written, and what it changed."""

    changes: ChangesView


class PlanVersionSummary(View):
    """One version as a list tells it."""

    version: int
    state: Literal["draft", "current", "superseded"]
    agrees: bool | None
    written_at: Moment
    written_by: AuthorView
    changes: ChangesView
