"""The directory (tilbudskataloget): what help there is, in the shape of Open Referral's HSDS 3.

A document is kept as it was sent, unknown members and all. What one service shares with others, its organisation and
its locations, is taken out of it and kept once; put together again, it is what came in.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.referrals.domain.capacity import Capacity, CapacityChanged

Document = Mapping[str, Any]

OURS = "helhed"
"""The member of an HSDS service in which an authority says what HSDS has no word for: see `Placement`."""


class ServiceStatus(StrEnum):
    """HSDS's own words. Only an active service is shown to the public."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class EntryKind(StrEnum):
    """What services share."""

    ORGANISATION = "organisation"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """An organisation or a location."""

    kind: EntryKind
    id: UUID
    document: Document
    version: int = 0

    @property
    def name(self) -> str:
        """Its name; a location may have none."""
        return str(self.document.get("name", ""))

    @property
    def key(self) -> "EntryKey":
        """What it is found by."""
        return self.kind, self.id


EntryKey = tuple[EntryKind, UUID]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a service stands in the authority's help: whose it is, what it helps with, whom, and who may know."""

    sector: str | None = None
    unit: str | None = None
    covers: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    """Whose citizens may use it; none named means everybody's."""
    published: bool = False
    partner_links: bool = False
    """Whether whoever gives it has no system to answer with, and is reached by one-referral links."""

    @classmethod
    def of(cls, document: Document) -> "Placement":
        """What a service's document says of it."""
        told = document.get(OURS, {})
        return cls(
            sector=told.get("sector"),
            unit=told.get("unit"),
            covers=tuple(told.get("covers", ())),
            municipalities=tuple(told.get("municipalities", ())),
            published=told.get("published") is True,
            partner_links=told.get("partnerLinks") is True,
        )


