"""As much of FHIR R4 (4.0.1) as a referral is told in: Task, ServiceRequest, and what they are made of.

Written from the specification (hl7.org/fhir/R4). FHIR knows no null and no empty list: what is absent is left out, so
the routes leave out what is None. Who checks the shapes from outside is `fhir.resources`, in tests.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from chassis.wire import Day, Moment

MEDIA_TYPE = "application/fhir+json"

ServiceRequestStatus = Literal["draft", "active", "on-hold", "revoked", "completed", "entered-in-error"]


class FhirElement(BaseModel):
    """A part of a resource. Unlike a view of our own it has only the members that have something to say."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, serialize_by_alias=True)


class FhirCoding(FhirElement):
    """A code, and the system it is a code of."""

    system: str
    code: str


class FhirConcept(FhirElement):
    """CodeableConcept: a code, words, or both."""

    coding: list[FhirCoding] | None = None
    text: str | None = None


class FhirIdentifier(FhirElement):
    """What something is called in a system."""

    system: str
    value: str


class FhirReference(FhirElement):
    """Something else: by its address here, or (a logical reference) by what it is called."""

    reference: str | None = None
    type_: str | None = Field(default=None, alias="type")
    identifier: FhirIdentifier | None = None
    display: str | None = None


class FhirPeriod(FhirElement):
    """Period, of moments."""

    start: Moment | None = None
    end: Moment | None = None


class FhirDays(FhirElement):
    """Period, of days."""

    start: Day
    end: Day


class FhirNote(FhirElement):
    """Annotation: somebody's words."""

    author_reference: FhirReference
    time: Moment | None = None
    text: str


class FhirAbsent(FhirElement):
    """Extension `data-absent-reason`."""

    url: Literal["http://hl7.org/fhir/StructureDefinition/data-absent-reason"] = (
        "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    )
    value_code: Literal["masked"] = "masked"


class FhirWithheld(FhirElement):
    """In the place of a value that must be there and that this caller is not told."""

    extension: list[FhirAbsent] = [FhirAbsent()]


class FhirMeta(FhirElement):
    """Which version this is. `security` says `REDACTED` where this caller is not told all of it."""

    version_id: str
    last_updated: Moment | None = None
    security: list[FhirCoding] | None = None


class FhirResource(FhirElement):
    """What every resource has."""

    id: str
    meta: FhirMeta

    @property
    def version(self) -> int:
        """The version it was read in: its ETag."""
        return int(self.meta.version_id)


class FhirRestriction(FhirElement):
    """By when."""

    period: FhirDays


class FhirOutput(FhirElement):
    """Task.output: one thing that came of it. Exactly one value is there."""

    type_: FhirConcept = Field(alias="type")
    value_boolean: bool | None = None
    value_codeable_concept: FhirConcept | None = None
    value_date_time: Moment | None = None
    value_identifier: FhirIdentifier | None = None
    value_integer: int | None = None
    value_reference: FhirReference | None = None


class FhirTask(FhirResource):
    """A referral as a FHIR R4 Task: how far it has come. Without `status` it is one that the caller is not told."""

    resource_type: Literal["Task"] = "Task"
    status: str | None = None
    status_withheld: FhirWithheld | None = Field(default=None, alias="_status")
    status_reason: FhirConcept | None = None
    business_status: FhirConcept | None = None
    intent: Literal["order"] = "order"
    code: FhirConcept
    focus: FhirReference
    for_: FhirReference = Field(alias="for")
    execution_period: FhirPeriod | None = None
    authored_on: Moment
    last_modified: Moment | None = None
    requester: FhirReference
    performer_type: list[FhirConcept]
    owner: FhirReference
    note: list[FhirNote] | None = None
    restriction: FhirRestriction | None = None
    output: list[FhirOutput] | None = None


class FhirServiceRequest(FhirResource):
    """A referral as a FHIR R4 ServiceRequest: what is asked, of whom, for whom, and why."""

    resource_type: Literal["ServiceRequest"] = "ServiceRequest"
    identifier: list[FhirIdentifier]
    replaces: list[FhirReference] | None = None
    status: ServiceRequestStatus | None = None
    status_withheld: FhirWithheld | None = Field(default=None, alias="_status")
    intent: Literal["order"] = "order"
    category: list[FhirConcept]
    subject: FhirReference
    authored_on: Moment
    requester: FhirReference
    performer_type: FhirConcept
    performer: list[FhirReference]
    supporting_info: list[FhirReference]
    note: list[FhirNote] | None = None
