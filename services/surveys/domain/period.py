"""Periods as programmes write them: a number of years, months, weeks or days (ISO 8601, `P14D`, `P3M`)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months and days. Hours have no place in a survey programme."""

    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `P1Y`, `P3M`, `P2W`, `P14D` or a combination in that order.

        Raises:
            ValueError: it is not such a period.
        """
        found = _PERIOD.fullmatch(text)
        if found is None:
            raise ValueError(f"not a period of years, months, weeks and days: {text!r}")
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        return cls(months=12 * years + months, days=7 * weeks + days)

    @property
    def is_zero(self) -> bool:
        """True for a period of no length: at once."""
        return not (self.months or self.days)

    def after(self, start: datetime) -> datetime:
        """The moment this period later. A day the month lacks becomes its last: 31 January + P1M is 28 February."""
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        day = min(start.day, monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day) + timedelta(days=self.days)
