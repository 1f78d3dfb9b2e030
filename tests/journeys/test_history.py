"""The eye that looks for gaps sees them."""

from helhed.demo.caller import Json
from tests.journeys.history import gaps, instants

NINE, TEN, ELEVEN, NOON = (f"2026-01-05T{hour:02d}:00:00Z" for hour in (9, 10, 11, 12))


def held(since: str, to: str | None) -> Json:
    """One stretch of holding."""
    return {"kind": "holder", "from": since, "to": to}


def test_no_gap_is_seen_where_there_is_none() -> None:
    assert gaps([held(NINE, TEN), held(TEN, None)], "holder", NINE, None) == []


def test_every_gap_is_seen() -> None:
    assert gaps([], "holder", NINE, None)
    assert gaps([held(TEN, None)], "holder", NINE, None)
    assert gaps([held(NINE, TEN), held(ELEVEN, None)], "holder", NINE, None)
    assert gaps([held(NINE, ELEVEN), held(TEN, None)], "holder", NINE, None)
    assert gaps([held(NINE, TEN)], "holder", NINE, NOON)


def test_every_seam_is_asked_about_and_the_moments_beside_it() -> None:
    asked = [moment.isoformat() for moment in instants([held(NINE, TEN), held(TEN, None)], NOON)]

    seam = ["2026-01-05T09:59:59.999999+00:00", "2026-01-05T10:00:00+00:00", "2026-01-05T10:00:00.000001+00:00"]
    assert asked[0] == "2026-01-05T09:00:00+00:00"
    assert [moment for moment in asked if moment in seam] == seam
    assert asked[-1] == "2026-01-05T12:00:00+00:00"
