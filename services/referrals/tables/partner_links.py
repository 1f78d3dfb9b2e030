"""One-referral links and the sessions opened with them. No row holds a secret that would open anything."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.referrals.tables.base import metadata

# What it opens, for whom and how long never changes: the role may write when it was used and when it was revoked.
partner_links = Table(
    "partner_links",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    # HMAC-SHA-256 of the secret under a key that is not in the database.
    Column("digest", LargeBinary, nullable=False),
    Column("made_at", Timestamp, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("last_used_at", Timestamp),
    Column("revoked_at", Timestamp),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "referral_id"], ["referrals.authority", "referrals.id"]),
    Index("uq_partner_links_digest", "authority", "digest", unique=True),
    Index("ix_partner_links_referral", "authority", "referral_id", "made_at", "id"),
    # At most one that may open the referral: a new one rotates the old away.
    Index(
        "uq_partner_links_one_per_referral",
        "authority",
        "referral_id",
        unique=True,
        postgresql_where=text("revoked_at is null"),
    ),
)

partner_sessions = Table(
    "partner_sessions",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("link_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "link_id"], ["partner_links.authority", "partner_links.id"]),
    Index("uq_partner_sessions_digest", "authority", "digest", unique=True),
    Index("ix_partner_sessions_link", "authority", "link_id"),
)
