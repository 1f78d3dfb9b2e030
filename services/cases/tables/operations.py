"""Work that takes longer than a request: what was sent for an import, how far it has come, what became of each line."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

operations = Table(
    "operations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    # Who sends, and so on whose behalf the lines are worked off.
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("sector", Text),
    Column("unit", Text),
    Column("media_type", Text),
    Column("columns", LargeBinary),  # sealed: the first line of a CSV, which may turn out to be no heading
    Column("parts", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    # How far the work has come: the part at hand, and how many of its lines and of all are done.
    Column("part", Integer, nullable=False),
    Column("done_of_part", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("requested_at", Timestamp, nullable=False),
    Column("submitted_at", Timestamp),
    Column("ended_at", Timestamp),
    Column("version", Integer, nullable=False),
    CheckConstraint("kind in ('cases', 'contacts', 'consents', 'units', 'staff')", name="kind"),
    CheckConstraint("state in ('receiving', 'submitted', 'working', 'done', 'given-up')", name="state"),
    CheckConstraint("(ended_at is not null) = (state in ('done', 'given-up'))", name="ended"),
    CheckConstraint("done = created + unchanged + refused and done <= lines", name="every_line_has_one_outcome"),
    Index("ix_operations_listed", "authority", "requested_at", "id"),
    Index("ix_operations_to_do", "requested_at", postgresql_where=text("ended_at is null")),
)

operation_parts = Table(
    "operation_parts",
    metadata,
    Column("operation_id", Uuid, ForeignKey("operations.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # keyed: whether a part that comes again is the same
    Column("content", LargeBinary),  # sealed; emptied when its lines are worked off
    Column("lines", Integer, nullable=False),
    CheckConstraint("number > 0", name="number"),
)

operation_lines = Table(
    "operation_lines",
    metadata,
    Column("operation_id", Uuid, ForeignKey("operations.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("code", Text),
    Column("pointer", Text),
    Column("record_id", Uuid),
    CheckConstraint("outcome in ('created', 'unchanged', 'refused')", name="outcome"),
    CheckConstraint("(outcome = 'refused') = (code is not null)", name="code"),
    Index("ix_operation_lines_outcome", "operation_id", "outcome", "line"),
)

# What a dry run would have written, as keyed hashes, so that its later lines find what its earlier ones would have
# left. Emptied when it is done.
planned_records = Table(
    "planned_records",
    metadata,
    Column("operation_id", Uuid, ForeignKey("operations.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("key", LargeBinary),
    Column("record_id", Uuid),
    Column("is_open", Boolean, nullable=False),
    Index("ix_planned_records_key", "operation_id", "key", postgresql_where=text("key is not null")),
)
