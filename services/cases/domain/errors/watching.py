"""What the watch over a case can refuse."""

from chassis.errors import BadInput, NotAllowed, RuleBroken, Text


class AlarmHasEnded(RuleBroken):
    """The citizen has said already that it is over."""

    slug = "citizen-alarm-ended"
    title = Text("Alarmen er allerede afsluttet.", "The alarm has ended already.")


class AlarmNotYours(NotAllowed):
    """An alarm ends with the holder, the sector that took it down, or the one that owns the need it is about."""

    slug = "citizen-alarm-not-yours"
    title = Text("Alarmen er ikke jeres at afslutte.", "The alarm is not yours to end.")


class AlarmOfNoNeed(BadInput):
    """The case has no need with that id."""

    slug = "citizen-alarm-of-no-need"
    title = Text("Sagen har ikke det behov.", "The case has no such need.")


class AlreadyAcknowledged(RuleBroken):
    """Somebody has taken note of it already."""

    slug = "already-acknowledged"
    title = Text("Nogen har allerede kvitteret for beskeden.", "Somebody has acknowledged it already.")
