"""What a case can refuse, by name. What one resource alone can refuse stands in a file of its own beside this one."""

from chassis.errors import BadInput, NotAllowed, NotFound, RuleBroken, Text


class CaseNotFound(NotFound):
    """The case is absent or not the caller's: one answer."""


class OpenCaseExists(RuleBroken):
    """The person has an open case in this authority. Nothing of that case is told: the holder must be asked."""

    slug = "open-case-exists"
    title = Text(
        "Borgeren har allerede en åben sag hos myndigheden.", "The citizen has an open case with this authority."
    )


class IdentifiersDisagree(RuleBroken):
    """The identifiers belong to two different people, as far as this authority knows."""

    slug = "identifiers-disagree"
    title = Text("Identifikationerne hører til forskellige personer.", "The identifiers belong to different people.")


class CaseIsClosed(RuleBroken):
    """Nothing new happens in a closed case."""

    slug = "case-closed"
    title = Text("Sagen er lukket.", "The case is closed.")


class SectorNotInvolved(NotAllowed):
    """The caller's sector may read the case but has no part in it yet."""

    slug = "sector-not-involved"
    title = Text("Dit fagområde medvirker ikke i sagen.", "Your sector has no part in the case.")


class HolderOnly(NotAllowed):
    """Only the holding sector may do this."""

    slug = "holder-only"
    title = Text("Det kan kun det ansvarlige fagområde.", "Only the holding sector may do that.")


class OwnSectorOnly(NotAllowed):
    """A sector speaks for itself: nobody else releases it."""

    slug = "own-sector-only"
    title = Text("Et fagområde kan kun slippe selv.", "A sector can only let go by itself.")


class NeedNotYours(NotAllowed):
    """Another sector owns the need."""

    slug = "need-of-another-sector"
    title = Text("Behovet ejes af et andet fagområde.", "Another sector owns the need.")


class NeedExists(RuleBroken):
    """The case has a need with that id: it is never written over."""

    slug = "need-exists"
    title = Text("Sagen har allerede et behov med det id.", "The case already has a need with that id.")


class OwnerNotInvolved(RuleBroken):
    """A need is not given to a sector by writing its name: a sector without a part in the case has not caught it."""

    slug = "owner-not-involved"
    title = Text(
        "Fagområdet medvirker ikke i sagen. Henvis behovet til det i stedet.",
        "That sector has no part in the case. Refer the need to it instead.",
    )


class NeedIsSettled(RuleBroken):
    """The need is met, withdrawn or set aside. Facts: `state`."""

    slug = "need-settled"
    title = Text("Behovet er ikke åbent.", "The need is not open.")


class RevisitInThePast(BadInput):
    """A need is set aside until a day to come."""

    slug = "revisit-in-the-past"
    title = Text("Genbesøgsdatoen skal ligge i fremtiden.", "The revisit date must lie in the future.")


class CitizensWordsMissing(BadInput):
    """A need is withdrawn by the citizen in the citizen's own words, not inferred from silence (I10)."""

    slug = "citizens-words-missing"
    title = Text("Borgerens egne ord mangler.", "The citizen's own words are missing.")


class ReleaseBlocked(RuleBroken):
    """The release gate is not met. Facts: `unmet`, as the release check tells it."""

    slug = "release-blocked"
    title = Text("Slip er ikke muligt endnu: borgeren er ikke grebet.", "No release yet: the citizen is not caught.")


class ClosureBlocked(RuleBroken):
    """Another sector has not let go, or a need is open. Facts: `unmet`."""

    slug = "closure-blocked"
    title = Text("Sagen kan ikke lukkes endnu.", "The case cannot be closed yet.")


class NoAuthorityNamed(BadInput):
    """The citizen moved: the closure names where to, and how that authority was told."""

    slug = "destination-missing"
    title = Text(
        "Angiv den nye myndighed, og hvordan den er underrettet.", "Name the new authority and how it was told."
    )


class ConsentAlreadyWithdrawn(RuleBroken):
    """A consent is withdrawn once; a refusal cannot be withdrawn."""

    slug = "consent-not-in-force"
    title = Text("Samtykket gælder ikke længere.", "The consent is not in force.")


