"""Alarms as they were told: to whom, until when they wait, who has acknowledged them. Kept, never taken back."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, Uuid, text

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

notifications = Table(
    "notifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("case_number", Text, nullable=False),
    # What is told once has one of these, however often it is found: so nothing is told twice.
    Column("occurrence", Uuid, nullable=False),
    Column("item_id", Uuid),
    Column("cause", Text, nullable=False),
    Column("need_id", Uuid),
    Column("referral_id", Uuid),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("subject", Text),
    Column("since", Timestamp, nullable=False),
    Column("told_at", Timestamp, nullable=False),
    Column("escalates_at", Timestamp, nullable=False),
    Column("escalated_at", Timestamp),
    Column("acknowledged_at", Timestamp),
    Column("acknowledged_by", Text),
    Column("version", Integer, nullable=False),
    UniqueConstraint("occurrence"),
    CheckConstraint("(acknowledged_at is null) = (acknowledged_by is null)", name="acknowledged"),
    Index("ix_notifications_listed", "authority", "sector", "told_at", "id"),
    Index("ix_notifications_item", "item_id", postgresql_where=text("acknowledged_at is not null")),
    Index(
        "ix_notifications_waiting",
        "escalates_at",
        postgresql_where=text("acknowledged_at is null and escalated_at is null"),
    ),
)
