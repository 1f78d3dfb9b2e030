"""What is refused of guarantees and of the clocks that they start."""

from chassis.errors import BadInput, RuleBroken, Text


class GuaranteeNotInForce(BadInput):
    """The guarantee that was named is unknown, or was not in force on the day its clock would start."""

    slug = "guarantee-not-in-force"
    title = Text("Garantien gælder ikke den dag.", "The guarantee is not in force that day.")


class GuaranteeIsStatutory(RuleBroken):
    """What the law promises is not an authority's to change. It may promise more under a code of its own."""

    slug = "guarantee-is-statutory"
    title = Text("Garantien følger af loven.", "The guarantee is the law's.")
    detail = Text(
        "Vil I love mere, end loven gør, så giv jeres eget løfte sin egen kode.",
        "To promise more than the law does, give your own promise a code of its own.",
    )


class GuaranteeInThePast(BadInput):
    """A decision holds from today or a later day: what ran under the earlier one stays as it was."""

    slug = "guarantee-in-the-past"
    title = Text("En garanti kan ikke ændres bagud.", "A guarantee cannot be changed for the past.")


class GuaranteeEndsTooEarly(BadInput):
    """The last day lies before the first."""

    slug = "guarantee-ends-too-early"
    title = Text("Den sidste dag ligger før den første.", "The last day lies before the first.")


class ReceivedBeforeRequest(BadInput):
    """A receiver without a system says which day the request came to it. Facts: `field`."""

    slug = "received-before-request"
    title = Text(
        "Henvisningen kan ikke være kommet, før den blev sendt.",
        "The request cannot have come before it was sent.",
    )


class NoDeadlineRuns(RuleBroken):
    """There is nothing to waive: no clock of the referral runs, or its day has gone by, and that stays told."""

    slug = "no-deadline-runs"
    title = Text("Ingen frist løber for henvisningen.", "No deadline of the referral runs.")
