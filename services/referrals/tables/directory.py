"""The rows of the directory. A document is kept whole, so that it goes out with every member it came in with. The
columns beside it are what is asked for."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from chassis.tables import Timestamp
from services.referrals.domain.capacity import CapacityStatus
from services.referrals.domain.directory import ServiceStatus
from services.referrals.tables.base import metadata

_STATUS = ", ".join(f"'{status}'" for status in ServiceStatus)
_CAPACITY = ", ".join(f"'{status}'" for status in CapacityStatus)
_WEIGHTS = {"name": "A", "alternate_name": "A", "description": "B", "eligibility_description": "C"}
_WORDS = " || ".join(
    f"setweight(to_tsvector('danish', coalesce(document ->> '{member}', '')), '{weight}')"
    for member, weight in _WEIGHTS.items()
)


def _entries(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("authority", Text, nullable=False),
        Column("id", Uuid, nullable=False),
        Column("name", Text, nullable=False),
        Column("document", JSONB, nullable=False),
        Column("changed_at", Timestamp, nullable=False),
        Column("version", BigInteger, nullable=False),
        PrimaryKeyConstraint("authority", "id"),
    )


directory_organisations = _entries("directory_organisations")
directory_locations = _entries("directory_locations")

directory_services = Table(
    "directory_services",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("organisation_id", Uuid),
    Column("location_ids", ARRAY(Uuid), nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("sector", Text),
    Column("unit", Text),
    Column("covers", ARRAY(Text), nullable=False),
    Column("municipalities", ARRAY(Text), nullable=False),
    Column("published", Boolean, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("capacity_status", Text),
    Column("capacity_as_of", Date),
    Column("capacity_waiting_days", Integer),
    Column("changed_at", Timestamp, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("words", TSVECTOR, Computed(_WORDS, persisted=True), nullable=False),
    # How one applies, and whom the service is for in the authority's own words. A trigger fills it; null in a row that
    # was last saved before there was one.
    Column("more_words", TSVECTOR),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(
        ["authority", "organisation_id"], ["directory_organisations.authority", "directory_organisations.id"]
    ),
    CheckConstraint(f"status in ({_STATUS})", name="status"),
    CheckConstraint(f"capacity_status in ({_CAPACITY})", name="capacity_status"),
    CheckConstraint("num_nonnulls(capacity_status, capacity_as_of) in (0, 2)", name="whole_capacity"),
    CheckConstraint(
        "capacity_waiting_days is null or (capacity_status is not null and capacity_waiting_days >= 0)",
        name="waiting_days",
    ),
    Index("ix_directory_services_organisation", "authority", "organisation_id"),
)

directory_imports = Table(
    "directory_imports",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    # What became of each line: its place, its service and codes. What a line said is in the directory or nowhere.
    Column("lines", JSONB, nullable=False),
    Column("imported_at", Timestamp, nullable=False),
    Column("imported_by", Text, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    Index("ix_directory_imports_newest", "authority", "imported_at", "id"),
)
