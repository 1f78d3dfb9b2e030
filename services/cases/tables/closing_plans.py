"""Which unit is to close, and when. Who is left in it is never kept here: it is looked up anew each time."""

from sqlalchemy import Column, Date, ForeignKeyConstraint, Integer, Table, Text, UniqueConstraint, Uuid

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

closing_plans = Table(
    "closing_plans",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("closes_on", Date, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Timestamp, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("authority", "unit"),
    ForeignKeyConstraint(["authority", "unit", "sector"], ["units.authority", "units.id", "units.sector"]),
)
