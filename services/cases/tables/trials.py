"""A trial and what its sites know of it.

The original of a trial stands in the trial's own realm (`trial:<id>` in the column `authority`). Each site has a copy
of trial, arms and legal basis in its own realm, to enrol under and to join with; who writes the original writes the
copies, in one commit.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

trials = Table(
    "trials",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("authority", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("conflict_group", Text, nullable=False),
    # Arms, strata, allocation and outcomes, as registered: a trigger keeps them from then on (I17).
    Column("protocol", JSONB, nullable=False),
    Column("founded_at", Timestamp, nullable=False),
    Column("registered_at", Timestamp),
    Column("seed_commitment", Text),
    Column("seed", Text),  # in hex, once it is revealed; until then it is sealed in `trial_seeds`
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    CheckConstraint("status in ('draft', 'registered', 'recruiting', 'running', 'follow-up', 'closed')", name="status"),
    CheckConstraint("starts_on <= ends_on", name="period"),
    CheckConstraint("(status = 'draft') = (registered_at is null)", name="registered"),
    CheckConstraint("(status = 'draft') = (seed_commitment is null)", name="committed"),
    CheckConstraint("seed is null or status in ('running', 'follow-up', 'closed')", name="seed_after_recruitment"),
)

# Who may see a trial before their token names it: who founded it. In the realm `public`, because it has no other.
trial_founders = Table(
    "trial_founders",
    metadata,
    Column("trial_id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("founded_at", Timestamp, nullable=False),
)

# The arms as registered; written with the registration (and when a site joins later), never changed.
trial_arms = Table(
    "trial_arms",
    metadata,
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("name_da", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("exempt_from", ARRAY(Text), nullable=False),
    Column("budget_ceiling_oere", BigInteger),
    Column("max_caseload", Integer),
    Column("contact_every_days", Integer),
    PrimaryKeyConstraint("authority", "trial_id", "code"),
    ForeignKeyConstraint(["authority", "trial_id"], ["trials.authority", "trials.id"]),
)

# What permits somebody to do other than the law says. Of a trial in the trial's realm and its sites'; without a trial
# (an exemption by ordinary law) in an authority's.
legal_bases = Table(
    "legal_bases",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid),
    Column("type", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("provisions", JSONB, nullable=False),  # [{code, law, section, description}]
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    CheckConstraint("type in ('dispensation', 'frikommune', 'saerlov', 'ordinary-law')", name="type"),
    CheckConstraint("status in ('applied-for', 'granted', 'refused', 'ended')", name="status"),
    CheckConstraint("valid_from <= valid_to", name="period"),
)

# All sites in the trial's realm; in a site's realm its own row.
trial_sites = Table(
    "trial_sites",
    metadata,
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("site", Text, nullable=False),
    Column("agreement", Text, nullable=False),
    Column("components", ARRAY(Text), nullable=False),
    Column("joined_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "trial_id", "site"),
    ForeignKeyConstraint(["authority", "trial_id"], ["trials.authority", "trials.id"]),
)

# -- in the trial's realm alone -----------------------------------------------------------------------------------

legal_basis_decisions = Table(
    "legal_basis_decisions",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("legal_basis_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("reference", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "legal_basis_id"], ["legal_bases.authority", "legal_bases.id"]),
    CheckConstraint("outcome in ('granted', 'refused', 'ended')", name="outcome"),
)

trial_amendments = Table(
    "trial_amendments",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ends_on", Date),  # the new last day of the trial, where that is what was amended
    Column("amended_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "trial_id"], ["trials.authority", "trials.id"]),
)

trial_seeds = Table(
    "trial_seeds",
    metadata,
    Column("trial_id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("seed", LargeBinary, nullable=False),  # sealed
    Column("drawn_at", Timestamp, nullable=False),
)

# How far each allocation list is used up.
trial_lists = Table(
    "trial_lists",
    metadata,
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("list", Text, nullable=False),
    Column("used", Integer, nullable=False),
    PrimaryKeyConstraint("authority", "trial_id", "list"),
)

# Which place of which list gave which arm. Not to whom.
trial_slots = Table(
    "trial_slots",
    metadata,
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("list", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("arm", Text, nullable=False),
    PrimaryKeyConstraint("authority", "trial_id", "list", "position"),
    ForeignKeyConstraint(
        ["authority", "trial_id", "arm"], ["trial_arms.authority", "trial_arms.trial_id", "trial_arms.code"]
    ),
)

# Somebody who agreed to be evaluated. The id is random, and only their authority knows whose it is.
trial_participants = Table(
    "trial_participants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("trial_id", Uuid, nullable=False),
    Column("stratum", Text, nullable=False),
    Column("arm", Text),
    Column("enrolled_on", Date, nullable=False),
    Column("allocated_on", Date),
    Column("withdrawn_on", Date),
    ForeignKeyConstraint(
        ["authority", "trial_id", "arm"], ["trial_arms.authority", "trial_arms.trial_id", "trial_arms.code"]
    ),
    CheckConstraint("(arm is null) = (allocated_on is null)", name="allocated"),
)
