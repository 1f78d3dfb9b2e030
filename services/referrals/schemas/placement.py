"""What an authority says of a service beside what HSDS has words for: the member `helhed` of an HSDS service."""

from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from chassis.sectors import Sector
from chassis.wire import Body, Code, Day, LongText, UnitId
from services.referrals.domain.handover import Section

MunicipalityCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{4}$")]
CriteriaSetId = Annotated[
    str,
    StringConstraints(
        strict=True,
        max_length=36,
        pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    ),
]


class EligibilityText(Body):
    """Whom the service is for, in both languages: what a citizen is measured by is published."""

    da: LongText
    en: LongText


class HandoverRequirementRequest(Body):
    """What a request to the service should say, from a day on. Of several the one with the latest day that has come
    holds; an empty list asks for nothing."""

    valid_from: Day
    sections: Annotated[list[Section], Field(max_length=10)]


class PlacementRequest(Body):
    """Whose the service is, which needs it covers, whose citizens may use it, whether the public sees it, and whether
    whoever gives it answers by link.

    No `municipalities` means everybody's. `handoverRequires` is told where something is missing, and refuses nothing;
    without it, what all services ask for is asked for. `criteriaSetId` names a published criteria set of cases.
    """

    sector: Sector | None = None
    unit: UnitId | None = None
    covers: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)
    municipalities: Annotated[list[MunicipalityCode], Field(max_length=98)] = Field(default_factory=list)
    eligibility: EligibilityText | None = None
    criteria_set_id: CriteriaSetId | None = None
    # Not a text and not a number: who writes "no" would have published.
    published: StrictBool = False
    partner_links: StrictBool = Field(
        default=False,
        description="True: whoever gives the service has no system to answer with, so senders may make links to "
        "referrals that are put to it. Whoever has such a link answers as the service's unit: never set it for a unit "
        "whose people have a login.",
    )
    handover_requires: Annotated[list[HandoverRequirementRequest], Field(max_length=50)] = Field(default_factory=list)
