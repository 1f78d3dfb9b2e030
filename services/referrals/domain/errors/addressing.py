"""What is refused of an address, and of what only one's own authority can be promised."""

from chassis.errors import RuleBroken, Text


class ServiceNotAddressable(RuleBroken):
    """The service cannot be asked. Facts: `fails`, a code for everything that is in the way."""

    slug = "service-not-addressable"
    title = Text("Tilbuddet kan ikke modtage henvisningen.", "The service cannot receive the referral.")
    detail = Text(
        "Tilbuddet skal findes, være aktivt og høre til den sektor og enhed, henvisningen er stilet til.",
        "The service must exist, be active, and be of the sector and unit the referral is addressed to.",
    )


class HoldingStaysInTheAuthority(RuleBroken):
    """Another authority can help the citizen, and cannot take over the sender's own case."""

    slug = "holding-stays-in-the-authority"
    title = Text(
        "En anden myndighed kan ikke overtage ansvaret for sagen.",
        "Another authority cannot take over holding the case.",
    )
    detail = Text(
        "Sagen er den henvisende myndigheds egen, og den kan ikke lægges fra sig i en henvisning. Kvittér uden "
        "takesHolding: borgeren er grebet, og ansvaret for sagen bliver, hvor det er.",
        "The case is the referring authority's own and is not laid down by a referral. Give the receipt without "
        "takesHolding: the citizen is caught, and responsibility for the case stays where it is.",
    )
