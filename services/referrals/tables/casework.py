"""The rows of referrals. Every table carries the authority; row-level security shows a transaction only its own.

Constraints repeat the rules that must hold whatever the code does: one live referral a need, no progress without an
attended first contact, no failing after a receipt that takes holding.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.authorities import AUTHORITY_FORM
from chassis.tables import Timestamp
from services.referrals.domain.case import CaseStatus, NeedState
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.lifecycle import ENDED as ENDED_STATES
from services.referrals.domain.lifecycle import LIVE as LIVE_STATES
from services.referrals.domain.lifecycle import State
from services.referrals.domain.ping_pong import BECAUSE_OF_THE_OTHER
from services.referrals.tables.base import metadata, one_of

_LIVE = one_of("state", sorted(LIVE_STATES))
_ENDED = one_of("state", sorted(ENDED_STATES))
_TWO_DOORS = f"state = '{State.REJECTED}' and " + one_of("ending_code", sorted(BECAUSE_OF_THE_OTHER))

referrals = Table(
    "referrals",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("need_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("from_sector", Text, nullable=False),
    Column("from_unit", Text),
    Column("requested_by", Text, nullable=False),
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    Column("to_service_id", Uuid),
    # Where another authority was asked. The row stays the sender's; `received_referrals` leads its receiver here.
    Column("to_authority", Text),
    Column("responsible_unit", Text),
    Column("reason_sealed", LargeBinary, nullable=False),
    Column("consent_id", Uuid),
    Column("legal_basis", Text),
    Column("return_scope", Text, nullable=False),
    # The receiving side finds nothing of such a referral, and it rests on nothing since it shares nothing.
    Column("anonymous", Boolean, nullable=False, server_default=false()),
    Column("approached_on", Date),
    Column("requested_at", Timestamp, nullable=False),
    Column("guarantee", Text),
    # The first day by which somebody should meet the citizen, of all the clocks that press: the order of a worklist.
    Column("due_on", Date),
    Column("attempt_count", BigInteger, nullable=False),
    Column("last_attempt_at", Timestamp),
    Column("first_contact_at", Timestamp),
    Column("first_contact_channel", Text),
    Column("first_contact_present", ARRAY(Text)),
    Column("receipt_id", Uuid),
    Column("receipt_at", Timestamp),
    Column("receipt_takes_holding", Boolean),
    Column("receipt_unit", Text),
    Column("receipt_coordinator", Text),
    Column("ended_at", Timestamp),
    Column("ending_code", Text),
    Column("ending_words_sealed", LargeBinary),
    Column("claimed_by", Text),
    Column("claimed_at", Timestamp),
    # Whose the need is, where that changed while this was live; null while it is the sender's.
    Column("need_owner", Text),
    # The unit that was asked, where a reorganisation has moved it on since.
    Column("asked_unit", Text),
    # A sector was let go because of this catch.
    Column("relied_on", Boolean, nullable=False, server_default=false()),
    Column("on_hold_since", Timestamp),
    Column("on_hold_until", Date),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    CheckConstraint(one_of("state", State), name="state"),
    CheckConstraint(one_of("return_scope", ReturnScope), name="return_scope"),
    CheckConstraint("to_sector <> from_sector or to_authority is not null", name="another_receiver"),
    CheckConstraint(f"to_authority <> authority and to_authority ~ '{AUTHORITY_FORM}'", name="another_authority"),
    CheckConstraint("receipt_takes_holding is not true or to_authority is null", name="holding_stays"),
    CheckConstraint("num_nonnulls(consent_id, legal_basis) = case when anonymous then 0 else 1 end", name="one_basis"),
    CheckConstraint(
        "case when anonymous then first_contact_channel is null"
        " else num_nonnulls(first_contact_at, first_contact_channel) in (0, 2) end",
        name="whole_contact",
    ),
    CheckConstraint(
        "not anonymous or (return_scope = 'caught-only' and state not in ('rejected', 'failed', 'on-hold')"
        " and num_nonnulls(claimed_by, responsible_unit, receipt_unit, receipt_coordinator, last_attempt_at) = 0"
        " and receipt_takes_holding is not true)",
        name="unseen",
    ),
    CheckConstraint("num_nonnulls(receipt_id, receipt_at, receipt_takes_holding) in (0, 3)", name="whole_receipt"),
    CheckConstraint(
        "state not in ('in-progress', 'completed') or first_contact_at is not null",
        name="contact_before_progress",
    ),
    CheckConstraint(f"({_ENDED}) = (ended_at is not null)", name="ended"),
    CheckConstraint(
        "receipt_takes_holding is not true or state <> 'failed'"
        " and (state <> 'cancelled' or coalesce(ending_code, '') = 'case-closed')",
        name="receipt_is_irrevocable",
    ),
    CheckConstraint(
        "receipt_takes_holding is not true or state not in ('rejected', 'entered-in-error')", name="promise_is_kept"
    ),
    CheckConstraint("num_nonnulls(claimed_by, claimed_at) in (0, 2)", name="whole_claim"),
    CheckConstraint(
        "(state = 'on-hold') = (on_hold_since is not null) and (on_hold_until is null or on_hold_since is not null)",
        name="on_hold",
    ),
    Index(
        "uq_referrals_one_live_per_need",
        "authority",
        "need_id",
        unique=True,
        postgresql_where=text(_LIVE),
    ),
    Index("ix_referrals_received", "authority", "to_sector", "requested_at", "id"),
    Index("ix_referrals_sent", "authority", "from_sector", "requested_at", "id"),
    Index("ix_referrals_case", "authority", "case_id"),
    Index(
        "ix_referrals_service",
        "authority",
        "to_service_id",
        "requested_at",
        "id",
        postgresql_where=text("to_service_id is not null"),
    ),
    Index(
        "ix_referrals_claimed",
        "authority",
        "claimed_by",
        "requested_at",
        "id",
        postgresql_where=text("claimed_by is not null"),
    ),
    Index("ix_referrals_two_doors", "authority", "case_id", "ending_code", postgresql_where=text(_TWO_DOORS)),
)

contact_attempts = Table(
    "contact_attempts",
    metadata,
    Column("authority", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("channel", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("authority", "id"),
    ForeignKeyConstraint(["authority", "referral_id"], ["referrals.authority", "referrals.id"]),
    Index("ix_contact_attempts_referral", "authority", "referral_id", "at", "id"),
)

referral_steps = Table(
    "referral_steps",
    metadata,
    Column("authority", Text, nullable=False),
    Column("referral_id", Uuid, nullable=False),
    # One step makes one version, so the version numbers the history.
    Column("version", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
    # All are null for a step the town took by itself; the authority also where it is the referral's own.
    Column("by_authority", Text),
    Column("by_sector", Text),
    Column("by_unit", Text),
    Column("by_subject", Text),
    Column("words_sealed", LargeBinary),
    PrimaryKeyConstraint("authority", "referral_id", "version"),
    ForeignKeyConstraint(["authority", "referral_id"], ["referrals.authority", "referrals.id"]),
)

known_cases = Table(
    "known_cases",
    metadata,
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("holding_sector", Text, nullable=False),
    Column("holding_unit", Text),
    PrimaryKeyConstraint("authority", "case_id"),
    CheckConstraint(one_of("status", CaseStatus), name="status"),
)

known_needs = Table(
    "known_needs",
    metadata,
    Column("authority", Text, nullable=False),
    Column("need_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("owner_sector", Text, nullable=False),
    Column("state", Text, nullable=False),
    PrimaryKeyConstraint("authority", "need_id"),
    CheckConstraint(one_of("state", NeedState), name="state"),
)

known_involvements = Table(
    "known_involvements",
    metadata,
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    PrimaryKeyConstraint("authority", "case_id", "sector"),
)

known_consents = Table(
    "known_consents",
    metadata,
    Column("authority", Text, nullable=False),
    Column("consent_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("from_sector", Text, nullable=False),
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    Column("to_authority", Text),
    # What may be shared decides what the receiver reads.
    Column("data_categories", ARRAY(Text), nullable=False),
    Column("shared_for", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("valid_until", Date),
    Column("withdrawn_at", Timestamp),
    PrimaryKeyConstraint("authority", "consent_id"),
)

LIVE = text(_LIVE)
"""The live referrals, as a condition: word for word that of the partial unique index, which must recognise it."""

TWO_DOORS = text(_TWO_DOORS)
"""Declined for a reason that names the citizen's other need; word for word as in the partial index of such."""
