"""The codes an authority has added to the lists the product ships."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, PrimaryKeyConstraint, Table, Text

from services.cases.tables.base import metadata

local_codes = Table(
    "local_codes",
    metadata,
    Column("authority", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("label_da", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("replaced_by", Text),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "list", "code"),
    CheckConstraint("valid_to >= valid_from", name="valid_to"),
    CheckConstraint("replaced_by <> code", name="replaced_by"),
)
