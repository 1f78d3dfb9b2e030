"""The directory for everybody: no login, no names of people who work there."""

from typing import Annotated

from fastapi import Query

from chassis.guards import ANONYMOUS
from chassis.http import Public, Tx, room
from chassis.paging import Page, PageRequest
from chassis.wire import AuthorityCode
from services.referrals.queries.directory import DirectoryQueries
from services.referrals.queries.directory_search import ServiceFilters
from services.referrals.routes.directory import OfCapacity, OfLanguage, OfMunicipality, OfNeed, OfSector, Words
from services.referrals.schemas.public_directory import PublicService

router = room(tags=["directory"], prefix="/v1/public")

OfAuthority = Annotated[AuthorityCode, Query(description="Whose directory, such as `0101`.")]


@router.get("/services", name="list_public_services", summary="Find a published service")
async def list_public_services(
    _: Public,
    authority: OfAuthority,
    tx: Tx,
    paging: PageRequest,
    need: OfNeed = None,
    municipality: OfMunicipality = None,
    capacity: OfCapacity = None,
    language: OfLanguage = None,
    sector: OfSector = None,
    q: Words = None,
) -> Page[PublicService]:
    """The services an authority has published and that are open, for everybody to find. Those that have told of their
    room lately come first."""
    await tx.enter(authority)
    filters = ServiceFilters(
        needs=tuple(need or ()),
        sectors=tuple(sector or ()),
        capacities=tuple(capacity or ()),
        languages=tuple(language or ()),
        municipality=municipality,
        words=q,
    )
    return await DirectoryQueries(tx, ANONYMOUS).public(filters, paging)
