"""Exemptions, their provisions, their early ends, and how often a demand was refused because of one.

What was demanded, and whether anybody was ever sanctioned, stands nowhere.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

exemptions = Table(
    "exemptions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),  # the last day; the day before the first when it was cancelled
    Column("granted_to", Date, nullable=False),
    Column("legal_basis", Text),
    Column("legal_basis_id", Uuid),
    Column("enrolment_id", Uuid, ForeignKey("enrolments.id")),
    Column("reason", LargeBinary),  # sealed
    Column("decided_by", Text, nullable=False),
    Column("decided_sector", Text, nullable=False),
    Column("decided_at", Timestamp, nullable=False),
    Column("announced_to", Date),
    Column("announced_at", Timestamp),
    Column("version", Integer, nullable=False),
    # The provisions follow the period of their exemption: an ending reaches them by the key.
    UniqueConstraint("id", "valid_from", "valid_to"),
    ForeignKeyConstraint(["authority", "legal_basis_id"], ["legal_bases.authority", "legal_bases.id"]),
    CheckConstraint("valid_from <= granted_to", name="granted"),
    CheckConstraint("valid_to between valid_from - 1 and granted_to", name="period"),
    CheckConstraint(
        "(legal_basis is null) = (legal_basis_id is not null) and (legal_basis_id is null) = (enrolment_id is null)",
        name="ground",
    ),
    Index("ix_exemptions_case_id", "case_id"),
    Index("ix_exemptions_enrolment_id", "enrolment_id", postgresql_where=text("enrolment_id is not null")),
    Index("ix_exemptions_lasting", "authority", "valid_to"),
)

exemption_provisions = Table(
    "exemption_provisions",
    metadata,
    Column("exemption_id", Uuid, nullable=False),
    Column("provision", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    PrimaryKeyConstraint("exemption_id", "provision"),
    ForeignKeyConstraint(
        ["exemption_id", "valid_from", "valid_to"],
        ["exemptions.id", "exemptions.valid_from", "exemptions.valid_to"],
        name="fk_exemption_provisions_exemption",
        onupdate="CASCADE",
    ),
    Index("ix_exemption_provisions_case_id", "case_id", "provision", "valid_to"),
)

exemption_endings = Table(
    "exemption_endings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("exemption_id", Uuid, ForeignKey("exemptions.id"), nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_sector", Text),
    Column("decided_at", Timestamp, nullable=False),
    CheckConstraint(
        "reason in ('citizen-request', 'assessment-changed', 'registered-in-error', 'legal-basis-ended',"
        " 'enrolment-ended')",
        name="reason",
    ),
    CheckConstraint("valid_to >= (decided_at at time zone 'Europe/Copenhagen')::date", name="not_backwards"),
    Index("ix_exemption_endings_exemption_id", "exemption_id"),
    Index("ix_exemption_endings_case_id", "case_id"),
)

# That a demand was refused, once for each day: for how many, and how often, the exemptions did what they are for.
refused_demands = Table(
    "refused_demands",
    metadata,
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("provision", Text, nullable=False),
    Column("kind", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "day", "provision", "kind"),
    CheckConstraint("kind in ('demand', 'sanction', 'absence-registration', 'availability-check')", name="kind"),
    Index("ix_refused_demands_day", "authority", "day"),
)
