"""What the one plan can refuse."""

from chassis.errors import BadInput, NotAllowed, RuleBroken, Text


class PlanWithoutCitizensGoals(RuleBroken):
    """A plan begins with what the citizen wants to reach, in the citizen's own words (I11)."""

    slug = "plan-without-citizens-goals"
    title = Text("Planen mangler borgerens egne mål.", "The plan lacks the citizen's own goals.")


class EffortOfAnotherSector(NotAllowed):
    """A sector adds, changes and takes out its own efforts; what another runs is sent back as it was read."""

    slug = "effort-of-another-sector"
    title = Text("Indsatsen er et andet fagområdes.", "The effort is another sector's.")


class EffortSectorNotInvolved(RuleBroken):
    """A sector that has no part in the case runs nothing in its plan."""

    slug = "effort-sector-not-involved"
    title = Text(
        "Indsatsens fagområde medvirker ikke i sagen.", "The sector named for the effort has no part in the case."
    )


class GoalNotInPlan(BadInput):
    """An effort points at a goal that the plan does not have."""

    slug = "goal-not-in-plan"
    title = Text("Indsatsen peger på et mål, der ikke er i planen.", "The effort names a goal that is not in the plan.")


class AgreementInTheFuture(BadInput):
    """What the citizen has said, the citizen has said already."""

    slug = "agreement-in-the-future"
    title = Text("Borgerens udtalelse ligger i fremtiden.", "The citizen's statement lies in the future.")


class GoalWithoutScale(RuleBroken):
    """How far a goal is reached is told on its scale: this goal has none."""

    slug = "goal-without-scale"
    title = Text("Målet har ingen skala.", "The goal has no scale.")


class AttainmentInTheFuture(BadInput):
    """How far a goal is reached is seen on a day that has come."""

    slug = "attainment-in-the-future"
    title = Text("Dagen er ikke kommet endnu.", "That day has not come yet.")
