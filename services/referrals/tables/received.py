"""What other authorities have asked of this one: where each referral is kept, and what its receiver finds it by.

The referral is the sender's, with its words, its history and its log; here is what leads there. A row is the
receiver's, written by the transaction that changes the referral, which acts in both authorities.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from chassis.tables import Timestamp
from services.referrals.tables.base import metadata

received_referrals = Table(
    "received_referrals",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("home_authority", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("from_sector", Text, nullable=False),
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    Column("to_service_id", Uuid),
    Column("responsible_unit", Text),
    Column("claimed_by", Text),
    Column("state", Text, nullable=False),
    Column("due_on", Date),
    Column("requested_at", Timestamp, nullable=False),
    # Also so that an id leads to one referral, whoever sends.
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["home_authority", "id"], ["referrals.authority", "referrals.id"]),
    CheckConstraint("home_authority <> authority", name="from_another"),
    Index("ix_received_referrals_inbox", "authority", "to_sector", "requested_at", "id"),
)
