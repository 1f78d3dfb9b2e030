"""Screenings and hearings on the wire."""

from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of, now
from chassis.wire import Body, LongText, Moment, SectorCode, View
from services.cases.domain.access import may_read_words
from services.cases.domain.case import Case
from services.cases.domain.screening import Finding, Hearing, Screening
from services.cases.schemas.watching import STATEMENTS


class ScreeningRequest(Body):
    """Which sector was asked whether it can help, and what it found."""

    sector: SectorCode
    outcome: Finding


class ScreeningView(View):
    """One sector's look. `version` is the case's."""

    id: UUID
    case_id: UUID
    sector: str
    outcome: Finding
    by_sector: str
    at: Moment
    version: int
    allowed_actions: list[str]


class HearingRequest(Body):
    """When the citizen was heard on being let go, and what the citizen said, in own words."""

    at: Moment
    statement: LongText


class HearingView(View):
    """What the citizen said. It is for the sector that heard it, the holder, and who let go after it.

    `version` is the case's.
    """

    id: UUID
    case_id: UUID
    at: Moment
    statement: str | None
    by_sector: str
    recorded_at: Moment
    version: int
    allowed_actions: list[str]


def screening(case: Case, made: Screening) -> ScreeningView:
    """One screening, as it is shown."""
    return ScreeningView(
        id=made.id,
        case_id=case.id,
        sector=made.sector,
        outcome=made.outcome,
        by_sector=made.by_sector,
        at=made.at,
        version=case.version,
        allowed_actions=[],
    )


def hearing(case: Case, made: Hearing, actor: Actor) -> HearingView:
    """One hearing, as it is shown."""
    told = may_read_words(case, actor, made.by_sector, today=day_of(now()), category=STATEMENTS, after=made.at)
    return HearingView(
        id=made.id,
        case_id=case.id,
        at=made.at,
        statement=made.statement if told else None,
        by_sector=made.by_sector,
        recorded_at=made.recorded_at,
        version=case.version,
        allowed_actions=[],
    )
