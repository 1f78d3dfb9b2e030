"""What criteria sets and assessments can refuse, by name."""

from dataclasses import dataclass

from chassis.errors import BadInput, NotFound, RuleBroken, Text


@dataclass(frozen=True, slots=True)
class WritingFault:
    """What is wrong with one place of a criteria set or of what was told for an assessment: where, and a code."""

    pointer: str
    code: str


class FaultyWriting(ValueError):
    """What was written cannot be taken. `faults` are all that is wrong with it."""

    def __init__(self, faults: tuple[WritingFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.code}" for fault in faults))
        self.faults = faults


class CriteriaSetNotFound(NotFound):
    """The criteria set is absent, another authority's, or a draft that is not shown to the caller: one answer."""


class CriteriaCodeTaken(RuleBroken):
    """The code is one of a criteria set that ships with the product: an authority's own goes by another."""

    slug = "criteria-code-taken"
    title = Text(
        "Koden bruges af et kriteriesæt, der følger med systemet.",
        "The code is used by a criteria set that ships with the product.",
    )


class CriteriaSetIsPublished(RuleBroken):
    """What citizens have been measured against is not rewritten: a new edition is made."""

    slug = "criteria-set-published"
    title = Text(
        "Et offentliggjort kriteriesæt ændres ikke. Lav en ny udgave.",
        "A published criteria set is not changed. Make a new edition.",
    )


class PublishedInThePast(BadInput):
    """Rules are in force from today at the earliest: nobody is measured by rules that could not be read."""

    slug = "publication-in-the-past"
    title = Text(
        "Et kriteriesæt kan tidligst gælde fra i dag.", "A criteria set can be in force from today at the earliest."
    )


class CriteriaDayTaken(RuleBroken):
    """Another edition of the same code is in force from that very day."""

    slug = "criteria-day-taken"
    title = Text(
        "En anden udgave gælder fra samme dag.",
        "Another edition is in force from the same day.",
    )


class CriteriaSetNotInForce(RuleBroken):
    """A citizen's situation is held against criteria in force on the day. Facts: `validFrom`, `validTo`."""

    slug = "criteria-set-not-in-force"
    title = Text("Kriteriesættet gælder ikke i dag.", "The criteria set is not in force today.")


class PathMissing(RuleBroken):
    """Nobody is outside the target group without somebody responsible for what happens instead (A3). Facts:
    `rulesSelect`, what the criteria came to."""

    slug = "path-missing"
    title = Text(
        "Borgeren er ikke udpeget: angiv, hvilket fagområde og hvem der har ansvaret for vejen videre.",
        "The citizen is not selected: say which sector and who is responsible for what happens instead.",
    )


class PathSectorNotInvolved(RuleBroken):
    """Nobody is made responsible by having its name written: the sector has no part in the case."""

    slug = "path-sector-not-involved"
    title = Text(
        "Fagområdet medvirker ikke i sagen. Henvis borgeren til det først.",
        "That sector has no part in the case. Refer the citizen to it first.",
    )


class DeviationWithoutDifference(RuleBroken):
    """The decision is what the criteria came to: there is nothing to give a reason for."""

    slug = "deviation-without-difference"
    title = Text("Afgørelsen afviger ikke fra kriterierne.", "The decision does not deviate from the criteria.")


class JudgementWithoutReason(BadInput):
    """A professional judgement is told with what it rests on. Facts: `criteria`, those without."""

    slug = "judgement-without-reason"
    title = Text("En faglig vurdering skal begrundes.", "A professional judgement must be told with what it rests on.")
