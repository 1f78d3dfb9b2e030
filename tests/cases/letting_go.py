"""What letting go with nothing to hand on takes: every sector asked, and the citizen heard."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.cases.domain.case import Case
from services.cases.domain.screening import Hearing, Screening
from tests.cases.builders import HOUR, MONDAY, case, hear, need, referral

DAY = timedelta(days=1)


def asked(made: Case, *sectors: str, outcome: Any = "no-need", at: Any = MONDAY + 3 * HOUR) -> None:
    """These sectors were asked whether the citizen needs them."""
    for sector in sectors:
        made.screen(Screening(uuid4(), sector, outcome, "social", at))


def heard(made: Case, at: Any = MONDAY + 3 * HOUR) -> None:
    """The citizen has been heard."""
    made.hear_citizen(Hearing(uuid4(), at, "Det er fint.", "social", at + HOUR))


def with_social() -> Case:
    """Social has a part from Monday eleven o'clock, and owns nothing."""
    return hear(case(one := need()), referral(one, "social", steps="a"))
