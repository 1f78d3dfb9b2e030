"""What is refused when an authority decides on a policy."""

from chassis.errors import BadInput, Text


class PolicyUnfit(BadInput):
    """The policy does not take that value. Facts: `takes`, the kind of value it does take."""

    slug = "policy-value-unfit"
    title = Text("Den værdi kan valget ikke have.", "The policy cannot have that value.")
    detail = Text(
        "Et ja eller nej, eller et helt tal fra 0: se `takes`.", "A yes or no, or a whole number from 0: see `takes`."
    )


class PolicyInThePast(BadInput):
    """A decision holds from today or a later day: what people did under the earlier one stays right."""

    slug = "policy-in-the-past"
    title = Text("Et valg kan ikke gælde bagud.", "A policy cannot be changed for the past.")
