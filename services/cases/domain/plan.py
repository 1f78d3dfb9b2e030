"""The one plan of a case: the citizen's goals in own words first, then what all sectors do at the same time, and where
the citizen stands. A version is never changed: to write is to make the next one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import may_see_of
from services.cases.domain.case import Case
from services.cases.domain.errors.plan import (
    AgreementInTheFuture,
    EffortOfAnotherSector,
    EffortSectorNotInvolved,
    GoalNotInPlan,
    PlanWithoutCitizensGoals,
)

# What a goal is about: what a need can be about (the list `need-domains`), or anything else. It need not be work.
ANYTHING_ELSE = "other"

PlanState = Literal["draft", "current"]

# A caller's clock may run a little ahead of ours.
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Scale:
    """How far a goal is reached, told beforehand: in words for each level from -2 to 2, how much the goal weighs, and
    where the citizen starts."""

    weight: int
    baseline: int
    levels: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the citizen wants to reach."""

    id: UUID
    in_citizens_words: str
    about: str
    target_date: date | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """One piece of help, run by one sector."""

    id: UUID
    sector: str
    kind: str
    starts_on: date
    ends_on: date | None = None
    goal_id: UUID | None = None
    citizen_comment: str | None = None

    def towards(self, goals: frozenset[UUID]) -> "Effort":
        """The effort as it stands among these goals: when its goal is given up, the help goes on without it."""
        return self if self.goal_id in goals else replace(self, goal_id=None)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Where the citizen stands: agrees or does not, in own words, on a day. Either is as valid and blocks nothing."""

    agrees: bool
    statement: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Companion:
    """Who supports the citizen at meetings, and decides nothing."""

    name: str | None
    relation: str | None


@dataclass(frozen=True, slots=True)
class Representative:
    """Who acts for the citizen, in what, and from when to when."""

    name: str | None
    scope: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan says."""

    goals: tuple[Goal, ...]
    efforts: tuple[Effort, ...] = ()
    agreement: Agreement | None = None
    companion: Companion | None = None
    representative: Representative | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One goal or effort that a version added, removed or changed. An effort's sector tells who may know of it."""

    what: Literal["goal", "effort"]
    how: Literal["added", "removed", "changed"]
    id: UUID
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan as it was written once: by which sector, when, and what that changed."""

    id: UUID
    number: int
    plan: Plan
    written_at: datetime
    by_sector: str
    by_unit: str | None
    changes: tuple[Change, ...]
    also_changed: tuple[str, ...]
    agreement_since: int | None  # the version that first noted where the citizen stands

    @property
    def state(self) -> PlanState:
        """Current once the citizen has taken a stand, and until a later version is; a draft before that (I11)."""
        return "current" if self.plan.agreement else "draft"


@dataclass(frozen=True, slots=True)
class Standing:
    """The current plan of a case, and the stand the citizen took on it."""

    version: int
    agrees: bool
    at: datetime


def may_see(case: Case, actor: Actor, effort_sector: str, today: date) -> bool:
    """True when the actor may see what this sector does in the plan."""
    return may_see_of(case, actor, effort_sector, "plan", today)


def written(case: Case, actor: Actor, before: Plan | None, wanted: Plan, *, now: datetime, today: date) -> Plan:
    """The plan as `actor` wants it, with every effort kept that is not the actor's to take out.

    Raises:
        PlanWithoutCitizensGoals, AgreementInTheFuture, GoalNotInPlan, EffortOfAnotherSector, EffortSectorNotInvolved.
    """
    if not wanted.goals or not all(goal.in_citizens_words.strip() for goal in wanted.goals):
        raise PlanWithoutCitizensGoals()
    if wanted.agreement and wanted.agreement.at > now + _CLOCKS_DIFFER:
        raise AgreementInTheFuture()
    goals = frozenset(goal.id for goal in wanted.goals)
    earlier = {effort.id: effort for effort in before.efforts} if before else {}
    efforts = {e.id: _asked(case, actor, earlier.get(e.id), e, goals, today) for e in wanted.efforts}
    for effort in earlier.values():
        seen = may_see(case, actor, effort.sector, today)
        if effort.id not in efforts and not (seen and _answers_for(case, actor, effort.sector)):
            if seen:
                raise EffortOfAnotherSector()
            efforts[effort.id] = effort.towards(goals)
    return replace(wanted, efforts=tuple(sorted(efforts.values(), key=lambda effort: effort.id)))


def newly_about(before: Plan | None, plan: Plan) -> set[str]:
    """What goals are about that were not before, as codes of the list `need-domains`. A goal keeps the code it had."""
    known = {(goal.id, goal.about) for goal in before.goals} if before else set()
    return {goal.about for goal in plan.goals if (goal.id, goal.about) not in known} - {ANYTHING_ELSE}


def version_after(
    before: PlanVersion | None, plan: Plan, *, version_id: UUID, actor: Actor, at: datetime
) -> PlanVersion:
    """The version that says this, and what it changes."""
    number = before.number + 1 if before else 1
    same_stand = before and before.plan.agreement == plan.agreement
    return PlanVersion(
        id=version_id,
        number=number,
        plan=plan,
        written_at=at,
        by_sector=actor.sector or "",
        by_unit=actor.unit,
        changes=tuple(_changes(before.plan if before else None, plan)),
        also_changed=tuple(_also_changed(before.plan if before else None, plan)),
        agreement_since=(before.agreement_since if before and same_stand else number) if plan.agreement else None,
    )


def _asked(
    case: Case, actor: Actor, earlier: Effort | None, effort: Effort, goals: frozenset[UUID], today: date
) -> Effort:
    """An effort as the actor sent it: its own as it wants it, another's as it was."""
    if earlier is None:
        if effort.sector != actor.sector:
            raise EffortOfAnotherSector() if _has_part(case, effort.sector) else EffortSectorNotInvolved()
    elif not may_see(case, actor, earlier.sector, today):
        raise EffortOfAnotherSector()
    elif not _answers_for(case, actor, earlier.sector):
        if effort not in (earlier, earlier.towards(goals)):
            raise EffortOfAnotherSector()
        return earlier.towards(goals)
    elif effort.sector not in (earlier.sector, actor.sector):
        raise EffortOfAnotherSector()
    if effort.goal_id and effort.goal_id not in goals:
        raise GoalNotInPlan()
    return effort


