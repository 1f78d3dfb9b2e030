"""What an exemption, and whoever asks for one, can be refused."""

from chassis.errors import BadInput, NotAllowed, RuleBroken, Text


class ExemptionNotYours(NotAllowed):
    """The sector neither holds the case nor is employment with a part in it."""

    slug = "exemption-not-yours-to-decide"
    title = Text(
        "Fritagelse afgøres af det ansvarlige fagområde eller af beskæftigelse.",
        "The holding sector or employment decides on exemption.",
    )


class ChecksNotYours(NotAllowed):
    """Who is exempt is asked by those who could demand, and by nobody else."""

    slug = "exemption-check-not-yours"
    title = Text(
        "Kun systemer og beskæftigelse kan slå fritagelser op på tværs af sager.",
        "Only systems and employment look up exemptions across cases.",
    )


class UnknownExemptionBasis(BadInput):
    """No provision of ordinary law has that code."""

    slug = "unknown-exemption-basis"
    title = Text("Hjemlen til fritagelse kendes ikke.", "That basis for exemption is not known.")


class ExemptionOver(RuleBroken):
    """Its last day has passed: there is nothing left to end, or it was to begin and end in the past."""

    slug = "exemption-over"
    title = Text("Fritagelsen er udløbet.", "The exemption is over.")


class ExemptionOverlaps(RuleBroken):
    """The citizen is exempt from these already on some of the days. Facts: `provisions`, `validTo`.

    Two decisions on one duty for one day are one too many: ending one would leave it open what holds. A renewal begins
    the day after.
    """

    slug = "exemption-overlaps"
    title = Text(
        "Borgeren er allerede fritaget i en del af perioden.", "The citizen is exempt for a part of the period already."
    )


class ExemptionTooLong(RuleBroken):
    """One decision reaches no further than its legal basis lets it. Facts: `latest`, the last day it may name."""

    slug = "exemption-too-long"
    title = Text(
        "Så længe kan der ikke fritages ad gangen. Fritagelsen kan fornyes.",
        "One decision may not reach that far. The exemption can be renewed.",
    )


class ProvisionNotCovered(RuleBroken):
    """What the exemption rests on does not release from these duties. Facts: `provisions`."""

    slug = "provision-not-covered"
    title = Text("Hjemlen fritager ikke for den pligt.", "The legal basis does not release from that duty.")


class CitizenNotEnrolled(RuleBroken):
    """The citizen takes part in no trial under that legal basis, as far as the caller may know."""

    slug = "citizen-not-enrolled"
    title = Text(
        "Borgeren deltager ikke i et forsøg under den hjemmel.",
        "The citizen takes part in no trial under that legal basis.",
    )


class ExemptionBasisNotGranted(RuleBroken):
    """The legal basis is applied for, refused or ended. Facts: `status`."""

    slug = "exemption-basis-not-granted"
    title = Text("Hjemlen er ikke givet.", "The legal basis is not granted.")


class OutsideItsGround(RuleBroken):
    """A day lies outside what the exemption rests on (I16). Facts: `earliest`, `latest`, the days that lie within."""

    slug = "exemption-outside-its-ground"
    title = Text(
        "Fritagelsen rækker ud over hjemlen eller deltagelsen.",
        "The exemption reaches beyond the legal basis or the enrolment.",
    )


class EndsBackwards(BadInput):
    """Ordinary rules never apply retroactively: an exemption ends today at the earliest."""

    slug = "exemption-ends-backwards"
    title = Text("En fritagelse ophører ikke med tilbagevirkende kraft.", "An exemption does not end retroactively.")


class EndsNoSooner(RuleBroken):
    """An ending shortens. Facts: `to`, the present last day. What is to last longer is granted anew."""

    slug = "exemption-ends-sooner-already"
    title = Text(
        "Fritagelsen ophører allerede senest den dag.", "The exemption ends on that day or sooner as it stands."
    )


class NoticeTooShort(RuleBroken):
    """The citizen is told in advance, unless it is the citizen who asks. Facts: `earliest`, the first possible day."""

    slug = "exemption-notice-too-short"
    title = Text("Borgeren skal have besked i god tid.", "The citizen must be told in good time.")


class CitizenExempt(RuleBroken):
    """The duty does not bind the citizen that day: nothing may be demanded and nobody sanctioned (I13).

    Facts: `provision`, `until`, the last day.
    """

    slug = "citizen-exempt"
    title = Text(
        "Borgeren er fritaget: der kan ikke stilles krav efter bestemmelsen.",
        "The citizen is exempt: nothing may be demanded under the provision.",
    )
