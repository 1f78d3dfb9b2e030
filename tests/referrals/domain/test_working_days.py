"""Which days people are at work in Denmark: the library keeps the list, these are the days people argue over."""

from datetime import date, timedelta

import pytest

from chassis.working_days import is_working_day


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 2),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2023, 5, 5),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2025, 12, 26),
        date(2026, 11, 21),
        date(2026, 11, 22),
    ],
    ids=str,
)
def test_nobody_is_at_work(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 4, 26),  # Store bededag, abolished from that year
        date(2026, 5, 1),
        date(2026, 6, 5),
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2024, 2, 29),
        date(2027, 3, 24),
    ],
    ids=str,
)
def test_an_office_that_chose_to_close_keeps_nobody_waiting(day: date) -> None:
    assert is_working_day(day)


def test_every_year_takes_the_five_weekdays_of_easter_to_pentecost_and_what_christmas_leaves() -> None:
    for year in range(2024, 2051):
        days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
        weekdays = [day for day in days if day.weekday() < 5]
        assert 6 <= len(weekdays) - sum(map(is_working_day, days)) <= 8, year
