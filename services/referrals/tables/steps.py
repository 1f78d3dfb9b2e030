"""Rows beside a referral: where it was sent on to, what was asked and answered, and units that were reorganised.

All of them are written once: the role may add rows, and neither change nor remove one.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.referrals.tables.base import metadata

# One link of a chain. A referral has one successor and one predecessor at most, and a trigger
# (`a_chain_has_no_loop`) keeps it from being its own, however long the way round.
redirections = Table(
    "redirections",
    metadata,
    Column("authority", Text, nullable=False),
    Column("predecessor_id", Uuid, nullable=False),
    Column("successor_id", Uuid, nullable=False),
    # As it was sent: the successor may be moved to another unit of its sector, which is not told here.
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    Column("to_service_id", Uuid),
    Column("to_authority", Text),
    Column("reason_code", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "predecessor_id"),
    UniqueConstraint("authority", "successor_id"),
    ForeignKeyConstraint(["authority", "predecessor_id"], ["referrals.authority", "referrals.id"]),
    ForeignKeyConstraint(["authority", "successor_id"], ["referrals.authority", "referrals.id"]),
)

questions = Table(
    "questions",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("by_unit", Text),
    Column("by_subject", Text, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    # So that an answer cannot be given to another referral's question.
    UniqueConstraint("authority", "referral_id", "id"),
    ForeignKeyConstraint(["authority", "referral_id"], ["referrals.authority", "referrals.id"]),
    Index("ix_questions_referral", "authority", "referral_id", "at", "id"),
)

answers = Table(
    "answers",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    Column("question_id", Uuid, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("at", Timestamp, nullable=False),
    # Null where it is the sector that had asked: it may be the one whose the need is now.
    Column("by_sector", Text),
    Column("by_unit", Text),
    Column("by_subject", Text, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    UniqueConstraint("authority", "question_id"),
    ForeignKeyConstraint(
        ["authority", "referral_id", "question_id"],
        ["questions.authority", "questions.referral_id", "questions.id"],
        name="fk_answers_question",
    ),
    Index("ix_answers_referral", "authority", "referral_id", "at", "id"),
)

unit_reassignments = Table(
    "unit_reassignments",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("sector", Text, nullable=False),
    Column("from_unit", Text, nullable=False),
    Column("to_unit", Text, nullable=False),
    Column("moved", BigInteger, nullable=False),
    Column("kept", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("from_elsewhere", BigInteger, nullable=False, server_default=text("0")),
    Column("at", Timestamp, nullable=False),
    Column("by_subject", Text, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    CheckConstraint("from_unit <> to_unit", name="another_unit"),
    Index("ix_unit_reassignments_sector", "authority", "sector", "at", "id"),
)
