"""What a trial, its legal basis and an enrolment can refuse, by name."""

from chassis.errors import BadInput, InvalidTransition, NotAllowed, NotFound, RuleBroken, Text


class TrialNotFound(NotFound):
    """The trial is absent, or the caller has no part in it: one answer."""


class EnrolmentNotFound(NotFound):
    """The enrolment is absent or not the caller's: one answer."""


class ProtocolUnsound(BadInput):
    """Arms, strata, allocation and legal basis do not fit together. Facts: `errors`-like codes in `faults`."""

    slug = "protocol-unsound"
    title = Text(
        "Grupper, strata, fordeling og hjemmel passer ikke sammen.",
        "Arms, strata, allocation and legal basis do not fit together.",
    )


class TrialStep(InvalidTransition):
    """The trial is not where this step begins."""


class LegalBasisStep(InvalidTransition):
    """That cannot be decided of the legal basis now."""


class LegalBasisEndsBeforeItBegins(RuleBroken):
    """A legal basis does not end before its first day."""

    slug = "legal-basis-ends-before-it-begins"
    title = Text("Hjemlen kan ikke ophøre, før den begynder.", "The legal basis cannot end before it begins.")


class TrialIsRegistered(RuleBroken):
    """What is registered is not changed; it is amended, with a date and a reason (I17)."""

    slug = "trial-is-registered"
    title = Text(
        "Forsøget er registreret: det ændres kun ved en dateret ændring.",
        "The trial is registered: it changes only by a dated amendment.",
    )


class NothingToAmend(RuleBroken):
    """A draft is changed; only what is registered is amended."""

    slug = "trial-is-draft"
    title = Text("Forsøget er en kladde, som kan rettes.", "The trial is a draft, which can be changed.")


class TrialHasNoOutcomes(RuleBroken):
    """Outcomes are fixed before anybody is enrolled (I17)."""

    slug = "trial-without-outcomes"
    title = Text("Forsøget har ingen udfaldsmål.", "The trial has no outcomes.")


class TrialHasNoSite(RuleBroken):
    """Nobody can be recruited where no authority takes part."""

    slug = "trial-without-site"
    title = Text("Ingen myndighed deltager i forsøget.", "No authority takes part in the trial.")


class SiteExists(RuleBroken):
    """The authority is a site of the trial already."""

    slug = "site-exists"
    title = Text("Myndigheden deltager allerede.", "The authority takes part already.")


class AllocationsPending(RuleBroken):
    """Somebody is still to be allocated: who knew the seed could compute their arm. Facts: `pending`, how many."""

    slug = "allocations-pending"
    title = Text("Nogen er endnu ikke fordelt.", "Somebody is still to be allocated.")


class SeedSealed(RuleBroken):
    """The seed is told when the trial has stopped recruiting, and until then there is no sequence to check."""

    slug = "seed-sealed"
    title = Text("Frøet er endnu ikke åbnet.", "The seed is not revealed yet.")


class NotRecruiting(RuleBroken):
    """The trial takes in nobody now."""

    slug = "trial-not-recruiting"
    title = Text("Forsøget optager ikke deltagere nu.", "The trial is not recruiting.")


class LegalBasisMissing(RuleBroken):
    """An arm exempts from something, and nothing permits that today."""

    slug = "legal-basis-not-in-force"
    title = Text(
        "Hjemlen er ikke givet eller gælder ikke i dag.", "The legal basis is not granted or not in force today."
    )


class EffortConsentMissing(RuleBroken):
    """Nobody takes part in an effort they have not agreed to."""

    slug = "consent-to-effort-missing"
    title = Text("Borgeren har ikke samtykket til indsatsen.", "The citizen has not agreed to the effort.")


class UnknownStratum(BadInput):
    """The stratum is not one of the trial's. Facts: `strata`, those it has."""

    slug = "unknown-stratum"
    title = Text("Stratum er ikke et af forsøgets.", "The stratum is not one of the trial's.")


class AlreadyEnrolled(RuleBroken):
    """The citizen takes part in this trial, or in one that excludes it (I15)."""

    slug = "already-enrolled"
    title = Text(
        "Borgeren deltager allerede i forsøget eller i et, der udelukker det.",
        "The citizen takes part already, in this trial or in one that excludes it.",
    )


class ArmNotYoursToName(NotAllowed):
    """The arm is drawn, or follows from a rule; only where the protocol says so does a team lead name it."""

    slug = "arm-is-not-named"
    title = Text("Gruppen vælges ikke her.", "The arm is not named here.")


class ArmMustBeNamed(BadInput):
    """In this trial the arm is named, and it must be one of the trial's. Facts: `arms`."""

    slug = "arm-must-be-named"
    title = Text("Nævn en af forsøgets grupper.", "Name one of the trial's arms.")


class ClusterMissing(RuleBroken):
    """Allocation is by caseworker or unit, and the case names none."""

    slug = "case-without-cluster"
    title = Text("Sagen har ikke den, fordelingen følger.", "The case lacks what the allocation follows.")


class BaselineNotAwaited(RuleBroken):
    """The baseline is recorded once, before the allocation, for who is evaluated."""

    slug = "baseline-not-awaited"
    title = Text("Der ventes ikke på en baseline.", "No baseline is awaited.")


class NothingToWithdraw(RuleBroken):
    """The citizen has left already."""

    slug = "enrolment-not-active"
    title = Text("Borgeren deltager ikke længere.", "The citizen no longer takes part.")


class EndNotAhead(BadInput):
    """Ordinary rules never return retroactively: the day lies ahead."""

    slug = "end-not-ahead"
    title = Text("Dagen skal ligge i fremtiden.", "The day must lie ahead.")


class EvaluationTooLate(RuleBroken):
    """The arm is known already: a baseline taken now would not be one. Taking part without evaluation is open."""

    slug = "evaluation-after-allocation"
    title = Text(
        "Gruppen er allerede kendt, så borgeren kan deltage uden at indgå i evalueringen.",
        "The arm is known already, so the citizen can take part without being evaluated.",
    )
