"""The one plan: its versions, with the goals and efforts of each, and how far goals are reached."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

# A version is written once. Only its state moves on: a draft or the current plan becomes superseded.
plan_versions = Table(
    "plan_versions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("agrees", Boolean),
    Column("agreement_statement", LargeBinary),  # sealed: the citizen's own words
    Column("agreed_at", Timestamp),
    Column("agreement_since", Integer),
    Column("companion", LargeBinary),  # sealed
    Column("representative", LargeBinary),  # sealed
    Column("changes", JSONB, nullable=False),  # ids and sectors
    Column("also_changed", ARRAY(Text), nullable=False),
    Column("written_at", Timestamp, nullable=False),
    Column("by_sector", Text, nullable=False),
    Column("by_unit", Text),
    UniqueConstraint("case_id", "number"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("state in ('draft', 'current', 'superseded')", name="state"),
    # I11: the citizen has taken a stand, one way or the other, on the plan that is current.
    CheckConstraint("state <> 'current' or agrees is not null", name="stand"),
    CheckConstraint(
        "(agrees is null) = (agreement_statement is null) and (agrees is null) = (agreed_at is null)"
        " and (agrees is null) = (agreement_since is null)",
        name="agreement",
    ),
    # I11: never two current plans, nor two drafts of the next.
    Index("uq_plan_versions_one_current", "case_id", unique=True, postgresql_where=text("state = 'current'")),
    Index("uq_plan_versions_one_draft", "case_id", unique=True, postgresql_where=text("state = 'draft'")),
)

plan_goals = Table(
    "plan_goals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("version_id", Uuid, ForeignKey("plan_versions.id"), nullable=False),
    Column("goal_id", Uuid, nullable=False),  # the same in every version that has the goal
    Column("place", SmallInteger, nullable=False),
    Column("about", Text, nullable=False),
    Column("in_citizens_words", LargeBinary, nullable=False),  # sealed
    Column("target_date", Date),
    Column("scale", LargeBinary),  # sealed
    UniqueConstraint("version_id", "goal_id"),
)

plan_efforts = Table(
    "plan_efforts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("version_id", Uuid, ForeignKey("plan_versions.id"), nullable=False),
    Column("effort_id", Uuid, nullable=False),  # the same in every version that has the effort
    Column("sector", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("goal_id", Uuid),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("citizen_comment", LargeBinary),  # sealed
    UniqueConstraint("version_id", "effort_id"),
    ForeignKeyConstraint(["version_id", "goal_id"], ["plan_goals.version_id", "plan_goals.goal_id"]),
    CheckConstraint("ends_on >= starts_on", name="ends_on"),
)

goal_attainments = Table(
    "goal_attainments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("version_id", Uuid, nullable=False),  # the version whose scale was read
    Column("goal_id", Uuid, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("seen_on", Date, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    Column("by_sector", Text, nullable=False),
    Column("by_unit", Text),
    ForeignKeyConstraint(["version_id", "goal_id"], ["plan_goals.version_id", "plan_goals.goal_id"]),
    CheckConstraint("level between -2 and 2", name="level"),
    Index("ix_goal_attainments_goal", "case_id", "goal_id", "seen_on", "recorded_at"),
)
