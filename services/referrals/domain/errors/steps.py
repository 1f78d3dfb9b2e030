"""What is refused on the way of a referral: claims, questions, pauses, redirections, reorganised units."""

from chassis.errors import BadInput, RuleBroken, Text


class ClaimedByAnother(RuleBroken):
    """A colleague has it in hand. Who, the referral itself tells those who may see it."""

    slug = "claimed-by-another"
    title = Text("En anden har allerede taget den.", "Somebody else has it in hand.")
    detail = Text(
        "Den kan gives tilbage af den, der har den, eller overtages af en teamleder.",
        "It can be handed back by who has it, or taken over by a team lead.",
    )


class CoordinatorNotNamed(BadInput):
    """A system promises to hold a case and does not say which person will coordinate. Facts: `field`."""

    slug = "coordinator-not-named"
    title = Text("Der mangler en koordinator.", "A coordinator is missing.")
    detail = Text(
        "Et system kan ikke være borgerens koordinator: nævn den medarbejder, der bliver det.",
        "A system cannot be the citizen's coordinator: name the member of staff who will be.",
    )


class RedirectLoop(RuleBroken):
    """The request has been there already, or has been sent on so often that it goes in circles."""

    slug = "redirect-loop"
    title = Text("Henvisningen har allerede været der.", "The referral has been there already.")
    detail = Text(
        "Afvis i stedet, så afsenderen ved, at ingen af dem kan hjælpe.",
        "Reject instead, so that the sender knows that none of them can help.",
    )


class SenderHasLetGo(RuleBroken):
    """Nothing can be sent on for a sender that is no longer the one who asks."""

    slug = "sender-has-let-go"
    title = Text(
        "Afsenderen har ikke længere behovet, så der er intet at sende videre.",
        "The sender no longer has the need, so there is nothing to send on.",
    )


class QuestionNotOpen(RuleBroken):
    """There is no such question in this referral, or it has its answer."""

    slug = "question-not-open"
    title = Text("Spørgsmålet er ikke åbent.", "The question is not open.")


class BeforeTheApproach(BadInput):
    """Nobody met a citizen for a request, or tried to, before that citizen asked for help. Facts: `field`."""

    slug = "before-the-approach"
    title = Text("Det ligger før borgerens henvendelse.", "It lies before the citizen asked for help.")
    detail = Text(
        "Tidligst gælder den dag, borgeren bad om hjælp; er den ikke oplyst, den dag, der blev henvist.",
        "The earliest is the day the citizen asked for help; where nobody has said which, the day of the referral.",
    )


class UntilInThePast(BadInput):
    """A pause ends on a day to come. Facts: `field`."""

    slug = "until-in-the-past"
    title = Text("Pausen kan ikke slutte i fortiden.", "A pause cannot end in the past.")


class SameUnit(BadInput):
    """A unit is reorganised into another one. Facts: `field`."""

    slug = "same-unit"
    title = Text("Enhederne er den samme.", "The units are the same.")