class ConsentNotYours(NotAllowed):
    """A consent is recorded by a sector that gives or receives, and confirmed by the one that gives."""

    slug = "consent-not-yours"
    title = Text("Samtykket er mellem andre fagområder.", "The consent is between other sectors.")


class NothingToConfirm(RuleBroken):
    """Only a consent that the receiving sector recorded, and that nobody has confirmed or withdrawn, is confirmed."""

    slug = "nothing-to-confirm"
    title = Text("Samtykket afventer ingen bekræftelse.", "The consent awaits no confirmation.")


class ConsentAlreadyLapsed(BadInput):
    """A consent that is given now lasts until a day to come."""

    slug = "consent-already-lapsed"
    title = Text("Samtykkets sidste dag er forbi.", "The last day of the consent has passed.")


class HealthConsentTooLong(BadInput):
    """A consent under the Health Act lapses after a year at most (sundhedsloven § 44)."""

    slug = "health-consent-too-long"
    title = Text(
        "Et samtykke efter sundhedsloven kan højst gælde et år.", "A consent under the Health Act lasts a year at most."
    )


class MalformedCpr(BadInput):
    """Not ten digits, or not a date. Modulus 11 is not asked: numbers without it are issued since 2007."""

    slug = "malformed-cpr"
    title = Text("CPR-nummeret har ikke den rette form.", "The CPR number does not have the right form.")


class NoSector(NotAllowed):
    """A case is opened by a sector: the caller's token names none."""

    slug = "sector-required"
    title = Text("Du handler ikke for noget fagområde.", "You do not act for a sector.")


class ImportNotYours(NotAllowed):
    """Cases are imported by a system, not by hand."""

    slug = "import-not-yours"
    title = Text("Sager importeres af et fagsystem.", "Cases are imported by a system.")


class ProtectionNotYours(NotAllowed):
    """Whoever may change a case prolongs the protection of name and address; to shorten it, or take it away, is a team
    lead's of the sector that holds the case."""

    slug = "protection-not-yours"
    title = Text(
        "Kun en leder i det ansvarlige fagområde kan forkorte navne- og adressebeskyttelsen.",
        "Only a team lead of the holding sector can shorten the protection of name and address.",
    )


class OverrideNotYours(NotAllowed):
    """Going round the gate is a team lead's right, and is counted (I8)."""

    slug = "override-not-yours"
    title = Text("Kun en leder kan fravige slip-kontrollen.", "Only a team lead can go round the gate.")


class AlreadyInvolved(RuleBroken):
    """The sector has a part in the case already."""

    slug = "already-involved"
    title = Text("Fagområdet medvirker allerede.", "The sector is involved already.")


class InvolvementBasisMissing(RuleBroken):
    """Whoever is involved reads the case: that takes a consent from the holder's sector to theirs, or another basis."""

    slug = "involvement-basis-missing"
    title = Text(
        "Der mangler samtykke eller anden hjemmel til at inddrage fagområdet.",
        "There is no consent or other legal basis for involving the sector.",
    )


class NeedNotReopened(RuleBroken):
    """Only what was set aside, met or withdrawn by the citizen is opened again. Facts: `state`."""

    slug = "need-not-reopened"
    title = Text("Behovet kan ikke genåbnes.", "The need cannot be opened again.")


class HeardInTheFuture(BadInput):
    """A citizen is heard before it is written down."""

    slug = "heard-in-the-future"
    title = Text("Høringen ligger i fremtiden.", "The hearing lies in the future.")


class CitizenHasNotMoved(RuleBroken):
    """The case was not closed because the citizen moved."""

    slug = "citizen-has-not-moved"
    title = Text("Sagen er ikke lukket ved flytning.", "The case was not closed by a move.")


class AlreadyReceived(RuleBroken):
    """The new authority has confirmed already."""

    slug = "already-received"
    title = Text("Modtagelsen er allerede bekræftet.", "The arrival is confirmed already.")


class ReceivedInTheFuture(BadInput):
    """An authority confirms what has happened."""

    slug = "received-in-the-future"
    title = Text("Modtagelsen ligger i fremtiden.", "The arrival lies in the future.")


class PeriodBackwards(BadInput):
    """A period ends before it begins."""

    slug = "period-backwards"
    title = Text("Perioden slutter, før den begynder.", "The period ends before it begins.")
