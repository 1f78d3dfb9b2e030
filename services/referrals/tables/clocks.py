"""The clocks of referrals, what authorities have decided of guarantees, and waivers in citizens' own words.

A clock keeps the terms it was started on, so that a guarantee that changes changes nothing that runs. That its last day
never comes earlier, and that what was told stays told, the database holds by a trigger.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.referrals.domain.clocks import ClockState
from services.referrals.domain.guarantees import Counting, Start
from services.referrals.tables.base import metadata, one_of

referral_clocks = Table(
    "referral_clocks",
    metadata,
    Column("authority", Text, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    Column("guarantee", Text, nullable=False),
    Column("starts", Text, nullable=False),
    Column("counting", Text, nullable=False),
    Column("lead_days", Integer, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("paused_on", Date),
    Column("settled_on", Date),
    Column("approaching_told_at", Timestamp),
    Column("missed_told_at", Timestamp),
    # From when there is something to tell: null when there is not.
    Column("look_at", Timestamp),
    PrimaryKeyConstraint("authority", "referral_id", "guarantee"),
    ForeignKeyConstraint(["authority", "referral_id"], ["referrals.authority", "referrals.id"]),
    CheckConstraint(one_of("starts", Start), name="starts"),
    CheckConstraint(one_of("counting", Counting), name="counting"),
    CheckConstraint(one_of("state", ClockState), name="state"),
    CheckConstraint("lead_days >= 0 and due_on > started_on", name="days"),
    CheckConstraint("(state = 'paused') = (paused_on is not null)", name="paused"),
    CheckConstraint(
        "state = 'missed' or (state in ('met', 'stopped', 'waived')) = (settled_on is not null)", name="settled"
    ),
    CheckConstraint("look_at is null or state in ('missed', 'running')", name="look"),
    Index("ix_referral_clocks_look", "look_at", "authority", postgresql_where=text("look_at is not null")),
)

deadline_waivers = Table(
    "deadline_waivers",
    metadata,
    Column("authority", Text, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    # The version of the referral that the waiver made: its step in the history says who, and when.
    Column("version", BigInteger, nullable=False),
    Column("statement_sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("authority", "referral_id", "version"),
    ForeignKeyConstraint(
        ["authority", "referral_id", "version"],
        ["referral_steps.authority", "referral_steps.referral_id", "referral_steps.version"],
        name="fk_deadline_waivers_step",
    ),
)

local_guarantees = Table(
    "local_guarantees",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("version", Integer, nullable=False),  # the how-manieth decision on this guarantee
    Column("label_da", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("counting", Text, nullable=False),
    Column("starts", Text, nullable=False),
    Column("lead_days", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("reason", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Timestamp, nullable=False),
    UniqueConstraint("authority", "code", "version"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("days between 1 and 365 and lead_days between 0 and 365", name="days"),
    CheckConstraint(one_of("counting", Counting), name="counting"),
    CheckConstraint(one_of("starts", Start), name="starts"),
    CheckConstraint("valid_to is null or valid_to >= valid_from", name="period"),
)
