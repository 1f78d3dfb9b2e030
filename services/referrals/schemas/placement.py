"""What an authority says of a service beside what HSDS has words for: the member `helhed` of an HSDS service."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.sectors import Sector
from chassis.wire import Body, Code, LongText, UnitId

MunicipalityCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{4}$")]


class EligibilityText(Body):
    """Whom the service is for, in both languages: what a citizen is measured by is published."""

    da: LongText
    en: LongText


class PlacementRequest(Body):
    """Whose the service is, which needs it covers, whose citizens may use it, and whether the public sees it.

    No `municipalities` means everybody's. `criteriaSetId` names a published criteria set of cases.
    """

    sector: Sector | None = None
    unit: UnitId | None = None
    covers: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)
    municipalities: Annotated[list[MunicipalityCode], Field(max_length=98)] = Field(default_factory=list)
    eligibility: EligibilityText | None = None
    criteria_set_id: UUID | None = None
    published: bool = False
