"""What the gateway refuses in its own name."""

from chassis.errors import Text
from chassis.problems import Unavailable


class UpstreamTimeout(Unavailable):
    """The service took longer than we let anybody wait, or the caller longer than we wait for a body (503)."""

    slug = "upstream-timeout"
    title = Text("Det tog for lang tid.", "It took too long.")
    detail = Text(
        "Vi ved ikke, om det nåede at virke. Prøv igen med samme Idempotency-Key.",
        "We do not know whether it took effect. Try again with the same Idempotency-Key.",
    )


class Overloaded(Unavailable):
    """More requests are under way than the gateway takes on at once (503)."""

    slug = "overloaded"
    title = Text("Der er for travlt lige nu.", "Too busy right now.")
