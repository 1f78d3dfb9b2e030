"""Criteria sets, and the assessments that rest on them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

criteria_sets = Table(
    "criteria_sets",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    # In force until the next edition of the code begins: the end is found, so that nothing published is ever changed.
    Column("valid_from", Date),
    Column("created_at", Timestamp, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("published_at", Timestamp),
    Column("published_by", Text),
    Column("version", Integer, nullable=False),
    UniqueConstraint("authority", "code", "edition"),
    CheckConstraint("status in ('draft', 'published')", name="status"),
    CheckConstraint(
        "(status = 'published') = (valid_from is not null and published_at is not null and published_by is not null)",
        name="published",
    ),
    # One begins on a day, and the latest that has begun is in force: so there is at most one on any day.
    Index(
        "uq_criteria_sets_in_force",
        "authority",
        "code",
        "valid_from",
        unique=True,
        postgresql_where=text("status = 'published'"),
    ),
)

assessments = Table(
    "assessments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    # No foreign key: the set may be one that ships with the product, which is a file.
    Column("criteria_set_id", Uuid, nullable=False),
    Column("criteria_set_code", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Timestamp, nullable=False),
    Column("rules_select", Text, nullable=False),
    Column("selected", Boolean, nullable=False),
    Column("deviation_reason", LargeBinary),  # sealed
    Column("path_sector", Text),
    Column("path_responsible", Text),
    Column("findings", LargeBinary, nullable=False),  # sealed: facts, what each criterion came to, and on what it rests
    # Keyed hashes of the criteria of which one alone keeps the citizen out: they can be counted, and not read.
    Column("obstacles", ARRAY(LargeBinary), nullable=False),
    CheckConstraint("rules_select in ('met', 'not-met', 'unknown')", name="rules_select"),
    CheckConstraint(
        "selected or (path_sector is not null and path_responsible is not null)", name="nobody_without_path"
    ),
    CheckConstraint("selected = (rules_select = 'met') or deviation_reason is not null", name="deviation"),
    Index("ix_assessments_case_id", "case_id", "decided_at", "id"),
    Index("ix_assessments_counted", "authority", "criteria_set_id", "case_id", "decided_at", "id"),
)
