"""The budget of a case: a ledger that only grows, and its totals, which the database holds against it at commit."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

budgets = Table(
    "budgets",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("authority", Text, nullable=False),
    Column("allocated", BigInteger, nullable=False),
    Column("committed", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    CheckConstraint("allocated >= 0 and committed >= 0 and spent >= 0", name="never_negative"),
    CheckConstraint("committed + spent <= allocated", name="within_the_ceiling"),
)

budget_entries = Table(
    "budget_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("sector", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("paying_sector", Text, nullable=False),
    Column("purpose_kind", Text, nullable=False),
    Column("purpose", LargeBinary),  # sealed: what the citizen wants it for
    Column("commitment_id", Uuid),
    Column("reverses", Uuid),
    UniqueConstraint("id", "case_id"),
    UniqueConstraint("reverses"),
    ForeignKeyConstraint(["commitment_id", "case_id"], ["budget_entries.id", "budget_entries.case_id"]),
    ForeignKeyConstraint(["reverses", "case_id"], ["budget_entries.id", "budget_entries.case_id"]),
    CheckConstraint("kind in ('allocation', 'commitment', 'expense', 'reversal')", name="kind"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint(
        "purpose_kind in ('help', 'clarification', 'availability-check', 'work-trial', 'administration')",
        name="purpose_kind",
    ),
    CheckConstraint("commitment_id is null or kind = 'expense'", name="settles"),
    CheckConstraint("(kind = 'reversal') = (reverses is not null)", name="reverses"),
    CheckConstraint("reverses <> id and commitment_id <> id", name="names_another"),
    Index("ix_budget_entries_case_id", "case_id", "recorded_at", "id"),
)
