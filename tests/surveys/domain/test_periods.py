"""Periods as programmes write them."""

from datetime import UTC, datetime

import pytest

from services.surveys.domain.period import Period


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [("P0D", 0, 0), ("P14D", 0, 14), ("P2W", 0, 14), ("P3M", 3, 0), ("P1Y", 12, 0), ("P1Y6M1W3D", 18, 10)],
)
def test_a_period_is_months_and_days(text: str, months: int, days: int) -> None:
    """Years and weeks are only other ways to write them."""
    assert Period.parse(text) == Period(months, days)


@pytest.mark.parametrize("text", ["", "P", "14D", "P14", "PT1H", "P-1D", "P1D3M", "P1.5M", "P14D ", "p14d"])
def test_what_is_no_such_period_is_refused(text: str) -> None:
    """Also hours: a survey programme has none."""
    with pytest.raises(ValueError, match="not a period"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ((2026, 1, 31), "P1M", (2026, 2, 28)),
        ((2028, 1, 31), "P1M", (2028, 2, 29)),
        ((2026, 11, 20), "P3M", (2027, 2, 20)),
        ((2026, 12, 31), "P2M", (2027, 2, 28)),
        ((2026, 11, 20), "P14D", (2026, 12, 4)),
        ((2026, 12, 15), "P1M", (2027, 1, 15)),
        ((2026, 11, 20), "P0D", (2026, 11, 20)),
    ],
)
def test_a_period_later_is_a_day_that_exists(start: tuple[int, ...], text: str, end: tuple[int, ...]) -> None:
    """A day that the month lacks becomes its last."""
    year, month, day = start

    assert Period.parse(text).after(datetime(year, month, day, 9, 30, tzinfo=UTC)) == datetime(*end, 9, 30, tzinfo=UTC)
