"""Reading the directory. It tells of no citizen, so nothing is logged; row-level security keeps it to its authority."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, select

from chassis.actor import Actor
from chassis.clock import now
from chassis.database import Transaction
from chassis.errors import NotFound
from chassis.paging import Page, PageEnd, Paging
from services.referrals.domain.capacity import fresh_since
from services.referrals.domain.days import day_of
from services.referrals.domain.directory import DirectoryEntry, EntryKind, Service, ServiceStatus, put_together
from services.referrals.queries.directory_search import SERVICES, ServiceFilters, languages, narrowed
from services.referrals.repository.directory import Directory, service_of
from services.referrals.schemas import directory as shown
from services.referrals.schemas.directory import (
    DirectoryEntrySummary,
    DirectoryEntryView,
    DirectoryExport,
    DirectoryImportSummary,
    DirectoryImportView,
    DirectoryService,
    DirectoryServiceSummary,
)
from services.referrals.schemas.public_directory import PublicService, public_service
from services.referrals.tables import (
    directory_imports,
    directory_locations,
    directory_organisations,
    directory_services,
)

_ENTRIES = {EntryKind.ORGANISATION: directory_organisations, EntryKind.LOCATION: directory_locations}
_s, _o, _i = directory_services.c, directory_organisations.c, directory_imports.c


class DirectoryQueries:
    """What one caller reads of the transaction's authority."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._today = day_of(now())
        self._directory = Directory(tx)

    async def services(self, filters: ServiceFilters, paging: Paging) -> Page[DirectoryServiceSummary]:
        """Services: those whose room is known and fresh first, then the stale, then the silent; each by name."""
        page, end = await self._page(narrowed(SERVICES, filters), paging)
        items = [
            shown.service_summary(service_of(row), _offered_by(row), languages(row), self._actor, self._today)
            for row in page
        ]
        return Page(items=items, page=end)

    async def service(self, service_id: UUID) -> DirectoryService:
        """One service.

        Raises:
            NotFound: it is not in this authority's directory.
        """
        row = await self._tx.one(SERVICES.where(_s.authority == self._tx.authority, _s.id == service_id))
        if row is None:
            raise NotFound()
        service = service_of(row)
        (document,) = await self._documents([service])
        return shown.whole_service(service, _offered_by(row), languages(row), document, self._actor, self._today)

    async def public(self, filters: ServiceFilters, paging: Paging) -> Page[PublicService]:
        """What is published and open, as everybody may see it."""
        found = SERVICES.where(_s.published, _s.status == ServiceStatus.ACTIVE)
        page, end = await self._page(narrowed(found, filters), paging)
        services = [service_of(row) for row in page]
        told = zip(services, await self._documents(services), map(languages, page), strict=True)
        items = [public_service(service, document, spoken, self._today) for service, document, spoken in told]
        return Page(items=items, page=end)

    async def exported(self, paging: Paging) -> DirectoryExport:
        """Whole documents, by id."""
        found = await self._tx.all(
            paging.window(select(directory_services).where(_s.authority == self._tx.authority), (_s.id, "asc"))
        )
        page, end = paging.cut(found, key=lambda row: (row.id,))
        return DirectoryExport(items=await self._documents([service_of(row) for row in page]), page=end)

    async def entries(self, kind: EntryKind, paging: Paging) -> Page[DirectoryEntrySummary]:
        """Organisations or locations, by name."""
        table = _ENTRIES[kind]
        rows = select(table).where(table.c.authority == self._tx.authority)
        found = await self._tx.all(paging.window(rows, (table.c.name, "asc"), (table.c.id, "asc")))
        page, end = paging.cut(found, key=lambda row: (row.name, row.id))
        return Page(items=[shown.entry_summary(_entry(kind, row), self._actor) for row in page], page=end)

    async def entry(self, kind: EntryKind, entry_id: UUID) -> DirectoryEntryView:
        """One of them.

        Raises:
            NotFound: it is not in this authority's directory.
        """
        found = await self._directory.entries([(kind, entry_id)])
        if not found:
            raise NotFound()
        return shown.whole_entry(found[kind, entry_id], self._actor)

    async def imports(self, paging: Paging) -> Page[DirectoryImportSummary]:
        """What was imported, the newest first."""
        rows = select(directory_imports).where(_i.authority == self._tx.authority)
        found = await self._tx.all(paging.window(rows, (_i.imported_at, "desc"), (_i.id, "desc")))
        page, end = paging.cut(found, key=lambda row: (row.imported_at, row.id))
        return Page(items=[DirectoryImportSummary(**_import(row)) for row in page], page=end)

    async def one_import(self, import_id: UUID) -> DirectoryImportView:
        """One import, line by line.

        Raises:
            NotFound: there is none.
        """
        row = await self._tx.one(
            select(directory_imports).where(_i.authority == self._tx.authority, _i.id == import_id)
        )
        if row is None:
            raise NotFound()
        return DirectoryImportView(**_import(row), lines=row.lines)

    async def _page(self, rows: Select[Any], paging: Paging) -> tuple[list[Row[Any]], PageEnd]:
        since = fresh_since(self._today)
        told = case((_s.capacity_as_of >= since, 0), (_s.capacity_as_of.is_not(None), 1), else_=2)
        mine = rows.add_columns(told.label("freshness")).where(_s.authority == self._tx.authority)
        found = await self._tx.all(paging.window(mine, (told, "asc"), (_s.name, "asc"), (_s.id, "asc")))
        return paging.cut(found, key=lambda row: (row.freshness, row.name, row.id))

    async def _documents(self, services: Sequence[Service]) -> list[dict[str, Any]]:
        entries = await self._directory.entries({key for service in services for _, key in service.names})
        return [put_together(service, entries) for service in services]


def _offered_by(row: Row[Any]) -> tuple[UUID, str] | None:
    return (row.organisation_id, row.offered_by) if row.organisation_id else None


def _entry(kind: EntryKind, row: Row[Any]) -> DirectoryEntry:
    return DirectoryEntry(kind, row.id, row.document, row.version)


def _import(row: Row[Any]) -> dict[str, Any]:
    return shown.import_told(row.id, dry_run=row.dry_run, imported_at=row.imported_at, lines=row.lines)
