"""What is refused about handover content and catch codes."""

from chassis.errors import BadInput, NotFound, RuleBroken, Text


class HandoverAlreadyReceived(RuleBroken):
    """What the receiver has signed for is not changed afterwards."""

    slug = "handover-already-received"
    title = Text("Overdragelsen er allerede kvitteret.", "The handover has its receipt already.")


class NothingIsMissing(RuleBroken):
    """A no "for missing information", although what is required is there and no question is open."""

    slug = "nothing-is-missing"
    title = Text("Der mangler ikke noget.", "Nothing is missing.")
    detail = Text(
        "Alt, hvad tilbuddet beder om, er skrevet. Stil et spørgsmål, hvis I mangler andet.",
        "All that the service asks for is written. Ask a question if you need to know more.",
    )


class AnonymousSharesNothing(BadInput):
    """An anonymous referral tells its receiver nothing, so it has no basis and no content to share. Facts: `field`."""

    slug = "anonymous-shares-nothing"
    title = Text("En anonym henvisning deler ingenting.", "An anonymous referral shares nothing.")


class NotAnonymous(RuleBroken):
    """The receiver sees this referral, and confirms the contact on it."""

    slug = "referral-not-anonymous"
    title = Text("Henvisningen er ikke anonym.", "The referral is not anonymous.")
    detail = Text(
        "Modtageren ser henvisningen og bekræfter selv den første kontakt på den.",
        "The receiver sees the referral and confirms the first contact on it.",
    )


class CatchCodeNotUsable(NotFound):
    """Unknown, used, replaced, expired, another unit's, or a day that does not fit: one answer, which tells nothing."""

    slug = "catch-code-not-usable"
    title = Text("Koden kan ikke bruges.", "The code cannot be used.")
    detail = Text(
        "Den kan være skrevet forkert, brugt, udløbet, erstattet eller til et andet sted, eller dagen passer ikke til "
        "den. Borgeren kan få en ny hos sin sagsbehandler.",
        "It may be misspelt, used, expired, replaced or for another place, or the day does not fit it. The citizen can "
        "get a new one from their caseworker.",
    )
