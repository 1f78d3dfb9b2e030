"""The directory of one authority: entries and services in, entries and services out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Table, Uuid, any_, bindparam, insert, select, update

from chassis.clock import now
from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from chassis.outbox import announce
from services.referrals.domain.capacity import Capacity, CapacityChanged, CapacityStatus, stream_of
from services.referrals.domain.directory import DirectoryEntry, EntryKey, EntryKind, Service
from services.referrals.domain.directory_import import LineOutcome
from services.referrals.publishes import capacity_event
from services.referrals.tables import (
    directory_imports,
    directory_locations,
    directory_organisations,
    directory_services,
)

_TABLES = {EntryKind.ORGANISATION: directory_organisations, EntryKind.LOCATION: directory_locations}


def _these(table: Table) -> Any:
    ids = bindparam("of_ids", type_=ARRAY(Uuid))
    return select(table).where(table.c.authority == bindparam("of_authority"), table.c.id == any_(ids))


def _saving(table: Table) -> Any:
    return update(table).where(
        table.c.authority == bindparam("of_authority"),
        table.c.id == bindparam("of_id"),
        table.c.version == bindparam("of_version"),
    )


_s = directory_services.c
_FIND = {table: _these(table) for table in (*_TABLES.values(), directory_services)}
# In one order, so that two imports of the same things wait for each other instead of blocking each other for good.
_LOCK = {table: found.order_by(table.c.id).with_for_update(of=table) for table, found in _FIND.items()}
_ADD = {table: insert(table) for table in _FIND}
_SAVE = {table: _saving(table) for table in _FIND}
_ADD_IMPORT = insert(directory_imports)


class Directory:
    """The directory of the transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def entries(self, keys: Iterable[EntryKey], *, lock: bool = False) -> dict[EntryKey, DirectoryEntry]:
        """Those of these entries that are there."""
        wanted = sorted(keys)
        found: dict[EntryKey, DirectoryEntry] = {}
        for kind, table in _TABLES.items():
            rows = await self._rows(table, [one for of, one in wanted if of is kind], lock=lock)
            found |= {(kind, row.id): DirectoryEntry(kind, row.id, row.document, row.version) for row in rows}
        return found

    async def services(self, ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Service]:
        """Those of these services that are there."""
        rows = await self._rows(directory_services, sorted(ids), lock=lock)
        return {row.id: service_of(row) for row in rows}

    async def service(self, service_id: UUID) -> Service:
        """One service, locked until the transaction ends.

        Raises:
            NotFound: it is not in this authority's directory.
        """
        found = await self.services([service_id], lock=True)
        if service_id not in found:
            raise NotFound()
        return found[service_id]

    async def asked_for(self, service_id: UUID, *, of: str) -> Service | None:
        """A service as it stands in the directory of this authority, or None."""
        async with self._tx.within(of):
            return (await self.services([service_id])).get(service_id)

    async def keep_entries(self, entries: Iterable[DirectoryEntry]) -> None:
        """Save what is new (version 1) or changed (one version on).

        Raises:
            Stale: somebody saved it in between.
        """
        at = now()
        for entry in entries:
            row = {"name": entry.name, "document": entry.document}
            await self._keep(_TABLES[entry.kind], entry.id, entry.version, row, at)

    async def keep_services(self, services: Iterable[Service]) -> None:
        """Save what is new (version 1) or changed (one version on). What they name must be there.

        Raises:
            Stale: somebody saved it in between.
        """
        at = now()
        for service in services:
            await self._keep(directory_services, service.id, service.version, _told(service), at)

    async def tell(self, news: CapacityChanged | None, *, at: datetime) -> None:
        """Announce what a service, saved in this transaction, now says of its room."""
        if news:
            stream = stream_of(self._tx.authority, news.service_id)
            await announce(self._tx, stream, [capacity_event(news)], at=at)

    async def add_import(
        self, import_id: UUID, outcomes: Iterable[LineOutcome], *, dry_run: bool, at: datetime, by: str
    ) -> None:
        """Note what became of the lines of an import."""
        lines = [
            {
                "number": one.number,
                "service_id": str(one.service_id) if one.service_id else None,
                "became": one.became,
                "faults": [{"pointer": fault.pointer, "code": fault.code} for fault in one.faults],
            }
            for one in outcomes
        ]
        row = {"authority": self._tx.authority, "id": import_id, "dry_run": dry_run, "lines": lines}
        await self._tx.run(_ADD_IMPORT, [row | {"imported_at": at, "imported_by": by}])

    async def _rows(self, table: Table, ids: list[UUID], *, lock: bool) -> list[Row[Any]]:
        if not ids:
            return []
        statement = (_LOCK if lock else _FIND)[table]
        return list(await self._tx.all(statement, of_ids=ids, of_authority=self._tx.authority))

    async def _keep(self, table: Table, id_: UUID, version: int, told: dict[str, Any], at: datetime) -> None:
        row = {**told, "version": version, "changed_at": at}
        if version == 1:
            await self._tx.run(_ADD[table], [{"authority": self._tx.authority, "id": id_, **row}])
            return
        which = {"of_authority": self._tx.authority, "of_id": id_, "of_version": version - 1}
        if not await self._tx.run(_SAVE[table], [{**which, **row}]):
            raise Stale()


def service_of(row: Row[Any]) -> Service:
    """A row as a service."""
    capacity = None
    if row.capacity_status:
        capacity = Capacity(CapacityStatus(row.capacity_status), row.capacity_as_of, row.capacity_waiting_days)
    return Service(row.id, row.document, capacity, row.version)


def _told(service: Service) -> dict[str, Any]:
    placement, capacity = service.placement, service.capacity
    return {
        "name": str(service.document["name"]),
        "status": service.status,
        "organisation_id": service.organisation_id,
        "location_ids": list(service.location_ids),
        "languages": list(service.languages),
        "sector": placement.sector,
        "unit": placement.unit,
        "covers": list(placement.covers),
        "municipalities": list(placement.municipalities),
        "published": placement.published,
        "document": service.document,
        "capacity_status": capacity.status if capacity else None,
        "capacity_as_of": capacity.as_of if capacity else None,
        "capacity_waiting_days": capacity.waiting_days if capacity else None,
    }
