"""What the directory refuses, by name."""

from chassis.errors import NotAllowed, RuleBroken, Text


class NotYourService(NotAllowed):
    """Somebody of another sector or unit tells how much room a service has."""

    slug = "not-your-service"
    title = Text(
        "Kun tilbuddets egen enhed kan oplyse om dets kapacitet.",
        "Only the service's own unit can tell of its capacity.",
    )


class ServiceWithoutSector(RuleBroken):
    """Nobody has said which sector the service belongs to, so nobody is told of its room."""

    slug = "service-without-sector"
    title = Text("Tilbuddet hører endnu ikke til et fagområde.", "The service does not belong to a sector yet.")


class CapacityIsOlder(RuleBroken):
    """A newer count is known. Facts: `asOf`, its day."""

    slug = "capacity-is-older"
    title = Text("Der er allerede oplyst en nyere kapacitet.", "A newer capacity is already known.")


class EntryToldDifferently(RuleBroken):
    """An organisation or a location inside a service says something else than the directory. Facts: `pointer`."""

    slug = "entry-told-differently"
    title = Text(
        "Organisationen eller stedet står anderledes i tilbudskataloget.",
        "The directory says something else of the organisation or the location.",
    )
    detail = Text(
        "Ret den på dens egen adresse, eller indlæs en fil.",
        "Change it at its own address, or import a file.",
    )


class EntryUnknown(RuleBroken):
    """A service names an organisation or a location that is not in the directory. Facts: `pointer`."""

    slug = "entry-unknown"
    title = Text(
        "Organisationen eller stedet står ikke i tilbudskataloget.",
        "The organisation or the location is not in the directory.",
    )
