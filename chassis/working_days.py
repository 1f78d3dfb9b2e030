"""Which days people are at work in Denmark, by the well-kept list of the `holidays` library.

A day off is a Saturday, a Sunday or a public holiday (*helligdag*) of the year it lies in: Store bededag was one until
2023. Christmas Eve, New Year's Eve, 1 May and Constitution Day are not public holidays, however quiet the office is:
they count as working days, so a citizen never waits longer because an office chose to close.
"""

from datetime import date

from holidays import country_holidays

_SATURDAY = 5
# Fills itself, a year at a time, with the years that are asked for.
_PUBLIC = country_holidays("DK", categories=("public",))


def is_working_day(day: date) -> bool:
    """True for a weekday that is no public holiday."""
    return day.weekday() < _SATURDAY and day not in _PUBLIC
