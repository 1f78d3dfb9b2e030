"""The shape of Open Referral's Human Services Data Specification, HSDS 3.2, as JSON.

Written from the specification (docs.openreferral.org); no text of it is repeated here. Each object names its members,
their types and which of them must be there. A member that HSDS does not know is taken, kept and given back: the
specification allows it, and partners use it. What a member holds is held to its type strictly: no text for a number.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, create_model

from services.referrals.domain.directory import OURS, EntryKind
from services.referrals.schemas.placement import PlacementRequest

MOST_PARTS = 200
"""How many phones, places, schedules one object may have."""

_PROSE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"


def _a_day(value: str) -> str:
    date.fromisoformat(value)
    return value


def _text(most: int, pattern: str = _PROSE, least: int = 0) -> Any:
    return Annotated[str, StringConstraints(strict=True, min_length=least, max_length=most, pattern=pattern)]


Id = _text(36, r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
Words = _text(10_000)
Name = _text(300, least=1)
Uri = _text(2_000, r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f<>\"{}|\\^`]*$")
Email = _text(320, r"^[^\s\x00-\x1f\x7f@]+@[^\s\x00-\x1f\x7f@]+$")
LanguageCode = _text(35, r"^[A-Za-z0-9-]*$")
_DAY = StringConstraints(strict=True, max_length=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
Date = Annotated[str, _DAY, AfterValidator(_a_day)]
DateTime = _text(40, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}")
Number = Annotated[float, Field(strict=True)]
_PLACE = Literal["physical", "postal", "virtual"]
_WEEKDAY = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def _many(item: Any) -> Any:
    return Annotated[list[item], Field(max_length=MOST_PARTS)]


def _absent() -> None:
    return None


def _object(title: str, needs: str, /, **members: Any) -> type[BaseModel]:
    """One object of HSDS; `needs` names the members it cannot be without. An absent member is absent, never null."""
    needed = set(needs.split())
    fields: Any = {
        member: (kind, Field() if member in needed else Field(default_factory=_absent))
        for member, kind in members.items()
    }
    model: type[BaseModel] = create_model(f"Hsds{title}", __config__=ConfigDict(extra="allow"), **fields)
    return model


Metadata = _object(
    "Metadata",
    "id last_action_date last_action_type field_name previous_value replacement_value updated_by",
    id=Id,
    resource_id=Id,
    resource_type=Words,
    last_action_date=Date,
    last_action_type=Words,
    field_name=Words,
    previous_value=Words,
    replacement_value=Words,
    updated_by=Words,
)
_history = {"metadata": _many(Metadata)}
Taxonomy = _object(
    "Taxonomy", "id name description", id=Id, name=Words, description=Words, uri=Uri, version=Words, **_history
)
TaxonomyTerm = _object(
    "TaxonomyTerm",
    "id name description",
    id=Id,
    code=Words,
    name=Words,
    description=Words,
    parent_id=Id,
    taxonomy=Words,
    taxonomy_detail=Taxonomy,
    language=LanguageCode,
    taxonomy_id=Id,
    term_uri=Uri,
    **_history,
)
Attribute = _object(
    "Attribute",
    "id",
    id=Id,
    link_id=Id,
    taxonomy_term_id=Id,
    link_type=Words,
    link_entity=Words,
    value=Words,
    label=Words,
    taxonomy_term=TaxonomyTerm,
    **_history,
)
# What every object below may carry.
_marks = {"attributes": _many(Attribute), **_history}
_of = {"service_id": Id, "location_id": Id, "organization_id": Id, "service_at_location_id": Id}

Url = _object("Url", "id url", id=Id, label=Words, url=Uri, **_of, **_marks)
Language = _object(
    "Language", "id", id=Id, name=Words, code=LanguageCode, note=Words, phone_id=Id, contact_id=Id, **_of, **_marks
)
Phone = _object(
    "Phone",
    "id number",
    id=Id,
    number=Words,
    extension=Number,
    type=Words,
    description=Words,
    contact_id=Id,
    languages=_many(Language),
    **_of,
    **_marks,
)
Contact = _object(
    "Contact",
    "id",
    id=Id,
    name=Words,
    title=Words,
    department=Words,
    email=Email,
    phones=_many(Phone),
    **_of,
    **_marks,
)
Schedule = _object(
    "Schedule",
    "id",
    id=Id,
    valid_from=Date,
    valid_to=Date,
    dtstart=Date,
    timezone=Number,
    until=Date,
    count=Number,
    wkst=_WEEKDAY,
    freq=Literal["WEEKLY", "MONTHLY"],
    interval=Number,
    byday=Words,
    byweekno=Words,
    bymonthday=Words,
    byyearday=Words,
    description=Words,
    opens_at=Words,
    closes_at=Words,
    schedule_link=Uri,
    attending_type=Words,
    notes=Words,
    **_of,
    **_marks,
)
Address = _object(
    "Address",
    "id address_1 city state_province postal_code country address_type",
    id=Id,
    attention=Words,
    address_1=Words,
    address_2=Words,
    city=Words,
    region=Words,
    state_province=Words,
    postal_code=Words,
    country=Words,
    address_type=_PLACE,
    **_of,
    **_marks,
)
Accessibility = _object("Accessibility", "id", id=Id, description=Words, details=Words, url=Uri, **_of, **_marks)
Funding = _object("Funding", "id", id=Id, source=Words, **_of, **_marks)
Program = _object(
    "Program", "id name description", id=Id, name=Words, alternate_name=Words, description=Words, **_of, **_marks
)
ServiceArea = _object(
    "ServiceArea",
    "id",
    id=Id,
    name=Words,
    description=Words,
    extent=_text(60_000),
    extent_type=Words,
    uri=Uri,
    **_of,
    **_marks,
)
CostOption = _object(
    "CostOption",
    "id",
    id=Id,
    valid_from=Date,
    valid_to=Date,
    option=Words,
    currency=_text(10),
    amount=Number,
    amount_description=Words,
    **_of,
    **_marks,
)
RequiredDocument = _object("RequiredDocument", "id", id=Id, document=Words, uri=Uri, **_of, **_marks)
OrganizationIdentifier = _object(
    "OrganizationIdentifier",
    "id identifier_type identifier",
    id=Id,
    identifier_scheme=Words,
    identifier_type=Words,
    identifier=Words,
    **_of,
    **_marks,
)
Unit = _object("Unit", "id name", id=Id, name=Words, scheme=Words, identifier=Words, uri=Uri, **_marks)
ServiceCapacity = _object(
    "ServiceCapacity",
    "id unit available updated",
    id=Id,
    unit=Unit,
    unit_id=Id,
    available=Number,
    maximum=Number,
    description=Words,
    updated=DateTime,
    **_of,
    **_marks,
)
Location = _object(
    "Location",
    "id location_type",
    id=Id,
    location_type=_PLACE,
    url=Uri,
    organization_id=Id,
    name=_text(300),
    alternate_name=Words,
    description=Words,
    transportation=Words,
    latitude=Number,
    longitude=Number,
    external_identifier=Words,
    external_identifier_type=Words,
    languages=_many(Language),
    addresses=_many(Address),
    contacts=_many(Contact),
    accessibility=_many(Accessibility),
    phones=_many(Phone),
    schedules=_many(Schedule),
    **_marks,
)
Organization = _object(
    "Organization",
    "id name description",
    id=Id,
    name=Name,
    alternate_name=Words,
    description=Words,
    email=Email,
    website=Uri,
    additional_websites=_many(Url),
    tax_status=Words,
    tax_id=Words,
    year_incorporated=Number,
    legal_status=Words,
    logo=Uri,
    uri=Uri,
    parent_organization_id=Id,
    funding=_many(Funding),
    contacts=_many(Contact),
    phones=_many(Phone),
    locations=_many(Location),
    programs=_many(Program),
    organization_identifiers=_many(OrganizationIdentifier),
    **_marks,
)
ServiceAtLocation = _object(
    "ServiceAtLocation",
    "id",
    id=Id,
    service_id=Id,
    location_id=Id,
    description=Words,
    service_areas=_many(ServiceArea),
    contacts=_many(Contact),
    phones=_many(Phone),
    schedules=_many(Schedule),
    location=Location,
    **_marks,
)
_service: dict[str, Any] = {
    "id": Id,
    "organization_id": Id,
    "program_id": Id,
    "name": Name,
    **dict.fromkeys(("alternate_name", "description", "interpretation_services", "application_process"), Words),
    **dict.fromkeys(("fees_description", "wait_time", "fees", "accreditations", "licenses", "alert"), Words),
    "eligibility_description": Words,
    "url": Uri,
    "email": Email,
    "assurer_email": Email,
    "assured_date": Date,
    "last_modified": DateTime,
    "status": Literal["active", "inactive", "defunct", "temporarily closed"],
    "minimum_age": Number,
    "maximum_age": Number,
    "additional_urls": _many(Url),
    "phones": _many(Phone),
    "schedules": _many(Schedule),
    "service_areas": _many(ServiceArea),
    "service_at_locations": _many(ServiceAtLocation),
    "languages": _many(Language),
    "organization": Organization,
    "funding": _many(Funding),
    "cost_options": _many(CostOption),
    "program": Program,
    "required_documents": _many(RequiredDocument),
    "contacts": _many(Contact),
    "capacities": _many(ServiceCapacity),
    OURS: PlacementRequest,
}
HsdsService = _object("Service", "id name status", **_service, **_marks)
OF_ENTRY = {EntryKind.ORGANISATION: Organization, EntryKind.LOCATION: Location}
