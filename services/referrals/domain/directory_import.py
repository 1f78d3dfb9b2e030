"""What becomes of each line of an import, and what it changes. Nothing is written here: a dry run stops before that.

A file tells of one thing in one way. Two services of one file that tell of their organisation differently would each
undo the other's, and the same file would change the directory anew with every import.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from services.referrals.domain.directory import (
    DirectoryEntry,
    EntryKey,
    Service,
    ServiceDraft,
    completed,
    keeping_placement,
    keys_of,
    same,
)

TOLD_DIFFERENTLY = "told-differently"
UNKNOWN = "entry-unknown"


class Became(StrEnum):
    """What a line did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineFault:
    """Why a line was refused: where in it, and which rule. What stood there is not repeated."""

    pointer: str
    code: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One service of a file, read; or what is wrong with it."""

    number: int
    draft: ServiceDraft | None
    faults: tuple[LineFault, ...] = ()
    listed: bool = False
    """As the list of another API tells it, which leaves out what there may be several of: see `completed`."""


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What became of one line."""

    number: int
    service_id: UUID | None
    became: Became
    faults: tuple[LineFault, ...] = ()


def keys_in(lines: Sequence[ImportLine], services: Mapping[UUID, Service]) -> set[EntryKey]:
    """Every entry the lines tell or name; of a listed service also those it is known to have."""
    drafts = [line.draft for line in lines if line.draft]
    listed = {line.draft.service.id for line in lines if line.draft and line.listed}
    kept = {key for id_ in listed & services.keys() for _, key in services[id_].names}
    return keys_of(drafts) | kept


@dataclass(slots=True)
class DirectoryImport:
    """One file against the directory as it stands."""

    services: Mapping[UUID, Service]
    entries: Mapping[EntryKey, DirectoryEntry]
    told_services: dict[UUID, Service] = field(default_factory=dict)
    told_entries: dict[EntryKey, DirectoryEntry] = field(default_factory=dict)
    changed_services: dict[UUID, Service] = field(default_factory=dict)
    changed_entries: dict[EntryKey, DirectoryEntry] = field(default_factory=dict)

    def take_all(self, lines: Sequence[ImportLine]) -> list[LineOutcome]:
        """Every line in its order."""
        return [self._take(line) for line in lines]

    def _take(self, line: ImportLine) -> LineOutcome:
        draft = line.draft
        if draft is None:
            return LineOutcome(line.number, None, Became.REFUSED, line.faults)
        if line.listed:
            draft = completed(draft, self.services.get(draft.service.id), self.entries)
        if faults := self._faults(draft):
            return LineOutcome(line.number, draft.service.id, Became.REFUSED, tuple(faults))
        others = [self._take_entry(entry) for _, entry in draft.told]
        became = self._take_service(draft.service)
        if became is Became.UNCHANGED and any(others):
            became = Became.CHANGED
        return LineOutcome(line.number, draft.service.id, became)

    def _faults(self, draft: ServiceDraft) -> list[LineFault]:
        faults, here = [], dict(self.told_entries)
        for pointer, entry in draft.told:
            before = here.setdefault(entry.key, entry)
            if not same(before.document, entry.document):
                faults.append(LineFault(pointer, TOLD_DIFFERENTLY))
        before_us = self.told_services.get(draft.service.id)
        if before_us and not same(before_us.document, draft.service.document):
            faults.append(LineFault("/id", TOLD_DIFFERENTLY))
        there = here.keys() | self.entries.keys()
        faults += [LineFault(at, UNKNOWN) for at, key in draft.service.names if key not in there]
        return faults

    def _take_entry(self, entry: DirectoryEntry) -> bool:
        """Whether it changes the directory."""
        if entry.key in self.told_entries:
            return False
        self.told_entries[entry.key] = entry
        known = self.entries.get(entry.key)
        if known and same(known.document, entry.document):
            return False
        self.changed_entries[entry.key] = replace(entry, version=known.version + 1 if known else 1)
        return True

    def _take_service(self, told: Service) -> Became:
        if told.id in self.told_services:
            return Became.UNCHANGED
        self.told_services[told.id] = told
        known = self.services.get(told.id)
        service = keeping_placement(told, known)
        if known and same(known.document, service.document):
            return Became.UNCHANGED
        self.changed_services[told.id] = replace(service, version=service.version + 1)
        return Became.CHANGED if known else Became.CREATED
