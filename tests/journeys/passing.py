"""Days go by in a town whose clock cannot be set: what has been written down is moved into the past instead."""

import psycopg

from helhed.databases import with_database
from helhed.embedded import Postgres
from helhed.home import Home
from tests.journeys.stage import Stage


def pause_began(stage: Stage, referral: str, *, days_ago: int) -> None:
    """The citizen has wanted a pause for so many days already."""
    url = Postgres(Home(stage.town.home), stage.town.port("postgres")).admin_url
    which = [days_ago, stage.authority, referral.removeprefix("/v1/referrals/")]
    with psycopg.connect(with_database(url, "helhed_referrals")) as admin:
        clocks = admin.execute(
            "update referral_clocks set paused_on = paused_on - %s where authority = %s and referral_id = %s", which
        )
        held = admin.execute(
            "update referrals set on_hold_since = on_hold_since - %s * interval '1 day' "
            "where authority = %s and id = %s",
            which,
        )
        assert (clocks.rowcount > 0, held.rowcount) == (True, 1)
