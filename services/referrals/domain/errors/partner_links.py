"""What is refused about one-referral links."""

from chassis.errors import BadInput, NotFound, RuleBroken, Text


class PartnerLinkNotUsable(NotFound):
    """Unknown, revoked, replaced, expired, used up, or its session is over: one answer, so that guesses and old
    messages teach nobody."""

    slug = "partner-link-not-usable"
    title = Text("Linket kan ikke bruges.", "The link cannot be used.")
    detail = Text(
        "Det kan være udløbet, trukket tilbage eller erstattet af et nyt, eller henvisningen er afsluttet. "
        "Ring til den, der gav jer linket.",
        "It may have expired, been revoked or been replaced, or the referral has ended. "
        "Call whoever gave you the link.",
    )


class ReferralHasEnded(RuleBroken):
    """There is nothing left to answer, so nobody is given a link to it."""

    slug = "referral-has-ended"
    title = Text("Henvisningen er afsluttet.", "The referral has ended.")


class LinkValidityOutOfRange(BadInput):
    """A link is valid from today on, and for half a year at most. Facts: `field`, `latest`."""

    slug = "link-validity-out-of-range"
    title = Text(
        "Et link gælder fra i dag og højst et halvt år.", "A link is valid from today, for half a year at most."
    )
