"""The chassis' own tables: fixed names, declared once, in each service's metadata and first migration."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

Timestamp = DateTime(timezone=True)


def naming_metadata() -> MetaData:
    """Metadata whose constraints get names by rule, so that a migration can name them."""
    return MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@dataclass(frozen=True, slots=True)
class ChassisTables:
    """The seven tables every service has."""

    outbox: Table
    case_streams: Table
    inbox: Table
    inbox_streams: Table
    dead_letters: Table
    idempotency_keys: Table
    lookups: Table


def chassis_tables(metadata: MetaData) -> ChassisTables:
    """Declare the chassis' tables in a service's metadata."""
    outbox = Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("id", Uuid, nullable=False, unique=True),
        Column("authority", Text, nullable=False),
        Column("case_id", Uuid, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("type", Text, nullable=False),
        Column("event", JSONB, nullable=False),
        Column("occurred_at", Timestamp, nullable=False),
        Column("published_at", Timestamp),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("next_attempt_at", Timestamp),
        Column("parked_at", Timestamp),
        Column("error_class", Text),
        UniqueConstraint("case_id", "sequence"),
        Index("ix_outbox_unpublished", "position", postgresql_where=text("published_at is null")),
    )
    case_streams = Table(
        "case_streams",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("authority", Text, nullable=False),
        Column("last", BigInteger, nullable=False),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("authority", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("case_id", Uuid, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("type", Text, nullable=False),
        Column("occurred_at", Timestamp, nullable=False),
        Column("applied_at", Timestamp, nullable=False),
        PrimaryKeyConstraint("consumer", "event_id"),
    )
    inbox_streams = Table(
        "inbox_streams",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("case_id", Uuid, nullable=False),
        Column("authority", Text, nullable=False),
        Column("last", BigInteger, nullable=False),
        PrimaryKeyConstraint("consumer", "source", "case_id"),
    )
    dead_letters = Table(
        "dead_letters",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("authority", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("case_id", Uuid, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("type", Text, nullable=False),
        Column("event", JSONB, nullable=False),
        Column("reason", Text, nullable=False),
        Column("error_class", Text),
        Column("deliveries", Integer, nullable=False),
        Column("parked_at", Timestamp, nullable=False),
        UniqueConstraint("consumer", "event_id"),
        Index("ix_dead_letters_stream", "consumer", "source", "case_id", "sequence"),
    )
    idempotency_keys = Table(
        "idempotency_keys",
        metadata,
        Column("scope", LargeBinary, primary_key=True),
        Column("authority", Text, nullable=False),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("expires_at", Timestamp, nullable=False),
        Index("ix_idempotency_keys_expires_at", "expires_at"),
    )
    lookups = Table(
        "lookups",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("authority", Text, nullable=False),
        Column("case_id", Uuid),
        Column("what", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("issuer", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("client", Text, nullable=False),
        Column("sector", Text),
        Column("unit", Text),
        Column("trace_id", Text, nullable=False),
        Column("looked_up_at", Timestamp, nullable=False),
        Index("ix_lookups_case", "authority", "case_id", "looked_up_at"),
    )
    return ChassisTables(outbox, case_streams, inbox, inbox_streams, dead_letters, idempotency_keys, lookups)


# The chassis' own statements use these; a service's metadata has the same tables for its migrations.
TABLES = chassis_tables(naming_metadata())
