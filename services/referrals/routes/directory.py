"""The directory: services, organisations and locations, read by casework and kept by administrators and systems."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from chassis.clock import now
from chassis.errors import NotFound, Stale
from chassis.http import Answers, IfMatchOrNew, IfMatchRequired, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.raw import Content, RawBody
from chassis.sectors import Sector
from chassis.wire import Code, CodeList, ShortText
from services.referrals.domain.capacity import Capacity, CapacityStatus
from services.referrals.domain.directory import EntryKind, ServiceStatus
from services.referrals.domain.errors import TimeInTheFuture
from services.referrals.domain.errors.directory import (
    CapacityIsOlder,
    EntryToldDifferently,
    EntryUnknown,
    NotYourService,
    ServiceWithoutSector,
)
from services.referrals.permissions import CapacityTeller, DirectoryKeeper, DirectoryReader
from services.referrals.queries.directory_search import ServiceFilters
from services.referrals.routes.given import DirectoryReads, Offers
from services.referrals.schemas.directory import (
    CapacityRequest,
    DirectoryEntrySummary,
    DirectoryEntryView,
    DirectoryService,
    DirectoryServiceSummary,
)
from services.referrals.schemas.hsds_files import JSON, read_entry, read_service
from services.referrals.schemas.placement import MunicipalityCode
from services.referrals.use_cases import directory as use

router = room(tags=["directory"], prefix="/v1/directory")

LanguageTag = Annotated[str, Query(pattern="^[a-z]{2,3}$")]
OfNeed = Annotated[CodeList[Code], Query(description="Domains of needs, by comma: services that cover one of them.")]
OfMunicipality = Annotated[
    MunicipalityCode | None, Query(description="Services that this municipality's citizens may use.")
]
OfCapacity = Annotated[
    CodeList[CapacityStatus], Query(description="What they last said of their room, by comma; active ones only.")
]
OfLanguage = Annotated[
    CodeList[LanguageTag],
    Query(description="Languages, by comma: where one of them is spoken. `da` also finds `da-DK`."),
]
OfSector = Annotated[CodeList[Sector], Query(description="Sectors, by comma.")]
Words = Annotated[
    ShortText | None,
    Query(
        description="Words in Danish, in any form: all of them, `or`, or `-` for none. Looked for in what the service "
        "is called and says of itself, in its criteria, and in who offers it and where."
    ),
]
Document = Annotated[Content, Depends(RawBody(JSON))]


@router.get("/services", name="list_directory_services", summary="Find a service")
async def list_services(
    actor: DirectoryReader,
    reads: DirectoryReads,
    paging: PageRequest,
    need: OfNeed = None,
    municipality: OfMunicipality = None,
    capacity: OfCapacity = None,
    language: OfLanguage = None,
    sector: OfSector = None,
    status: Annotated[CodeList[ServiceStatus], Query(description="HSDS statuses, by comma.")] = None,
    organisation_id: Annotated[UUID | None, Query(alias="organisationId")] = None,
    q: Words = None,
) -> Page[DirectoryServiceSummary]:
    """The services of your authority's directory. Those that have told of their room lately come first, then those
    whose word is stale, then those that have said nothing; each by name."""
    filters = ServiceFilters(
        needs=tuple(need or ()),
        sectors=tuple(sector or ()),
        statuses=tuple(status or ()),
        capacities=tuple(capacity or ()),
        languages=tuple(language or ()),
        municipality=municipality,
        organisation_id=organisation_id,
        words=q,
    )
    return await reads.services(filters, paging)


@router.get(
    "/services/{service_id}", name="get_directory_service", summary="Read a service", responses=problems(NotFound)
)
async def get_service(
    service_id: UUID, actor: DirectoryReader, reads: DirectoryReads, answer: Answers
) -> DirectoryService:
    """One service, with its whole HSDS document."""
    return answer.ok(await reads.service(service_id))


@router.put(
    "/services/{service_id}",
    name="put_directory_service",
    summary="Add or change a service",
    responses=problems(Stale, EntryToldDifferently, EntryUnknown, AlreadyExists)
    | {201: {"model": DirectoryService, "description": "The service is new."}},
)
async def put_service(
    service_id: UUID,
    actor: DirectoryKeeper,
    content: Document,
    version: IfMatchOrNew,
    directory: Offers,
    reads: DirectoryReads,
    answer: Answers,
    response: Response,
) -> DirectoryService:
    """Keep an HSDS service (`If-None-Match: *` for a new one, else `If-Match`); what is accepted,
    `GET /v1/directory/formats/service` tells.

    Its member `helhed` says whose the service is, what it covers, for whom, and whether the public sees it; left out,
    that stays as it is. An organisation or a location told inside it is added where the directory lacks it; to change
    one, use its own address.
    """
    draft = read_service(content, service_id)
    new = await use.put_service(directory, draft, expected=version, now=now())
    view = await reads.service(service_id)
    if new:
        response.status_code = 201
        return answer.created(view, f"/v1/directory/services/{service_id}")
    return answer.ok(view)


@router.put(
    "/services/{service_id}/capacity",
    name="tell_capacity",
    summary="Say how much room a service has",
    responses=problems(NotFound, NotYourService, ServiceWithoutSector, TimeInTheFuture, CapacityIsOlder, Stale),
)
async def tell_capacity(
    service_id: UUID,
    body: CapacityRequest,
    actor: CapacityTeller,
    version: IfMatchRequired,
    directory: Offers,
    reads: DirectoryReads,
    answer: Answers,
) -> DirectoryService:
    """Say how much room the service has, and when that was counted: its own unit, or who keeps the directory."""
    told = Capacity(body.status, body.as_of, body.waiting_days)
    await use.tell_capacity(directory, actor, service_id, told, expected=version, now=now())
    return answer.ok(await reads.service(service_id))


@router.get("/organisations", name="list_directory_organisations", summary="List organisations")
async def list_organisations(
    actor: DirectoryReader, reads: DirectoryReads, paging: PageRequest
) -> Page[DirectoryEntrySummary]:
    """Who offers services, by name."""
    return await reads.entries(EntryKind.ORGANISATION, paging)


@router.get(
    "/organisations/{organisation_id}",
    name="get_directory_organisation",
    summary="Read an organisation",
    responses=problems(NotFound),
)
async def get_organisation(
    organisation_id: UUID, actor: DirectoryReader, reads: DirectoryReads, answer: Answers
) -> DirectoryEntryView:
    """One organisation, with its whole HSDS document."""
    return answer.ok(await reads.entry(EntryKind.ORGANISATION, organisation_id))


@router.put(
    "/organisations/{organisation_id}",
    name="put_directory_organisation",
    summary="Add or change an organisation",
    responses=problems(Stale, AlreadyExists)
    | {201: {"model": DirectoryEntryView, "description": "The organisation is new."}},
)
async def put_organisation(
    organisation_id: UUID,
    actor: DirectoryKeeper,
    content: Document,
    version: IfMatchOrNew,
    directory: Offers,
    reads: DirectoryReads,
    answer: Answers,
    response: Response,
) -> DirectoryEntryView:
    """Keep an HSDS organisation (`If-None-Match: *` for a new one, else `If-Match`). Every service of it shows it."""
    entry = read_entry(content, EntryKind.ORGANISATION, organisation_id)
    new = await use.put_entry(directory, entry, expected=version)
    view = await reads.entry(EntryKind.ORGANISATION, organisation_id)
    if new:
        response.status_code = 201
        return answer.created(view, f"/v1/directory/organisations/{organisation_id}")
    return answer.ok(view)


@router.get("/locations", name="list_directory_locations", summary="List locations")
async def list_locations(
    actor: DirectoryReader, reads: DirectoryReads, paging: PageRequest
) -> Page[DirectoryEntrySummary]:
    """Where services are, by name."""
    return await reads.entries(EntryKind.LOCATION, paging)


@router.get(
    "/locations/{location_id}", name="get_directory_location", summary="Read a location", responses=problems(NotFound)
)
async def get_location(
    location_id: UUID, actor: DirectoryReader, reads: DirectoryReads, answer: Answers
) -> DirectoryEntryView:
    """One location, with its whole HSDS document."""
    return answer.ok(await reads.entry(EntryKind.LOCATION, location_id))


@router.put(
    "/locations/{location_id}",
    name="put_directory_location",
    summary="Add or change a location",
    responses=problems(Stale, AlreadyExists)
    | {201: {"model": DirectoryEntryView, "description": "The location is new."}},
)
async def put_location(
    location_id: UUID,
    actor: DirectoryKeeper,
    content: Document,
    version: IfMatchOrNew,
    directory: Offers,
    reads: DirectoryReads,
    answer: Answers,
    response: Response,
) -> DirectoryEntryView:
    """Keep an HSDS location (`If-None-Match: *` for a new one, else `If-Match`). Every service there shows it."""
    entry = read_entry(content, EntryKind.LOCATION, location_id)
    new = await use.put_entry(directory, entry, expected=version)
    view = await reads.entry(EntryKind.LOCATION, location_id)
    if new:
        response.status_code = 201
        return answer.created(view, f"/v1/directory/locations/{location_id}")
    return answer.ok(view)
