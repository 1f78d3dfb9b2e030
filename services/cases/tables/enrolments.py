"""Who takes part in a trial, in their authority's realm. What the trial may know of them is in `tables/trials.py`."""

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
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

# The one arm that a person ever gets in a trial, however often they enrol. Rows are added and never changed.
allocations = Table(
    "allocations",
    metadata,
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("citizen_id", Uuid, ForeignKey("citizens.id"), nullable=False),
    Column("arm", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("allocated_at", Timestamp, nullable=False),
    Column("allocated_by", Text),  # who named the arm, where it was named and not drawn
    PrimaryKeyConstraint("authority", "trial_id", "citizen_id"),
    UniqueConstraint("authority", "trial_id", "citizen_id", "arm"),
    ForeignKeyConstraint(
        ["authority", "trial_id", "arm"], ["trial_arms.authority", "trial_arms.trial_id", "trial_arms.code"]
    ),
    CheckConstraint("(method in ('assigned', 'historical')) = (allocated_by is not null)", name="by"),
    Index("ix_allocations_citizen_id", "citizen_id"),
)

# Where a caseworker, a unit or an authority is allocated, all who enrol under it get its arm.
allocated_clusters = Table(
    "allocated_clusters",
    metadata,
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("arm", Text, nullable=False),
    Column("allocated_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "trial_id", "cluster"),
    ForeignKeyConstraint(
        ["authority", "trial_id", "arm"], ["trial_arms.authority", "trial_arms.trial_id", "trial_arms.code"]
    ),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("citizen_id", Uuid, ForeignKey("citizens.id"), nullable=False),
    Column("conflict_group", Text, nullable=False),  # the trial's: two trials of one group exclude each other
    Column("sector", Text, nullable=False),  # which enrolled them
    Column("stratum", Text, nullable=False),
    Column("cluster", Text),  # the caseworker, unit or authority that the allocation follows
    Column("arm", Text),
    Column("named_arm", Text),  # by whoever may name one; it becomes the arm after the baseline
    Column("status", Text, nullable=False),
    Column("consent_effort", Boolean, nullable=False),
    Column("consent_evaluation", Boolean, nullable=False),
    Column("consent_text_version", Text),
    Column("participant_id", Uuid),  # the pseudonym in the trial's realm; null for who is not evaluated
    Column("enrolled_at", Timestamp, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("baseline", Text),
    Column("baseline_at", Timestamp),
    # The period of the enrolment: from the allocation to the trial's last day, or to the end that withdrawal gave it.
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("withdrawn_at", Timestamp),
    Column("withdrawal_statement", LargeBinary),  # sealed
    Column("evaluation_withdrawn_at", Timestamp),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["authority", "trial_id"], ["trials.authority", "trials.id"]),
    ForeignKeyConstraint(
        ["authority", "trial_id", "citizen_id", "arm"],
        ["allocations.authority", "allocations.trial_id", "allocations.citizen_id", "allocations.arm"],
        name="fk_enrolments_allocation",
    ),
    CheckConstraint("status in ('awaiting-baseline', 'active', 'withdrawn', 'completed')", name="status"),
    CheckConstraint("baseline in ('answered', 'declined', 'not-possible')", name="baseline"),
    CheckConstraint("status <> 'awaiting-baseline' or (arm is null and consent_evaluation)", name="concealed"),
    CheckConstraint("status not in ('active', 'completed') or arm is not null", name="allocated"),
    CheckConstraint("(arm is null) = (starts_on is null)", name="starts_on"),
    CheckConstraint("(arm is null) = (ends_on is null)", name="ends_on"),
    CheckConstraint("(status = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn"),
    # I15: one active enrolment in a trial, and none in one that conflicts with it (a trial is of one group).
    Index(
        "uq_enrolments_one_at_a_time",
        "authority",
        "citizen_id",
        "conflict_group",
        unique=True,
        postgresql_where=text("status in ('awaiting-baseline', 'active')"),
    ),
    Index("ix_enrolments_case_id", "case_id"),
    Index("ix_enrolments_citizen_id", "citizen_id"),
    Index("ix_enrolments_trial", "authority", "trial_id", "enrolled_at", "id"),
)
