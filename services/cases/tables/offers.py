"""Voluntary offers and the answers to them. Neither is ever changed: who answers anew adds an answer."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

offers = Table(
    "offers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("kind", Text, nullable=False),
    Column("service_id", Uuid),
    Column("starts_on", Date, nullable=False),
    Column("made_at", Timestamp, nullable=False),
    Index("ix_offers_case_id", "case_id", "made_at", "id"),
    Index("ix_offers_authority", "authority", "sector", "case_id"),
)

offer_answers = Table(
    "offer_answers",
    metadata,
    Column("offer_id", Uuid, ForeignKey("offers.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("authority", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("in_citizens_words", LargeBinary),  # sealed
    Column("ask_again_on", Date),
    Column("answered_at", Timestamp, nullable=False),
    Column("by_sector", Text, nullable=False),
    Column("by_unit", Text),
    PrimaryKeyConstraint("offer_id", "number"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("answer in ('accepted', 'declined', 'later')", name="answer"),
    CheckConstraint("ask_again_on is null or answer = 'later'", name="ask_again_on"),
    Index("ix_offer_answers_authority", "authority", "offer_id", "number"),
)
