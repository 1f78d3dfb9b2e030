"""What can be refused when somebody, or something, arrives: identifiers, requests to join, imports."""

from chassis.errors import BadInput, NotAllowed, NotFound, RuleBroken, Text


class MalformedReplacementNumber(BadInput):
    """A replacement number begins with a date and then has a digit, two letters and a digit; an older local one has
    digits only and a day 60 too high."""

    slug = "malformed-replacement-number"
    title = Text("Erstatningsnummeret har ikke den rette form.", "The replacement number does not have the right form.")


class AnonymousStaysSo(RuleBroken):
    """Nobody else tells who an anonymous citizen is. The citizen may, by an act of their own: `identification`."""

    slug = "citizen-is-anonymous"
    title = Text(
        "Borgeren er anonym. Kun borgeren selv kan fortælle, hvem det er.",
        "The citizen is anonymous. Only the citizen can tell who it is.",
    )


class CprKnown(RuleBroken):
    """A person has one CPR number. Another one is somebody else's, or a slip of the pen."""

    slug = "cpr-number-known"
    title = Text("Borgeren har allerede et CPR-nummer.", "The citizen has a CPR number already.")


class NotAnonymous(RuleBroken):
    """The case tells who the citizen is: there is nothing to identify. A further number is added as an identifier."""

    slug = "citizen-is-known"
    title = Text("Borgeren er ikke anonym.", "The citizen is not anonymous.")


class JoinRequestAnswered(RuleBroken):
    """A request to join is answered once. Facts: `state`."""

    slug = "join-request-answered"
    title = Text("Anmodningen er besvaret.", "The request is answered already.")


class PartsInOrder(RuleBroken):
    """The parts of an import come one after the other. Facts: `next`, the number of the part that is awaited."""

    slug = "part-out-of-order"
    title = Text("Delene sendes i rækkefølge.", "The parts are sent in order.")


class PartsMissing(RuleBroken):
    """The import has another number of parts than its sender says. Facts: `received`."""

    slug = "parts-missing"
    title = Text("Antallet af dele passer ikke.", "The number of parts does not fit.")


class OperationNotReceiving(RuleBroken):
    """What was submitted, or given up, takes no more content. Facts: `state`."""

    slug = "operation-not-receiving"
    title = Text("Opgaven modtager ikke mere.", "The operation takes no more content.")


class OtherContent(RuleBroken):
    """The parts of one import are all of one kind: NDJSON or CSV."""

    slug = "content-of-another-kind"
    title = Text("Alle dele skal have samme format.", "All parts have the same format.")


class TooManyLines(RuleBroken):
    """An import has an end: more lines are sent as another import. Facts: `most`."""

    slug = "too-many-lines"
    title = Text("Importen har for mange linjer.", "The import has too many lines.")


class ContentUnreadable(BadInput):
    """The part is not text in UTF-8, or its CSV cannot be read. Not one of its lines was taken."""

    slug = "content-unreadable"
    title = Text("Indholdet kan ikke læses.", "The content cannot be read.")


class HeldByAnother(NotAllowed):
    """A system brings the cases of the sector it acts for: another sector's are that sector's to bring."""

    slug = "held-by-another-sector"
    title = Text("Sagen hører til et andet fagområde.", "The case is held by another sector.")


class HistoryToCome(BadInput):
    """A history tells what has happened. Facts: `pointer`."""

    slug = "history-to-come"
    title = Text("Historikken ligger i fremtiden.", "The history lies in the future.")


class HistoryOutsideTheCase(BadInput):
    """A stretch ends after it began, and both lie between the case's opening and its closing. Facts: `pointer`."""

    slug = "history-outside-the-case"
    title = Text("Historikken ligger uden for sagens tid.", "The history lies outside the time of the case.")


class HoldingNotContinuous(BadInput):
    """From its opening to its closing, or to now, a case is held by one sector at every instant (I1)."""

    slug = "holding-not-continuous"
    title = Text("Der er huller eller overlap i ansvaret.", "Responsibility has a gap, or two holders at once.")


class TwoAtOnce(BadInput):
    """Two people coordinate at once, or a sector has two parts at once. Facts: `pointer`."""

    slug = "two-at-once"
    title = Text("To samtidige perioder af samme slags.", "Two stretches of one kind at once.")


class NobodyCoordinates(BadInput):
    """The authority's policy is that an open case names who coordinates."""

    slug = "nobody-coordinates"
    title = Text("Ingen koordinerer sagen.", "Nobody coordinates the case.")


class NeedsLeftOpen(BadInput):
    """A case that is closed has no need that is open, unless the citizen moved, died or declined."""

    slug = "needs-left-open"
    title = Text("Et behov er åbent i en lukket sag.", "A need is open in a closed case.")


class CaseUnknown(BadInput):
    """No case of the sector is called so: import cases before what belongs to them."""

    slug = "case-unknown"
    title = Text("Sagen kendes ikke.", "The case is not known.")


class OperationNotFound(NotFound):
    """The operation is absent or another system's: one answer."""
