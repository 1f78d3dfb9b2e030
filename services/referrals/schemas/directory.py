"""The directory on the wire: what a caller says of capacity, and how services, entries and imports are shown."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from chassis.actor import Actor
from chassis.sectors import Sector
from chassis.wire import Body, Day, Moment, PageEnd, View
from services.referrals.domain.capacity import (
    STALE_AFTER_DAYS,
    Capacity,
    CapacityStatus,
    may_tell,
)
from services.referrals.domain.directory import OURS, DirectoryEntry, Document, EntryKind, Service, ServiceStatus
from services.referrals.domain.directory_import import Became
from services.referrals.domain.keepers import TELL_CAPACITY, may_keep_directory

Hsds = Annotated[dict[str, Any], Field(description="The whole HSDS 3 object, unknown members and all.")]


class CapacityRequest(Body):
    """How much room the service has, on the day it was counted."""

    status: CapacityStatus
    as_of: Day
    waiting_days: Annotated[int, Field(strict=True, ge=0, le=3650)] | None = None


class CapacityView(View):
    """How much room the service said it has. Counted more than `staleAfterDays` ago, it is `stale`: ask first."""

    status: CapacityStatus
    as_of: date
    waiting_days: int | None
    stale: bool
    stale_after_days: int


class EligibilityView(View):
    """Whom the service is for, in both languages."""

    da: str
    en: str


class OfferedBy(View):
    """Who offers a service."""

    id: UUID
    name: str


class DirectoryServiceSummary(View):
    """A service in a list. `eligibilityDescription` is HSDS's text, `eligibility` the authority's published criteria;
    `criteriaSetId` names them as a set at `/v1/criteria-sets`. No `municipalities` means everybody's citizens.
    `languages` are those of the service and of the places where it is."""

    id: UUID
    name: str
    description: str | None
    status: ServiceStatus
    organisation: OfferedBy | None
    sector: Sector | None
    unit: str | None
    covers: list[str]
    municipalities: list[str]
    languages: list[str]
    eligibility_description: str | None
    eligibility: EligibilityView | None
    criteria_set_id: UUID | None
    published: bool
    partner_links: bool = Field(description="Whether senders may make one-referral links to it.")
    capacity: CapacityView | None
    version: int
    allowed_actions: list[str]


class DirectoryService(DirectoryServiceSummary):
    """A service in full."""

    hsds: Hsds


class DirectoryEntrySummary(View):
    """An organisation or a location in a list."""

    id: UUID
    name: str
    version: int
    allowed_actions: list[str]


class DirectoryEntryView(DirectoryEntrySummary):
    """An organisation or a location in full."""

    hsds: Hsds


class DirectoryExport(View):
    """One page of the directory as HSDS services. The page can be imported as it is."""

    items: list[dict[str, Any]]
    page: PageEnd


class DirectoryFormat(View):
    """What an HSDS document must be to be taken, as a JSON Schema."""

    document_schema: dict[str, Any]


class DirectoryLineFault(View):
    """What was wrong with a line: where in it, and which rule."""

    pointer: str
    code: str


class DirectoryLine(View):
    """What became of one line of an import."""

    number: int
    service_id: UUID | None
    became: Became
    faults: list[DirectoryLineFault]


class DirectoryImportSummary(View):
    """An import, counted."""

    id: UUID
    dry_run: bool
    imported_at: Moment
    created: int
    changed: int
    unchanged: int
    refused: int
    version: int
    allowed_actions: list[str]


class DirectoryImportView(DirectoryImportSummary):
    """An import, line by line."""

    lines: list[DirectoryLine]


def service_summary(
    shown: Service, offered_by: tuple[UUID, str] | None, spoken: list[str], actor: Actor, today: date
) -> DirectoryServiceSummary:
    """A service in a list."""
    return DirectoryServiceSummary(**_service(shown, offered_by, actor, today), languages=spoken)


def whole_service(
    shown: Service,
    offered_by: tuple[UUID, str] | None,
    spoken: list[str],
    document: Document,
    actor: Actor,
    today: date,
) -> DirectoryService:
    """A service in full."""
    return DirectoryService(**_service(shown, offered_by, actor, today), languages=spoken, hsds=dict(document))


def entry_summary(shown: DirectoryEntry, actor: Actor) -> DirectoryEntrySummary:
    """An entry in a list."""
    return DirectoryEntrySummary(**_entry(shown, actor))


def whole_entry(shown: DirectoryEntry, actor: Actor) -> DirectoryEntryView:
    """An entry in full."""
    return DirectoryEntryView(**_entry(shown, actor), hsds=dict(shown.document))


def capacity(shown: Capacity | None, today: date) -> CapacityView | None:
    """A count, and whether it is still believed."""
    if shown is None:
        return None
    return CapacityView(
        status=shown.status,
        as_of=shown.as_of,
        waiting_days=shown.waiting_days,
        stale=shown.is_stale(today),
        stale_after_days=STALE_AFTER_DAYS,
    )


def import_told(
    import_id: UUID, *, dry_run: bool, imported_at: datetime, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """What both views of an import say."""
    became = [line["became"] for line in lines]
    return {
        "id": import_id,
        "dry_run": dry_run,
        "imported_at": imported_at,
        **{str(one): became.count(one) for one in Became},
        "version": 1,
        "allowed_actions": [],
    }


def _service(shown: Service, offered_by: tuple[UUID, str] | None, actor: Actor, today: date) -> dict[str, Any]:
    placement, document, ours = shown.placement, shown.document, shown.document.get(OURS, {})
    return {
        "id": shown.id,
        "name": document["name"],
        "description": document.get("description"),
        "status": shown.status,
        "organisation": OfferedBy(id=offered_by[0], name=offered_by[1]) if offered_by else None,
        "sector": placement.sector,
        "unit": placement.unit,
        "covers": list(placement.covers),
        "municipalities": list(placement.municipalities),
        "eligibility_description": document.get("eligibility_description"),
        "eligibility": ours.get("eligibility"),
        "criteria_set_id": ours.get("criteriaSetId"),
        "published": placement.published,
        "partner_links": placement.partner_links,
        "capacity": capacity(shown.capacity, today),
        "version": shown.version,
        "allowed_actions": _service_actions(shown, actor),
    }


def _service_actions(shown: Service, actor: Actor) -> list[str]:
    placement = shown.placement
    actions = ["putDirectoryService"] if may_keep_directory(actor) else []
    may = may_tell(actor, sector=placement.sector, unit=placement.unit) and actor.permits(TELL_CAPACITY)
    return [*actions, "tellCapacity"] if may and placement.sector else actions


def _entry(shown: DirectoryEntry, actor: Actor) -> dict[str, Any]:
    action = {
        EntryKind.ORGANISATION: "putDirectoryOrganisation",
        EntryKind.LOCATION: "putDirectoryLocation",
    }[shown.kind]
    return {
        "id": shown.id,
        "name": shown.name,
        "version": shown.version,
        "allowed_actions": [action] if may_keep_directory(actor) else [],
    }
