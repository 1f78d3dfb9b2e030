"""Reports on an authority's own conduct."""

from chassis.wire import Day, View


class GroundCountView(View):
    """How often a sector did so on one ground."""

    sector: str
    ground: str
    n: int


class ReleaseReportView(View):
    """Letting go, by sector and ground, from a day to a day (both counted, in Denmark).

    Every release and closure is in it, overrides too: going round the gate is never silent. The counts are exact, for
    they are of an authority's own acts and are read by its team leads and auditors; no citizen is named.
    """

    first: Day
    last: Day
    releases: list[GroundCountView]
    closures: list[GroundCountView]
