"""What the plan asks of codes, and how a version tells what it changed, as values."""

from datetime import date
from uuid import UUID, uuid4

from services.cases.domain.plan import Change, Effort, Goal, Plan, PlanVersion, newly_about, version_after
from tests.cases.builders import MONDAY, actor


def goal(about: str, goal_id: UUID | None = None) -> Goal:
    """A goal about something."""
    return Goal(goal_id or uuid4(), "Jeg vil sove.", about)


def versioned(plan: Plan, before: PlanVersion | None = None) -> PlanVersion:
    """The version that says this."""
    return version_after(before, plan, version_id=uuid4(), actor=actor(), at=MONDAY)


def test_a_goal_keeps_the_code_it_had_and_only_new_ones_are_asked_for() -> None:
    old, moved = goal("closed-list-code"), goal("debt")
    before = Plan((old, moved))

    after = Plan((old, goal("housing", moved.id), goal("other"), goal("family")))

    assert newly_about(None, before) == {"closed-list-code", "debt"}
    assert newly_about(before, after) == {"housing", "family"}


def test_the_first_version_adds_all_it_says() -> None:
    plan = Plan((goal("debt"),), (Effort(uuid4(), "employment", "mentor", date(2026, 3, 2)),))

    made = versioned(plan)

    assert made.number == 1
    assert made.changes == (
        Change("goal", "added", plan.goals[0].id),
        Change("effort", "added", plan.efforts[0].id, "employment"),
    )
    assert made.also_changed == ()


def test_an_effort_that_went_is_told_with_its_sector() -> None:
    effort = Effort(uuid4(), "health", "treatment", date(2026, 3, 2))
    before = versioned(Plan((goal("debt"),), (effort,)))

    after = versioned(Plan(before.plan.goals), before)

    assert (after.number, after.changes) == (2, (Change("effort", "removed", effort.id, "health"),))
