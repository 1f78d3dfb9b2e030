"""Keeping the directory: an entry, a service, how much room it has, and whole files of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.concurrency import expect
from services.referrals.domain.capacity import Capacity, must_be_newer, must_tell
from services.referrals.domain.days import require_day_reached
from services.referrals.domain.directory import (
    DirectoryEntry,
    ServiceDraft,
    keeping_placement,
    keys_of,
    news_of_room,
    same,
)
from services.referrals.domain.directory_import import DirectoryImport, ImportLine, keys_in
from services.referrals.domain.errors.directory import EntryToldDifferently, EntryUnknown
from services.referrals.repository import Directory


async def put_entry(directory: Directory, told: DirectoryEntry, *, expected: int) -> bool:
    """Keep an organisation or a location; whether it is new.

    Raises:
        Stale: the caller has read another version.
    """
    known = (await directory.entries([told.key], lock=True)).get(told.key)
    expect(known.version if known else 0, expected)
    if known is None or not same(known.document, told.document):
        await directory.keep_entries([replace(told, version=known.version + 1 if known else 1)])
    return known is None


async def put_service(directory: Directory, draft: ServiceDraft, *, expected: int, now: datetime) -> bool:
    """Keep a service; whether it is new. Entries told inside it are added where the directory lacks them. The town
    hears of it where that changes what it was told of the service's room.

    Raises:
        Stale: the caller has read another version.
        EntryToldDifferently: the directory says something else of an entry: the caller has not read that version.
        EntryUnknown: it names an entry that is not there.
    """
    known = (await directory.services([draft.service.id], lock=True)).get(draft.service.id)
    expect(known.version if known else 0, expected)
    entries = await directory.entries(keys_of([draft]), lock=True)
    missing = []
    for pointer, entry in draft.told:
        there = entries.setdefault(entry.key, entry)
        if not same(there.document, entry.document):
            raise EntryToldDifferently(pointer=pointer)
        if there is entry:
            missing.append(replace(entry, version=1))
    for pointer, key in draft.service.names:
        if key not in entries:
            raise EntryUnknown(pointer=pointer)
    await directory.keep_entries(missing)
    service = keeping_placement(draft.service, known)
    if known is None or not same(known.document, service.document):
        await directory.keep_services([replace(service, version=service.version + 1)])
        await directory.tell(news_of_room(known, service), at=now)
    return known is None


async def tell_capacity(
    directory: Directory, actor: Actor, service_id: UUID, capacity: Capacity, *, expected: int, now: datetime
) -> None:
    """Say how much room a service has. Saying the same again changes nothing and announces nothing.

    Raises:
        NotFound, NotYourService, ServiceWithoutSector, Stale, TimeInTheFuture, CapacityIsOlder.
    """
    require_day_reached(capacity.as_of, now=now, field="asOf")
    service = await directory.service(service_id)
    placement = service.placement
    must_tell(actor, sector=placement.sector, unit=placement.unit)
    expect(service.version, expected)
    must_be_newer(capacity, service.capacity)
    if capacity == service.capacity:
        return
    told = replace(service, capacity=capacity, version=service.version + 1)
    await directory.keep_services([told])
    await directory.tell(news_of_room(service, told), at=now)


async def import_services(
    directory: Directory,
    actor: Actor,
    lines: Sequence[ImportLine],
    *,
    import_id: UUID,
    dry_run: bool,
    now: datetime,
) -> None:
    """Take in a file, line by line; a line that is refused stops none of the others. A dry run only tells."""
    services = await directory.services({line.draft.service.id for line in lines if line.draft}, lock=True)
    entries = await directory.entries(keys_in(lines, services), lock=True)
    taken = DirectoryImport(services, entries)
    outcomes = taken.take_all(lines)
    if not dry_run:
        await directory.keep_entries(taken.changed_entries.values())
        await directory.keep_services(taken.changed_services.values())
        for id_, service in taken.changed_services.items():
            await directory.tell(news_of_room(services.get(id_), service), at=now)
    await directory.add_import(import_id, outcomes, dry_run=dry_run, at=now, by=actor.subject)
