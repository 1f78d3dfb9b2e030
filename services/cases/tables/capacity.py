"""What cases has heard of the directory: which services have room, as they last said."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.cases.tables.base import metadata

known_capacity = Table(
    "known_capacity",
    metadata,
    Column("service_id", Uuid, nullable=False),
    Column("authority", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("need_domains", ARRAY(Text), nullable=False),
    Column("status", Text, nullable=False),
    Column("waiting_days", Integer),
    Column("as_of", Date, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    # Two authorities may offer one service of a national catalogue.
    PrimaryKeyConstraint("authority", "service_id"),
    CheckConstraint("waiting_days >= 0", name="waiting_days"),
    Index("ix_known_capacity_sector", "authority", "sector"),
)
