"""A service as everybody may see it.

Chosen member by member: an HSDS document names people (contacts, who assured it, whose attention a letter is for, who
changed it, whose own a telephone is), and free text about a telephone or an e-mail address often does. None of that is
here.
"""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.sectors import Sector
from chassis.wire import View
from services.referrals.domain.directory import OURS, Service
from services.referrals.schemas.directory import CapacityView, EligibilityView, capacity

_WEB = ("https://", "http://")


class PublicPlace(View):
    """Where a service is."""

    name: str | None
    address: str | None
    postal_code: str | None
    city: str | None


class PublicService(View):
    """A published service that is open."""

    id: UUID
    name: str
    alternate_name: str | None
    description: str | None
    organisation: str | None
    url: str | None
    phones: list[str]
    places: list[PublicPlace]
    application_process: str | None
    fees_description: str | None
    sector: Sector | None
    covers: list[str]
    municipalities: list[str]
    languages: list[str]
    eligibility_description: str | None
    eligibility: EligibilityView | None
    criteria_set_id: UUID | None
    capacity: CapacityView | None
    version: int


def public_service(shown: Service, document: dict[str, Any], spoken: list[str], today: date) -> PublicService:
    """What everybody may see of a service, from its whole document."""
    placement, ours = shown.placement, document.get(OURS, {})
    plain = ("alternate_name", "description", "application_process", "fees_description", "eligibility_description")
    url = document.get("url", "")
    return PublicService(
        id=shown.id,
        name=document["name"],
        organisation=document.get("organization", {}).get("name"),
        # An address that a reader is to follow, and nothing that a browser would run.
        url=url if url.lower().startswith(_WEB) else None,
        # One that names a contact is that person's own.
        phones=[phone["number"] for phone in document.get("phones", ()) if not phone.get("contact_id")],
        places=[place(told["location"]) for told in document.get("service_at_locations", ()) if told.get("location")],
        sector=placement.sector,
        covers=list(placement.covers),
        municipalities=list(placement.municipalities),
        languages=spoken,
        eligibility=ours.get("eligibility"),
        criteria_set_id=ours.get("criteriaSetId"),
        capacity=capacity(shown.capacity, today),
        version=shown.version,
        **{member: document.get(member) for member in plain},
    )


def place(location: dict[str, Any]) -> PublicPlace:
    """A location by its first address that one can go to."""
    found = (one for one in location.get("addresses", ()) if one["address_type"] == "physical")
    address: dict[str, Any] = next(found, {})
    return PublicPlace(
        name=location.get("name"),
        address=address.get("address_1"),
        postal_code=address.get("postal_code"),
        city=address.get("city"),
    )
