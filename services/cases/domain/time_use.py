"""What working time went to: to help, or to control? Told in months, never of so few that one of them could be seen."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.cases.domain.entry import PurposeKind
from services.cases.domain.errors import PeriodBackwards

# A cell of fewer citizens is told as "fewer" and without its minutes. There is no total from which it could be taken.
FEWEST_TOLD = 5


@dataclass(frozen=True, slots=True)
class TimeUse:
    """The minutes of one month, sector and purpose, and of how many citizens they are."""

    month: date
    sector: str
    purpose_kind: PurposeKind | None
    minutes: int
    citizens: int


def whole_months(first: date, last: date) -> tuple[date, date]:
    """The first day of the month in which a period begins, and the first day after the month in which it ends.

    Days of the caller's choice would tell single people apart: this period with Tuesday, and the same without it.

    Raises:
        PeriodBackwards.
    """
    if last < first:
        raise PeriodBackwards()
    return first.replace(day=1), (last.replace(day=28) + timedelta(days=4)).replace(day=1)
