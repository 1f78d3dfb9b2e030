"""What is refused about units, staff, absences and closing plans."""

from chassis.errors import BadInput, NotAllowed, RuleBroken, Text


class AuthorityRequired(NotAllowed):
    """Who decides for an authority has one in their token."""

    slug = "authority-required"
    title = Text("Du handler ikke for nogen myndighed.", "You do not act for an authority.")


class UnitNotYours(NotAllowed):
    """A team lead ends and plans for the units of the own sector."""

    slug = "unit-not-yours"
    title = Text("Enheden hører til et andet fagområde.", "The unit is of another sector.")


class UnitMisnamed(BadInput):
    """The id names another sector than the unit's (`health:alkohol` is a unit of health)."""

    slug = "unit-misnamed"
    title = Text("Enhedens id nævner et andet fagområde.", "The unit's id names another sector.")


class UnitUnknown(BadInput):
    """No unit of that id is in force in this authority and sector."""

    slug = "unit-unknown"
    title = Text("Enheden kendes ikke i fagområdet.", "The unit is not known in that sector.")


class UnitAboveItself(RuleBroken):
    """A unit cannot stand below itself."""

    slug = "unit-above-itself"
    title = Text("En enhed kan ikke ligge under sig selv.", "A unit cannot stand below itself.")


class UnitHasEnded(RuleBroken):
    """The unit has ended, or its end is set: it takes nobody in."""

    slug = "unit-has-ended"
    title = Text("Enheden er nedlagt.", "The unit has ended.")


class UnitHasUnits(RuleBroken):
    """Units below it have not ended. Facts: `units`."""

    slug = "unit-has-units"
    title = Text("Enheden har underliggende enheder.", "There are units below it.")


class UnitStillHolds(RuleBroken):
    """Somebody would fall if the unit ended now (I30). Facts: `n`, in how many cases it has a part."""

    slug = "unit-still-holds"
    title = Text("Enheden har stadig borgere.", "The unit still holds somebody.")
    detail = Text(
        "Alle skal være grebet andetsteds først: lav en lukkeplan, den viser hver sag.",
        "All must be caught elsewhere first: make a closing plan, it shows every case.",
    )


class EndingInThePast(BadInput):
    """A unit ends today or later: nobody knows today what it will have held before."""

    slug = "ending-in-the-past"
    title = Text("En enhed kan ikke nedlægges bagud.", "A unit cannot end in the past.")


class StaffNotYours(NotAllowed):
    """Absences are recorded by the person, a team lead of the sector, or an administrator."""

    slug = "staff-not-yours"
    title = Text("Medarbejderen hører til et andet fagområde.", "That colleague is not of your sector.")


class AbsenceBackwards(BadInput):
    """An absence ends no earlier than it begins."""

    slug = "absence-backwards"
    title = Text("Fraværet slutter, før det begynder.", "The absence ends before it begins.")


class AbsenceOverlaps(RuleBroken):
    """One absence at a time: change the one there is. Facts: `absence`, its id."""

    slug = "absence-overlaps"
    title = Text("Der er allerede registreret fravær i perioden.", "An absence is recorded for those days already.")


class AbsenceEnded(RuleBroken):
    """The absence is over by that day already."""

    slug = "absence-ended"
    title = Text("Fraværet er allerede slut.", "The absence is over already.")


class SubstituteUnfit(BadInput):
    """A substitute is another member of the sector's staff, employed while the absence begins."""

    slug = "substitute-unfit"
    title = Text(
        "Vikaren skal være en anden ansat i fagområdet.", "The substitute must be another member of the sector's staff."
    )


class UnitUnfit(RuleBroken):
    """The authority has its units on file, and no unit of the sector that takes people in today is called so."""

    slug = "unit-unfit"
    title = Text("Fagområdet har ingen sådan enhed i dag.", "The sector has no such unit today.")


class CoordinatorUnfit(RuleBroken):
    """The authority has its staff on file, and the person is not of the sector's staff today."""

    slug = "coordinator-unfit"
    title = Text("Koordinatoren skal være ansat i fagområdet.", "The coordinator must be of the sector's staff.")
