"""The watch list, a cache of what the rules find in each case; and what citizens say who are not caught."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

# Rows here are deleted when what they say is no longer so: nothing in them is known from nowhere else.
watch_items = Table(
    "watch_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("case_number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("since", Timestamp, nullable=False),
    Column("need_id", Uuid),
    Column("referral_id", Uuid),
    Column("about_id", Uuid),
    Column("due_on", Date),
    Column("until", Timestamp),
    Column("responsible_subject", Text),
    Column("responsible_unit", Text),
    Index("ix_watch_items_case_id", "case_id"),
    Index("ix_watch_items_listed", "authority", "sector", "rank", "since", "id"),
    Index("ix_watch_items_kind", "authority", "sector", "kind", "since", "id"),
)

# By which version of the case and which rules it was looked at last, and when time alone will change what was found.
watched_cases = Table(
    "watched_cases",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_version", Integer, nullable=False),
    Column("rules", Text, nullable=False),
    Column("look_again_at", Timestamp),
    Index("ix_watched_cases_due", "look_again_at", postgresql_where=text("look_again_at is not null")),
)

citizen_alarms = Table(
    "citizen_alarms",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("statement", LargeBinary, nullable=False),  # sealed: the citizen's own words
    Column("need_id", Uuid, ForeignKey("needs.id")),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("raised_at", Timestamp, nullable=False),
    Column("ended_at", Timestamp),
    Column("ended_statement", LargeBinary),  # sealed: the citizen's own words
    Column("ended_by_sector", Text),
    Column("version", Integer, nullable=False),
    CheckConstraint("(ended_at is null) = (ended_statement is null)", name="ended_by_the_citizen"),
    CheckConstraint("(ended_at is null) = (ended_by_sector is null)", name="ended_by_sector"),
    CheckConstraint("ended_at is null or ended_at >= raised_at", name="ended_at"),
    Index("ix_citizen_alarms_case_id", "case_id"),
)
