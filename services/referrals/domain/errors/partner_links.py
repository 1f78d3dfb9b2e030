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


class NotReachedByLink(RuleBroken):
    """Whoever was asked answers with a login, as far as the directory says. Whoever makes a link could answer with it,
    so who is reached by link is not the sender's to say."""

    slug = "not-reached-by-link"
    title = Text(
        "Tilbudskataloget siger ikke, at modtageren svarer med link.",
        "The directory does not say that the receiver answers by link.",
    )
    detail = Text(
        "Henvis til et tilbud i kataloget, og bed den, der fører kataloget, om at sætte partnerLinks på tilbuddet, "
        "hvis det ikke har et system at svare med.",
        "Address the referral to a service of the directory, and ask whoever keeps the directory to set partnerLinks "
        "on it, if it has no system to answer with.",
    )


class LinkValidityOutOfRange(BadInput):
    """A link is valid from today on, and for half a year at most. Facts: `field`, `latest`."""

    slug = "link-validity-out-of-range"
    title = Text(
        "Et link gælder fra i dag og højst et halvt år.", "A link is valid from today, for half a year at most."
    )
