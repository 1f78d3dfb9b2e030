"""Parts in a case on the wire: a sector's involvement, the coordinator, who decides and who pays."""

from typing import Literal
from uuid import UUID

from chassis.wire import AuthorityCode, Body, Code, Moment, SectorCode, UnitId, View
from services.cases.domain.case import Case
from services.cases.domain.responsibility import Party, Responsibility
from services.cases.schemas.subjects import OpaqueSubject


class InvolvementRequest(Body):
    """Give a sector a part. Without `legalBasis` it rests on a consent from the holder's sector to that sector."""

    sector: SectorCode
    unit: UnitId | None = None
    because: Code
    legal_basis: Code | None = None


class InvolvementView(View):
    """A sector's part in the case. It is a part of its case: `version` is the case's."""

    id: UUID
    case_id: UUID
    sector: str
    unit: str | None
    since: Moment
    until: Moment | None
    because: str
    version: int
    allowed_actions: list[str]


class CoordinatorRequest(Body):
    """Who coordinates from now on, in the holding sector; with `unit`, that unit holds."""

    subject: OpaqueSubject
    unit: UnitId | None = None


class PartyRequest(Body):
    """Which authority decides (`acting`, handlekommune) or pays (`paying`, betalingskommune) from now on."""

    kind: Literal["acting", "paying"]
    authority: AuthorityCode
    because: Code


class StatedPartyView(View):
    """Which authority decided, or paid, from when to when. `version` is the case's."""

    id: UUID
    case_id: UUID
    kind: str
    authority: str
    since: Moment
    until: Moment | None
    because: str
    by_sector: str
    version: int
    allowed_actions: list[str]


def involvement(case: Case, part: Responsibility) -> InvolvementView:
    """One part, as it is shown."""
    return InvolvementView(
        id=part.id,
        case_id=case.id,
        sector=part.sector,
        unit=part.unit,
        since=part.since,
        until=part.until,
        because=part.because,
        version=case.version,
        allowed_actions=[],
    )


def party(case: Case, stated: Party) -> StatedPartyView:
    """One statement, as it is shown."""
    return StatedPartyView(
        id=stated.id,
        case_id=case.id,
        kind=stated.kind,
        authority=stated.authority,
        since=stated.since,
        until=stated.until,
        because=stated.because,
        by_sector=stated.by_sector,
        version=case.version,
        allowed_actions=[],
    )
