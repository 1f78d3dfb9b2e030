"""What the record can refuse."""

from chassis.errors import BadInput, RuleBroken, Text


class NotYetHappened(BadInput):
    """A contact or a note tells of what has been."""

    slug = "not-yet-happened"
    title = Text("Det er ikke sket endnu.", "That has not happened yet.")


class NothingToCorrect(RuleBroken):
    """A correction names an entry of the same kind, in the same case, by the same sector."""

    slug = "nothing-to-correct"
    title = Text(
        "Der er ingen sådan indførsel fra dit fagområde i sagen.", "Your sector has no such entry in this case."
    )


class EntryAlreadyCorrected(RuleBroken):
    """Another entry holds instead. Facts: `correctedBy`, its id."""

    slug = "entry-already-corrected"
    title = Text("Indførslen er allerede rettet.", "The entry has been corrected already.")


class AppointmentUnknown(RuleBroken):
    """A contact names an appointment of the same case, made by the same sector."""

    slug = "appointment-unknown"
    title = Text("Dit fagområde har ingen sådan aftale i sagen.", "Your sector has no such appointment in this case.")


class OutcomeAlreadyTold(RuleBroken):
    """What became of an appointment is told once. Facts: `outcome`."""

    slug = "outcome-already-told"
    title = Text("Det er allerede noteret, hvordan aftalen gik.", "What became of the appointment is noted already.")
    detail = Text(
        "Var det forkert, så ret aftalen med en ny, og notér hvordan den gik.",
        "If that was wrong, correct the appointment by a new one and note what became of it.",
    )


class AppointmentNotYet(RuleBroken):
    """Nobody can know yet whether an appointment to come is held or missed. It can be moved."""

    slug = "appointment-not-yet"
    title = Text("Aftalen er ikke kommet endnu.", "The appointment is still to come.")


class DayToCome(BadInput):
    """Who will coordinate what is not known."""

    slug = "day-to-come"
    title = Text("Dagen er ikke kommet endnu.", "That day has not come yet.")
