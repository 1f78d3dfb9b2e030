"""The dated story of each case: what happened, whose it is, what it is about. No words about anybody."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

timeline_entries = Table(
    "timeline_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sector", Text),
    Column("parties", ARRAY(Text), nullable=False),
    Column("unit", Text),
    Column("about_type", Text, nullable=False),
    Column("about_id", Uuid),
    Index("ix_timeline_entries_told", "case_id", "at", "id"),
)
