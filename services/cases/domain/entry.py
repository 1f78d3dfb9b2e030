"""Entries of the record: contacts, notes, appointments, links to documents.

An entry is written once and never changed. What was wrong is put right by a new entry that names the old one: the
duty to note is a duty to be able to tell what was known when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import may_work
from services.cases.domain.case import Case
from services.cases.domain.errors.entries import (
    AppointmentNotYet,
    AppointmentUnknown,
    EntryAlreadyCorrected,
    NothingToCorrect,
    NotYetHappened,
    OutcomeAlreadyTold,
)

# The kinds of entry: under these names too a consent covers them as categories of data.
Kind = Literal["contacts", "notes", "appointments", "documents"]
Channel = Literal["face-to-face", "home-visit", "phone", "video", "digital"]
Initiator = Literal["citizen", "authority"]
# What time goes to: the first two to the citizen, the next two to control, the last to ourselves.
PurposeKind = Literal["help", "clarification", "availability-check", "work-trial", "administration"]
AppointmentOutcome = Literal["held", "missed-by-authority", "missed-by-citizen", "moved"]

# By so much may two machines' clocks differ before a time counts as one to come.
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: who wrote it, when, and what it tells (by the names of its columns)."""

    id: UUID
    kind: Kind
    case_id: UUID
    sector: str
    unit: str | None
    recorded_by: str
    recorded_at: datetime
    told: Mapping[str, Any] = field(default_factory=dict)
    corrects: UUID | None = None
    corrected_by: UUID | None = None

    @property
    def version(self) -> int:
        """One more with each thing that was said of it since: a correction, an outcome."""
        return 1 + (self.corrected_by is not None) + (self.told.get("outcome") is not None)

    def must_stand(self) -> None:
        """Refuse what would build on an entry that is known to be wrong.

        Raises:
            EntryAlreadyCorrected: it says which entry holds instead.
        """
        if self.corrected_by:
            raise EntryAlreadyCorrected(corrected_by=str(self.corrected_by))

    def must_await_its_outcome(self, outcome: AppointmentOutcome, now: datetime) -> None:
        """Refuse to an appointment a second outcome, and one that nobody can know yet.

        Raises:
            EntryAlreadyCorrected, OutcomeAlreadyTold. AppointmentNotYet: only moving goes ahead of its time.
        """
        self.must_stand()
        if self.told["outcome"]:
            raise OutcomeAlreadyTold(outcome=self.told["outcome"])
        if outcome != "moved" and self.told["at"] > now + _CLOCKS_DIFFER:
            raise AppointmentNotYet()


def correctable(old: Entry | None, sector: str) -> Entry:
    """The entry to correct: of the same kind and case (where it was looked for), and of the sector that wrote it.

    Raises:
        NothingToCorrect: there is none such. EntryAlreadyCorrected: an entry is corrected once; correct the later one.
    """
    if old is None or old.sector != sector:
        raise NothingToCorrect()
    old.must_stand()
    return old


def kept(appointment: Entry | None, sector: str) -> Entry:
    """The appointment that a contact says it kept: the same sector's, and not one that was entered wrongly.

    Raises:
        AppointmentUnknown, EntryAlreadyCorrected.
    """
    if appointment is None or appointment.sector != sector:
        raise AppointmentUnknown()
    appointment.must_stand()
    return appointment


def must_have_been(at: datetime, now: datetime) -> None:
    """Refuse to note as past what is to come.

    Raises:
        NotYetHappened.
    """
    if at > now + _CLOCKS_DIFFER:
        raise NotYetHappened()


_WRITES: Mapping[Kind, str] = {
    "contacts": "recordContact",
    "notes": "recordNote",
    "appointments": "makeAppointment",
    "documents": "linkDocument",
}


def entry_actions(case: Case, entry: Entry, actor: Actor) -> list[str]:
    """What this actor may do with an entry now: correct it (by the operation that writes one), tell an outcome."""
    mine = entry.sector == actor.sector and may_work(case, actor) and actor.permits("cases:write")
    if case.status == "closed" or not mine or entry.corrected_by:
        return []
    awaits = entry.kind == "appointments" and not entry.told["outcome"]
    return [_WRITES[entry.kind], "tellAppointmentOutcome"] if awaits else [_WRITES[entry.kind]]
