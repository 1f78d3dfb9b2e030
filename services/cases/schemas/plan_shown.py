"""How the one plan is shown: value in, view out. What a reader may not see is left out here, and counted."""

from datetime import date
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import may_work
from services.cases.domain.case import Case
from services.cases.domain.plan import Change, Effort, Goal, PlanVersion, Representative, may_see
from services.cases.schemas import plan as v


def plan(case: Case, version: PlanVersion, actor: Actor, today: date, *, current: int | None) -> v.PlanView:
    """The plan as this actor sees it."""
    writes = case.status == "open" and may_work(case, actor) and actor.permits("cases:write")
    actions = ["recordAttainment", "writePlan"] if writes else []
    said = _said(case, version, actor, today, actions)
    return v.PlanView.model_validate(said | {"state": version.state, "current_version": current})


def plan_version(case: Case, version: PlanVersion, actor: Actor, today: date) -> v.PlanVersionView:
    """A version as this actor sees it."""
    told = changes(case, version.changes, version.also_changed, actor, today)
    return v.PlanVersionView.model_validate(_said(case, version, actor, today, []) | {"changes": told})


def changes(case: Case, made: tuple[Change, ...], also: tuple[str, ...], actor: Actor, today: date) -> v.ChangesView:
    """What was changed, as far as this actor may know of it."""
    seen = [change for change in made if change.sector is None or may_see(case, actor, change.sector, today)]

    def of(what: str) -> v.ChangedView:
        kinds: dict[str, list[UUID]] = {"added": [], "removed": [], "changed": []}
        for change in seen:
            if change.what == what:
                kinds[change.how].append(change.id)
        return v.ChangedView(**kinds)

    return v.ChangesView(goals=of("goal"), efforts=of("effort"), also=list(also), hidden=len(made) - len(seen))


def _said(case: Case, version: PlanVersion, actor: Actor, today: date, actions: list[str]) -> dict[str, object]:
    said, stand = version.plan, version.plan.agreement
    efforts = [effort for effort in said.efforts if may_see(case, actor, effort.sector, today)]
    return {
        "case_id": case.id,
        "version": version.number,
        "goals": [_goal(goal) for goal in said.goals],
        "efforts": [_effort(effort) for effort in efforts],
        "hidden": len(said.efforts) - len(efforts),
        "citizen_agreement": stand
        and v.AgreementView(
            agrees=stand.agrees,
            statement=stand.statement,
            at=stand.at,
            since_version=version.agreement_since or version.number,
        ),
        "companion": said.companion,
        "representative": said.representative and _representative(said.representative),
        "written_at": version.written_at,
        "written_by": v.AuthorView(sector=version.by_sector, unit=version.by_unit),
        "allowed_actions": actions,
    }


def _goal(goal: Goal) -> v.GoalView:
    scale = goal.scale and v.ScaleView(
        weight=goal.scale.weight,
        baseline=goal.scale.baseline,
        levels=v.LevelsView.model_validate({str(level): words for level, words in goal.scale.levels.items()}),
    )
    return v.GoalView(
        id=goal.id,
        in_citizens_words=goal.in_citizens_words,
        about=goal.about,
        target_date=goal.target_date,
        scale=scale,
    )


def _effort(effort: Effort) -> v.EffortView:
    return v.EffortView(
        id=effort.id,
        sector=effort.sector,
        kind=effort.kind,
        goal_id=effort.goal_id,
        from_=effort.starts_on,
        to=effort.ends_on,
        citizen_comment=effort.citizen_comment,
    )


def _representative(acts: Representative) -> v.RepresentativeView:
    return v.RepresentativeView(name=acts.name, scope=acts.scope, from_=acts.starts_on, to=acts.ends_on)
