"""The rows of surveys. Every one carries its authority, and every key begins with it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
    true,
)

from chassis.tables import Timestamp, chassis_tables, naming_metadata

metadata = naming_metadata()
chassis = chassis_tables(metadata)

known_cases = Table(
    "known_cases",
    metadata,
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("holding_sector", Text, nullable=False),
    Column("is_open", Boolean, nullable=False, server_default=true()),
    PrimaryKeyConstraint("authority", "case_id"),
)

known_case_sectors = Table(
    "known_case_sectors",
    metadata,
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("sector", Text, nullable=False),
    PrimaryKeyConstraint("authority", "case_id", "sector"),
    ForeignKeyConstraint(["authority", "case_id"], ["known_cases.authority", "known_cases.case_id"]),
)

programme_activations = Table(
    "programme_activations",
    metadata,
    Column("authority", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "programme"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("programme", Text, nullable=False),
    Column("wave", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("issued_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("link_digest", LargeBinary),
    Column("delivered_at", Timestamp),
    Column("undeliverable_reason", Text),
    Column("submitted_at", Timestamp),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "case_id"], ["known_cases.authority", "known_cases.case_id"]),
    CheckConstraint(
        "state in ('issued', 'delivered', 'undeliverable', 'submitted', 'revoked', 'expired')", name="state"
    ),
    CheckConstraint("purpose in ('casework', 'evaluation')", name="purpose"),
    Index("uq_invitations_link", "authority", "link_digest", unique=True),
    # One chance to answer each wave; what was revoked or has expired makes room for another.
    Index(
        "uq_invitations_wave",
        "authority",
        "case_id",
        "programme",
        "wave",
        unique=True,
        postgresql_where=text("state in ('issued', 'delivered', 'undeliverable', 'submitted')"),
    ),
    Index("ix_invitations_case", "authority", "case_id", "issued_at", "id"),
    Index("ix_invitations_latest", "authority", "issued_at", "id"),
)

survey_sessions = Table(
    "survey_sessions",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("invitation_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("instrument_version", Text, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "invitation_id"], ["invitations.authority", "invitations.id"]),
    Index("uq_survey_sessions_digest", "authority", "digest", unique=True),
    Index("ix_survey_sessions_invitation", "authority", "invitation_id"),
)

# Append-only: the application may insert and read here, and the database refuses it anything else.
responses = Table(
    "responses",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("invitation_id", Uuid, nullable=False),
    Column("programme", Text, nullable=False),
    Column("wave", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("instrument_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    # Answers and score, sealed: wellbeing is health data.
    Column("answers", LargeBinary, nullable=False),
    Column("submitted_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "invitation_id"], ["invitations.authority", "invitations.id"]),
    CheckConstraint("purpose in ('casework', 'evaluation')", name="purpose"),
    Index("uq_responses_invitation", "authority", "invitation_id", unique=True),
    Index("ix_responses_case", "authority", "case_id", "submitted_at", "id"),
)
