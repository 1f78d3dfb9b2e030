"""How somebody comes in: asking to join a case, telling who they are, being known by another system's number."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

# A sector met `open-case-exists` and asks the holder. Kept also when there is no case: the answer must not tell.
join_requests = Table(
    "join_requests",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id")),
    Column("asking_sector", Text, nullable=False),
    Column("asking_unit", Text),
    Column("asked_by", Text, nullable=False),
    Column("reason", LargeBinary, nullable=False),  # sealed
    Column("asked_at", Timestamp, nullable=False),
    Column("state", Text, nullable=False),
    Column("answered_by", Text),
    Column("answered_at", Timestamp),
    Column("reason_code", Text),
    Column("version", Integer, nullable=False),
    CheckConstraint("state in ('pending', 'accepted', 'declined')", name="state"),
    CheckConstraint(
        "(state = 'pending') = (answered_at is null) and (answered_at is null) = (answered_by is null)", name="answered"
    ),
    CheckConstraint("state = 'pending' or case_id is not null", name="of_a_case"),
    CheckConstraint("(state = 'declined') = (reason_code is not null)", name="reason_code"),
    Index("ix_join_requests_case_id", "case_id", "asked_at", "id"),
    Index("ix_join_requests_asking", "authority", "asking_sector", "asked_at", "id"),
)

# An anonymous citizen's own act of telling who they are. Without a row here the database links no such case to anybody.
identifications = Table(
    "identifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("citizen_id", Uuid, ForeignKey("citizens.id"), nullable=False),  # the one who was anonymous
    Column("citizen_statement", LargeBinary, nullable=False),  # sealed
    Column("evidence", LargeBinary, nullable=False),  # sealed
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    Index("uq_identifications_case_id", "case_id", unique=True),
    Index("ix_identifications_citizen_id", "citizen_id"),
)

# Which record of another system became which of ours: what is imported twice comes once.
arrived_records = Table(
    "arrived_records",
    metadata,
    Column("authority", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("record_id", Uuid, nullable=False),
    CheckConstraint("kind in ('contacts', 'consents')", name="kind"),
)