def _has_part(case: Case, sector: str) -> bool:
    return sector == case.holder.sector or case.involvement(sector) is not None


def _answers_for(case: Case, actor: Actor, sector: str) -> bool:
    """A sector's efforts are its own to change. What a sector left behind when it let go, the holder sees to."""
    return actor.sector == (sector if _has_part(case, sector) else case.holder.sector)


def _changes(before: Plan | None, after: Plan) -> Iterator[Change]:
    old_goals = {goal.id: goal for goal in before.goals} if before else {}
    yield from _between("goal", old_goals, {goal.id: goal for goal in after.goals})
    old_efforts = {effort.id: effort for effort in before.efforts} if before else {}
    yield from _between("effort", old_efforts, {effort.id: effort for effort in after.efforts})


def _between(
    what: Literal["goal", "effort"], old: Mapping[UUID, Goal | Effort], new: Mapping[UUID, Goal | Effort]
) -> Iterator[Change]:
    for key, part in {**old, **new}.items():
        how: Literal["added", "removed", "changed"] = "changed"
        if key not in old or key not in new:
            how = "removed" if key in old else "added"
        if how != "changed" or old[key] != new[key]:
            yield Change(what, how, key, getattr(part, "sector", None))


def _also_changed(before: Plan | None, after: Plan) -> Iterator[str]:
    """What else changed, by its name on the wire."""
    if before:
        kept = [goal.id for goal in before.goals if goal.id in {one.id for one in after.goals}]
        if kept != [goal.id for goal in after.goals if goal.id in kept]:
            yield "goalOrder"
    names = {"agreement": "citizenAgreement", "companion": "companion", "representative": "representative"}
    for part, name in names.items():
        if getattr(before, part, None) != getattr(after, part):
            yield name
