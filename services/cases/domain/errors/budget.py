"""What the budget of a case can refuse."""

from chassis.errors import RuleBroken, Text


class BudgetCeilingReached(RuleBroken):
    """More would be bound and spent than the ceiling allows (I27). Facts: `availableOere`, what is left."""

    slug = "budget-ceiling-reached"
    title = Text("Så meget er der ikke tilbage på budgettet.", "There is not so much left in the budget.")


class CommitmentUnknown(RuleBroken):
    """An expense settles a commitment of the same case that the caller's sector entered or pays."""

    slug = "commitment-unknown"
    title = Text("Dit fagområde har ingen sådan disponering i sagen.", "Your sector has no such commitment here.")


class CommitmentNotOpen(RuleBroken):
    """The commitment is settled in full, or was reversed."""

    slug = "commitment-not-open"
    title = Text("Der er intet tilbage af disponeringen.", "Nothing is left of the commitment.")


class NothingToReverse(RuleBroken):
    """A reversal undoes an entry of the same case that the caller's sector entered or pays."""

    slug = "nothing-to-reverse"
    title = Text("Dit fagområde har ingen sådan postering i sagen.", "Your sector has no such budget entry here.")


class AlreadyReversed(RuleBroken):
    """An entry is undone once, and a reversal never: make the entry anew."""

    slug = "already-reversed"
    title = Text("Posteringen er allerede tilbageført.", "The budget entry has been reversed already.")


class ReversalDiffers(RuleBroken):
    """What a reversal tells beside the entry it names must agree with it. Facts: `amountOere`, what it undoes."""

    slug = "reversal-differs"
    title = Text("Tilbageførslen passer ikke til posteringen.", "The reversal does not agree with the entry it undoes.")
