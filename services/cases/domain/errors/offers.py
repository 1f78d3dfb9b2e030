"""What a voluntary offer can refuse. Nothing here asks why somebody declined."""

from chassis.errors import BadInput, NotAllowed, Text


class OfferOfAnotherSector(NotAllowed):
    """A sector offers its own help."""

    slug = "offer-of-another-sector"
    title = Text("Et fagområde tilbyder sin egen hjælp.", "A sector offers its own help.")


class AskAgainInThePast(BadInput):
    """The citizen said "later": the day to ask again is to come."""

    slug = "ask-again-in-the-past"
    title = Text("Dagen at spørge igen skal ligge i fremtiden.", "The day to ask again must lie in the future.")
