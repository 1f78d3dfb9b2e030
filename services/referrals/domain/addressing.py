"""Whom a request may be put to: a sector, or a unit or a service of it, in one's own authority or in another.

Never a person. A service leads to its unit, so that somebody in particular has it on their list.
"""

from dataclasses import replace
from enum import StrEnum

from services.referrals.domain.directory import Service, ServiceStatus
from services.referrals.domain.errors.addressing import ServiceNotAddressable
from services.referrals.domain.redirection import Place
from services.referrals.domain.units import names_of


class Unaddressable(StrEnum):
    """Why a service cannot be asked; told all at once as the fact `fails`."""

    UNKNOWN = "service-unknown"
    NOT_ACTIVE = "service-not-active"
    OF_ANOTHER_SECTOR = "service-of-another-sector"
    OF_ANOTHER_UNIT = "service-of-another-unit"


def another_authority(named: str | None, *, home: str, own: str) -> str | None:
    """The other authority that is asked; None for the sender's own.

    Who names none means the authority they act for: the receiver of another authority that sends a request on stays
    in its own, unless it says where to. `home` is the sender's, where the referral is kept.
    """
    asked = named or own
    return None if asked == home else asked


def through(service: Service | None, to: Place, *, published_only: bool) -> Place:
    """The place with the unit of the service that is asked for.

    Of another authority's directory only what it has published counts: the rest is as if it were not there.

    Raises:
        ServiceNotAddressable: the fact `fails` lists everything that is in the way.
    """
    if service is None or (published_only and not service.placement.published):
        raise ServiceNotAddressable(fails=[str(Unaddressable.UNKNOWN)])
    placement = service.placement
    another_unit = bool(
        to.unit and placement.unit and names_of(to.unit, to.sector).isdisjoint(names_of(placement.unit, to.sector))
    )
    in_the_way = {
        Unaddressable.NOT_ACTIVE: service.status is not ServiceStatus.ACTIVE,
        Unaddressable.OF_ANOTHER_SECTOR: placement.sector != to.sector,
        Unaddressable.OF_ANOTHER_UNIT: another_unit,
    }
    if any(in_the_way.values()):
        raise ServiceNotAddressable(fails=[str(fault) for fault, there in in_the_way.items() if there])
    return replace(to, unit=to.unit or placement.unit)
