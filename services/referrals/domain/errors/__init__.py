"""What referrals refuses, by name. Slugs are promises on the wire."""

from chassis.errors import BadInput, NotAllowed, RuleBroken, Text
from services.referrals.domain.errors.steps import (
    BeforeTheApproach,
    ClaimedByAnother,
    QuestionNotOpen,
    RedirectLoop,
    SameUnit,
    SenderHasLetGo,
    UntilInThePast,
)

__all__ = [
    "BeforeTheApproach",
    "ClaimedByAnother",
    "NeedAlreadyReferred",
    "NeedHasEnded",
    "NeedNotYours",
    "NeedSetAside",
    "NotPossibleNow",
    "OnlyTheAddressedUnit",
    "OnlyTheReceiver",
    "OnlyTheSender",
    "QuestionNotOpen",
    "ReceiptAlreadyGiven",
    "ReceiptIsIrrevocable",
    "RedirectLoop",
    "SameSector",
    "SameUnit",
    "SectorHasLetGo",
    "SenderHasLetGo",
    "SharingBasisMissing",
    "TimeInTheFuture",
    "UntilInThePast",
]


class OnlyTheReceiver(NotAllowed):
    """The sender tried to answer, confirm or receipt on the receiver's behalf."""

    slug = "only-the-receiver"
    title = Text("Kun den modtagende sektor kan gøre det.", "Only the receiving sector can do that.")


class OnlyTheSender(NotAllowed):
    """The receiver tried to take back a request that is the sender's."""

    slug = "only-the-sender"
    title = Text("Kun den afsendende sektor kan gøre det.", "Only the sending sector can do that.")


class SectorHasLetGo(NotAllowed):
    """The sender let the case go: what it relied on then is not its to undo now."""

    slug = "sector-has-let-go"
    title = Text(
        "Jeres sektor har sluppet sagen og kan kun læse sin egen henvisning.",
        "Your sector has let the case go and can only read its own request.",
    )


class OnlyTheAddressedUnit(NotAllowed):
    """A colleague of another unit sees the referral but does not act on it."""

    slug = "only-the-addressed-unit"
    title = Text(
        "Kun den enhed, henvisningen er stilet til, kan gøre det.",
        "Only the unit the referral is addressed to can do that.",
    )


class NeedNotYours(RuleBroken):
    """The need is not one of this case's, or another sector owns it."""

    slug = "need-not-yours"
    title = Text("Jeres sektor ejer ikke behovet i denne sag.", "Your sector does not own that need in this case.")


class NeedSetAside(RuleBroken):
    """The citizen said "not now"."""

    slug = "need-set-aside"
    title = Text("Borgeren har lagt behovet til side.", "The citizen has set the need aside.")


class NeedHasEnded(RuleBroken):
    """The need is met, withdrawn by the citizen, or was a mistake. What is asked already goes on to its own end."""

    slug = "need-ended"
    title = Text("Behovet er afsluttet.", "The need has ended.")


class NeedAlreadyReferred(RuleBroken):
    """Another live referral carries the need. It must end before a new one begins."""

    slug = "need-already-referred"
    title = Text("Behovet er allerede henvist.", "The need is already referred.")


class SameSector(RuleBroken):
    """A referral goes to another sector."""

    slug = "same-sector"
    title = Text("En henvisning går til en anden sektor.", "A referral goes to another sector.")


class SharingBasisMissing(RuleBroken):
    """Nothing permits the sharing. Facts: `fails`, a code for the part that does."""

    slug = "sharing-basis-missing"
    title = Text("Der mangler et gyldigt grundlag for at dele oplysningerne.", "A valid basis for sharing is missing.")
    detail = Text(
        "Nævn et samtykke (consentId) eller en hjemmel (legalBasis), som dækker denne deling i dag.",
        "Name a consent (consentId) or a legal basis (legalBasis) that covers this sharing today.",
    )


class ReceiptAlreadyGiven(RuleBroken):
    """A receipt is given once."""

    slug = "receipt-already-given"
    title = Text("Kvitteringen er allerede givet.", "The receipt is already given.")


class ReceiptIsIrrevocable(RuleBroken):
    """The receiver has promised to hold; it lets go through its own release gate."""

    slug = "receipt-is-irrevocable"
    title = Text("Kvitteringen kan ikke tages tilbage.", "The receipt cannot be taken back.")
    detail = Text(
        "Modtageren har lovet at overtage ansvaret og slipper kun gennem sin egen slip-kontrol.",
        "The receiver has promised to hold and lets go only through its own release gate.",
    )


class NotPossibleNow(RuleBroken):
    """What is in the way belongs to the part of the way back that this sender is not told: so it is not named."""

    slug = "not-possible-now"
    title = Text("Det kan ikke lade sig gøre nu.", "That cannot be done now.")
    detail = Text(
        "Hvor langt henvisningen er, får I ikke at vide, medmindre borgeren vil have det.",
        "How far the referral has come you are not told, unless the citizen wants you to be.",
    )


class TimeInTheFuture(BadInput):
    """Something is said to have happened that cannot have happened yet. Facts: `field`."""

    slug = "time-in-the-future"
    title = Text("Tidspunktet ligger i fremtiden.", "The time lies in the future.")
