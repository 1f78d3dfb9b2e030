"""The record of a case: entries that are written once. The service's role can neither change nor remove them."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata
from services.cases.tables.casework import responsibilities

_PURPOSES = "purpose_kind in ('help', 'clarification', 'availability-check', 'work-trial', 'administration')"
_CHANNELS = "channel in ('face-to-face', 'home-visit', 'phone', 'video', 'digital')"
_MINUTES = "minutes between 1 and 1440"


def _entries(name: str, *own: Any) -> Table:
    """A table of one kind of entry. A correction names an entry of the same kind, case and sector, which is corrected
    by no other: that is a key here, whatever the code does."""
    return Table(
        name,
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("authority", Text, nullable=False),
        Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
        Column("sector", Text, nullable=False),
        Column("unit", Text),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", Timestamp, nullable=False),
        Column("corrects", Uuid),
        *own,
        UniqueConstraint("id", "case_id", "sector"),
        UniqueConstraint("corrects"),
        ForeignKeyConstraint(["corrects", "case_id", "sector"], [f"{name}.id", f"{name}.case_id", f"{name}.sector"]),
        CheckConstraint("corrects <> id", name="corrects_another"),
        Index(f"ix_{name}_case_id", "case_id", "recorded_at", "id"),
    )


appointments = _entries(
    "appointments",
    Column("at", Timestamp, nullable=False),
    Column("channel", Text, nullable=False),
    Column("with_whom", LargeBinary, nullable=False),  # sealed: a name may stand there
    Column("minutes", SmallInteger),
    Column("purpose_kind", Text),
    Column("moved_from", Uuid),
    UniqueConstraint("moved_from"),
    ForeignKeyConstraint(
        ["moved_from", "case_id", "sector"], ["appointments.id", "appointments.case_id", "appointments.sector"]
    ),
    CheckConstraint(_CHANNELS, name="channel"),
    CheckConstraint(_MINUTES, name="minutes"),
    CheckConstraint(_PURPOSES, name="purpose_kind"),
    CheckConstraint("moved_from <> id", name="moved_from_another"),
)

# What became of an appointment is told later, and once: a row of its own, so that the appointment stays as it was made.
appointment_outcomes = Table(
    "appointment_outcomes",
    metadata,
    Column("appointment_id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("sector", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    ForeignKeyConstraint(
        ["appointment_id", "case_id", "sector"],
        ["appointments.id", "appointments.case_id", "appointments.sector"],
        name="fk_appointment_outcomes_appointment",  # by the rule it would be longer than PostgreSQL takes
    ),
    CheckConstraint("outcome in ('held', 'missed-by-authority', 'missed-by-citizen', 'moved')", name="outcome"),
)

contacts = _entries(
    "contacts",
    Column("at", Timestamp, nullable=False),
    Column("channel", Text, nullable=False),
    Column("initiated_by", Text, nullable=False),
    Column("attended", Boolean, nullable=False),
    Column("minutes", SmallInteger),
    Column("purpose_kind", Text, nullable=False),
    Column("appointment_id", Uuid),
    Column("summary", LargeBinary),  # sealed
    Column("citizen_rating", SmallInteger),
    ForeignKeyConstraint(
        ["appointment_id", "case_id", "sector"], ["appointments.id", "appointments.case_id", "appointments.sector"]
    ),
    CheckConstraint(_CHANNELS, name="channel"),
    CheckConstraint("initiated_by in ('citizen', 'authority')", name="initiated_by"),
    CheckConstraint(_MINUTES, name="minutes"),
    CheckConstraint(_PURPOSES, name="purpose_kind"),
    CheckConstraint("citizen_rating between 1 and 5", name="citizen_rating"),
    Index("ix_contacts_at", "authority", "at"),
)

notes = _entries(
    "notes",
    Column("at", Timestamp, nullable=False),
    Column("text", LargeBinary, nullable=False),  # sealed
    Column("purpose_kind", Text),
    Column("minutes", SmallInteger),
    CheckConstraint(_PURPOSES, name="purpose_kind"),
    CheckConstraint(_MINUTES, name="minutes"),
    Index("ix_notes_at", "authority", "at"),
)

documents = _entries(
    "documents",
    Column("system", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("title", LargeBinary, nullable=False),  # sealed: a title tells what the paper is about
    Column("url", Text),
)

# How many cases each coordinator of a sector had, on any day.
Index(
    "ix_responsibilities_coordinating",
    responsibilities.c.authority,
    responsibilities.c.sector,
    responsibilities.c.subject,
    postgresql_where=text("kind = 'coordinator'"),
)
