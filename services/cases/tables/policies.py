"""What an authority has decided, and from which day. Rows are added and never changed: history is the table itself."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

policies = Table(
    "policies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),  # the how-manieth decision on this policy
    Column("value", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Timestamp, nullable=False),
    UniqueConstraint("authority", "code", "version"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("jsonb_typeof(value) in ('boolean', 'number')", name="value"),
)
