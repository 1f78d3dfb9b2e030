"""What senders hand over, catch codes, and what was confirmed with them.

Content and confirmations are written once. Of a code only whether it is used or replaced changes, and each only once
(`a_code_is_spent_once`). That a receipt, once given, stays as it was given is held by a trigger on `referrals`.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
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

handover_contents = Table(
    "handover_contents",
    metadata,
    Column("authority", Text, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    # The version of the referral that it made: that step of the history says who wrote it, and when.
    Column("version", BigInteger, nullable=False),
    Column("wants_first_sealed", LargeBinary),
    Column("tried_sealed", LargeBinary),
    Column("do_not_ask_again_sealed", LargeBinary),
    Column("risks_sealed", LargeBinary),
    Column("contact_wishes_sealed", LargeBinary),
    PrimaryKeyConstraint("authority", "referral_id", "version"),
    ForeignKeyConstraint(
        ["authority", "referral_id", "version"],
        ["referral_steps.authority", "referral_steps.referral_id", "referral_steps.version"],
        name="fk_handover_contents_step",
    ),
)

catch_codes = Table(
    "catch_codes",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    # A keyed hash: sixty bits are too few for a plain one, should the rows ever lie where they do not belong.
    Column("digest", LargeBinary, nullable=False),
    Column("issued_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("used_at", Timestamp),
    Column("replaced_at", Timestamp),
    Column("by_unit", Text),
    Column("by_subject", Text, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    UniqueConstraint("authority", "digest"),
    ForeignKeyConstraint(["authority", "referral_id"], ["referrals.authority", "referrals.id"]),
    CheckConstraint("num_nonnulls(used_at, replaced_at) <= 1", name="spent_once"),
    CheckConstraint("expires_at > issued_at", name="period"),
    Index("ix_catch_codes_referral", "authority", "referral_id", "issued_at", "id"),
    Index(
        "uq_catch_codes_one_unspent",
        "authority",
        "referral_id",
        unique=True,
        postgresql_where=text("used_at is null and replaced_at is null"),
    ),
)

catch_confirmations = Table(
    "catch_confirmations",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    # For whoever must find out how a confirmation came about. No read of the unit's leads from here to a case.
    Column("code_id", Uuid, nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("attended_on", Date, nullable=False),
    Column("confirmed_at", Timestamp, nullable=False),
    Column("by_subject", Text, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    UniqueConstraint("authority", "code_id"),
    ForeignKeyConstraint(["authority", "code_id"], ["catch_codes.authority", "catch_codes.id"]),
    Index("ix_catch_confirmations_sector", "authority", "sector", "confirmed_at", "id"),
)