@dataclass(frozen=True, slots=True)
class Service:
    """One offer of help. In its document organisation and locations are named, not told."""

    id: UUID
    document: Document
    capacity: Capacity | None = None
    version: int = 0

    @property
    def placement(self) -> Placement:
        """Where it stands."""
        return Placement.of(self.document)

    @property
    def status(self) -> ServiceStatus:
        """Whether it is open."""
        return ServiceStatus(self.document["status"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that are spoken there."""
        codes = (str(language.get("code", "")).lower() for language in self.document.get("languages", ()))
        return tuple(dict.fromkeys(code for code in codes if code))

    @property
    def organisation_id(self) -> UUID | None:
        """Who offers it."""
        named = self.document.get("organization", {}).get("id") or self.document.get("organization_id")
        return UUID(named) if named else None

    @property
    def location_ids(self) -> tuple[UUID, ...]:
        """Where it is."""
        named = (
            place.get("location", {}).get("id") or place.get("location_id")
            for place in self.document.get("service_at_locations", ())
        )
        return tuple(dict.fromkeys(UUID(one) for one in named if one))

    @property
    def names(self) -> tuple[tuple[str, EntryKey], ...]:
        """Every entry it names, and where in the document."""
        offered = self.organisation_id
        organisation = (("/organization_id", (EntryKind.ORGANISATION, offered)),) if offered else ()
        locations = tuple(("/service_at_locations", (EntryKind.LOCATION, one)) for one in self.location_ids)
        return organisation + locations


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """A service as somebody tells of it, with the entries told inside it and where each of them stood."""

    service: Service
    told: tuple[tuple[str, DirectoryEntry], ...]

    @classmethod
    def of(cls, document: Document) -> "ServiceDraft":
        """Take a whole document apart."""
        kept, told = dict(document), []
        if organisation := kept.get("organization"):
            kept["organization"] = {"id": organisation["id"]}
            told.append(("/organization", _entry(EntryKind.ORGANISATION, organisation)))
        if "service_at_locations" in kept:
            places = [dict(place) for place in kept["service_at_locations"]]
            for at, place in enumerate(places):
                if location := place.get("location"):
                    place["location"] = {"id": location["id"]}
                    told.append((f"/service_at_locations/{at}/location", _entry(EntryKind.LOCATION, location)))
            kept["service_at_locations"] = places
        return cls(Service(UUID(kept["id"]), kept), tuple(told))


def put_together(service: Service, entries: Mapping[EntryKey, DirectoryEntry]) -> dict[str, Any]:
    """The whole document: where an entry was told inside the service, it is told again."""
    whole = dict(service.document)
    if organisation := whole.get("organization"):
        whole["organization"] = entries[EntryKind.ORGANISATION, UUID(organisation["id"])].document
    if "service_at_locations" in whole:
        places = [dict(place) for place in whole["service_at_locations"]]
        for place in places:
            if location := place.get("location"):
                place["location"] = entries[EntryKind.LOCATION, UUID(location["id"])].document
        whole["service_at_locations"] = places
    return whole


def news_of_room(known: Service | None, now: Service) -> CapacityChanged | None:
    """What the town is told when a service has changed; None where it has heard that, or the service tells no room.

    A service that is closed, or that is nobody's any more, has room for nobody, whatever its count says.
    """
    told = _room(now, known)
    return None if told is None or told == (_room(known) if known else None) else told


def _room(service: Service, before: Service | None = None) -> CapacityChanged | None:
    placement, capacity = service.placement, service.capacity
    # Who has heard of it as a sector's is to hear that it is not.
    sector = placement.sector or (before.placement.sector if before else None)
    if capacity is None or sector is None:
        return None
    active = service.status is ServiceStatus.ACTIVE and placement.sector is not None
    return CapacityChanged(service.id, sector, placement.unit, placement.covers, capacity, active)


def completed(line: ServiceDraft, known: Service | None, entries: Mapping[EntryKey, DirectoryEntry]) -> ServiceDraft:
    """A service as a list tells it, with what the list leaves out as the directory knows it.

    The list of an HSDS API says what there is one of; telephones, places, languages and times are not in it, and are
    not gone.
    """
    told = tuple(
        (pointer, replace(entry, document=_over(entries[entry.key].document, entry.document)))
        if entry.key in entries
        else (pointer, entry)
        for pointer, entry in line.told
    )
    if known is None:
        return ServiceDraft(line.service, told)
    offered = line.service.organisation_id
    moved = ("organization", "organization_id") if offered and offered != known.organisation_id else ()
    kept = {name: value for name, value in known.document.items() if name not in moved}
    return ServiceDraft(Service(line.service.id, _over(kept, line.service.document)), told)


def _over(kept: Document, told: Document) -> Document:
    """What is told, over what is kept: member by member in what is the same object."""
    return {**kept, **{name: _instead(kept.get(name), value) for name, value in told.items()}}


def _instead(kept: Any, told: Any) -> Any:
    both = isinstance(kept, dict) and isinstance(told, dict)
    return _over(kept, told) if both and told.get("id") and told["id"] == kept.get("id") else told


def keeping_placement(draft: Service, known: Service | None) -> Service:
    """The service as it will be. A document that says nothing of its placement, as one from elsewhere, leaves it."""
    document = draft.document
    if known and OURS not in document and OURS in known.document:
        document = {**document, OURS: known.document[OURS]}
    return Service(draft.id, document, known.capacity if known else None, known.version if known else 0)


def same(one: Document, other: Document) -> bool:
    """Whether two documents say the same; the order of members says nothing, and `1` is not `true`."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def keys_of(drafts: Iterable[ServiceDraft]) -> set[EntryKey]:
    """Every entry these services tell or name."""
    found: set[EntryKey] = set()
    for draft in drafts:
        found.update(entry.key for _, entry in draft.told)
        found.update(key for _, key in draft.service.names)
    return found


def _entry(kind: EntryKind, document: Document) -> DirectoryEntry:
    return DirectoryEntry(kind, UUID(document["id"]), document)
