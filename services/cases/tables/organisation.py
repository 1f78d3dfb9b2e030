"""Units, staff and absences. Names and numbers of staff are those of a public office's directory, so they lie open; why
somebody is away is asked nowhere."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Timestamp
from services.cases.tables.base import metadata
from services.cases.tables.casework import responsibilities

units = Table(
    "units",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("bare", Text, nullable=False),  # the id without its sector: both names mean one unit
    Column("name", Text, nullable=False),
    Column("parent", Text),
    Column("phone", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    UniqueConstraint("authority", "id", "sector"),
    UniqueConstraint("authority", "sector", "bare"),
    ForeignKeyConstraint(["authority", "parent"], ["units.authority", "units.id"]),
    CheckConstraint("parent <> id", name="parent"),
    CheckConstraint("valid_to >= valid_from", name="valid_to"),
    Index("ix_units_parent", "authority", "parent", postgresql_where=text("parent is not null")),
)

staff = Table(
    "staff",
    metadata,
    Column("authority", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("display_name", Text),
    Column("unit", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("fte", Numeric(4, 3)),
    Column("phone", Text),
    Column("roles", ARRAY(Text), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "subject"),
    ForeignKeyConstraint(["authority", "unit", "sector"], ["units.authority", "units.id", "units.sector"]),
    CheckConstraint("fte > 0 and fte <= 1", name="fte"),
    CheckConstraint("valid_to >= valid_from", name="valid_to"),
    Index("ix_staff_unit", "authority", "unit", "subject"),
)

# That no two absences of one person overlap is an exclusion constraint in the migration.
absences = Table(
    "absences",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("back_on", Date),
    Column("substitute", Text),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["authority", "subject"], ["staff.authority", "staff.subject"]),
    ForeignKeyConstraint(["authority", "substitute"], ["staff.authority", "staff.subject"]),
    CheckConstraint("back_on >= first_day", name="back_on"),
    CheckConstraint("substitute <> subject", name="substitute"),
    Index("ix_absences_subject", "authority", "subject", "first_day"),
)

# Who is left in a unit: asked before it ends, and by its closing plan.
Index(
    "ix_responsibilities_unit",
    responsibilities.c.authority,
    responsibilities.c.unit,
    postgresql_where=text("until is null and unit is not null"),
)
